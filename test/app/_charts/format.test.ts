import { expect, test } from 'vitest';
import {
  formatAgo,
  formatBytes,
  formatCompact,
  formatSeconds,
  formatTick,
  formatValue,
} from '../../../app/_charts/format.ts';

test.each([
  [0.6234, 'share', '62.3 %'],
  [Number.NaN, 'share', 'NaN'],
  [null, 'share', '–'],
  [Number.NEGATIVE_INFINITY, 'nats', '−∞'],
  [0, 'reward', '0'],
  [-0.000123, 'reward', '−1.2e−4'],
  [-0.0001, 'share', '0.0 %'],
  [-0.012, 'share', '−1.2 %'],
  [12.345, 'turns', '12.3 turns'],
  [1_234_567, 'tokens', '1.23M'],
  [-1.7e308, 'reward', '−1.7e+308'],
  [200, 's', '3 min 20 s'],
])('%s %s reads %s', (value, unit, text) => {
  expect(formatValue(value, unit)).toBe(text);
});

test('durations round without losing the next unit', () => {
  expect([0.42, 9.96, 59.6, 3599.6, 7500].map(formatSeconds)).toEqual([
    '0.42 s',
    '10.0 s',
    '1 min 00 s',
    '1 h 00 min',
    '2 h 05 min',
  ]);
});

test('ticks, counts and ages are short', () => {
  expect(formatTick(0.30000000000000004, '')).toBe('0.3');
  expect(formatTick(0.25, 'share')).toBe('25 %');
  expect(formatCompact(9999)).toBe('9,999');
  expect(formatAgo(0, 125_000)).toBe('2 min ago');
});

test('memory reads in the unit that fits', () => {
  expect([0, 607_125_504, 1.5 * 2 ** 30].map(formatBytes)).toEqual(['0 MB', '579 MB', '1.5 GB']);
});
