import { describe, expect, it } from 'vitest';
import { formatRoughSeconds } from '../../../../app/runs/new/estimate-words.ts';

describe('formatRoughSeconds', () => {
  it.each([
    [0.2, '1 s'],
    [9.4, '9 s'],
    [27, '25 s'],
    [61, '1 min'],
    [277, '4.5 min'],
    [1234, '21 min'],
    [5400, '1.5 h'],
    [400_000, '4.5 d'],
    [Number.NaN, 'unknown'],
  ])('%d seconds are %s', (seconds, words) => {
    expect(formatRoughSeconds(seconds)).toBe(words);
  });
});
