import { expect, it } from 'vitest';
import { parseRange } from '../../../../app/runs/_episodes/range.ts';

it.each([
  ['', {}],
  [' 12 ', { least: 12, most: 12 }],
  ['5..20', { least: 5, most: 20 }],
  ['5..', { least: 5 }],
  ['..20', { most: 20 }],
  ['..', {}],
  ['-0.5..1', { least: -0.5, most: 1 }],
])('%j is %j', (text, range) => {
  expect(parseRange(text)).toEqual(range);
});

it.each(['a', '5-20', '1..2..3', '20..5', '1e3', 'NaN'])('%j is no range', (text) => {
  expect(parseRange(text)).toBeNull();
});

it('takes whole numbers alone where those are meant', () => {
  expect(parseRange('1.5..', { whole: true })).toBeNull();
  expect(parseRange('-1', { whole: true })).toBeNull();
  expect(parseRange('1..2', { whole: true })).toEqual({ least: 1, most: 2 });
});
