import { describe, expect, it } from 'vitest';
import {
  axisRange,
  formatStatistic,
  isLostInNoise,
  relativeTo,
} from '../../../../app/runs/_variance/statistics.ts';
import type { IntervalEstimate, LevelGradient } from '../../../../server/contract/variance.ts';

const estimate = (value: number | null, low = value, high = value): IntervalEstimate => ({
  value,
  low,
  high,
});
const withSignal = (signal: IntervalEstimate) => ({ signal }) as LevelGradient;

describe('units of the reference', () => {
  it('divide by its squared norm', () => {
    expect(relativeTo(estimate(3, -1, 4), withSignal(estimate(2)))).toEqual(estimate(1.5, -0.5, 2));
  });

  it('are not there where its squared norm is not above 0', () => {
    expect(relativeTo(estimate(3), withSignal(estimate(-1)))).toEqual(estimate(null));
    expect(relativeTo(estimate(3), withSignal(estimate(null)))).toEqual(estimate(null));
  });
});

it('a reference whose interval reaches 0 may be noise', () => {
  expect(isLostInNoise(withSignal(estimate(2, 1, 3)))).toBe(false);
  expect(isLostInNoise(withSignal(estimate(2, -1, 5)))).toBe(true);
});

describe('the range of an axis', () => {
  const linear = { scale: 'linear', mark: 0 } as const;

  it('holds the mark, the values and their intervals', () => {
    expect(axisRange([estimate(1, 0.9, 1.1), estimate(0.5, 0.4, 0.6)], linear)).toEqual([0, 1.1]);
  });

  it('is not stretched far by a wide interval, nor broken by what is missing', () => {
    expect(axisRange([estimate(1, -100, 100), estimate(null)], linear)).toEqual([-0.5, 1.5]);
  });

  it('is positive where it is logarithmic', () => {
    const [least, most] = axisRange([estimate(0.2, -1, 2), estimate(8)], { scale: 'log', mark: 1 });
    expect(least).toBeCloseTo(0.16);
    expect(most).toBeCloseTo(10);
  });
});

it.each([
  [null, '–'],
  [0, '0'],
  [0.12345, '0.12'],
  [-12.345, '−12.3'],
  [0.00001, '1.0e−5'],
  [123456, '1.2e+5'],
])('%s is written %s', (value, text) => {
  expect(formatStatistic(value)).toBe(text);
});
