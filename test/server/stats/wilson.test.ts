import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { wilsonInterval } from '../../../server/stats/wilson.ts';

describe('wilsonInterval', () => {
  // The first four: R. G. Newcombe, Statistics in Medicine 17 (1998), table I, method 3. The rest: the formula in Python.
  it.each([
    [81, 263, 0.2553, 0.3662],
    [15, 148, 0.0624, 0.1605],
    [0, 20, 0, 0.1611],
    [1, 29, 0.0061, 0.1718],
    [10, 100, 0.0552291, 0.174366],
    [20, 20, 0.838875, 1],
    [112, 140, 0.726133, 0.857859],
  ])('knows %i of %i', (successes, trials, low, high) => {
    const interval = wilsonInterval(successes, trials);
    expect(interval[0]).toBeCloseTo(low, 4);
    expect(interval[1]).toBeCloseTo(high, 4);
  });

  it('knows nothing without a trial', () => {
    expect(wilsonInterval(0, 0)).toEqual([0, 1]);
  });

  it('holds the rate, stays in [0, 1], mirrors, and shrinks with more trials', () => {
    const counts = fc
      .integer({ min: 1, max: 5000 })
      .chain((trials) => fc.tuple(fc.integer({ min: 0, max: trials }), fc.constant(trials)));
    fc.assert(
      fc.property(counts, ([successes, trials]) => {
        const [low, high] = wilsonInterval(successes, trials);
        const rate = successes / trials;
        expect(low >= 0 && low <= rate && rate <= high && high <= 1).toBe(true);
        const [mirroredLow, mirroredHigh] = wilsonInterval(trials - successes, trials);
        expect(mirroredLow).toBeCloseTo(1 - high, 10);
        expect(mirroredHigh).toBeCloseTo(1 - low, 10);
        const [moreLow, moreHigh] = wilsonInterval(4 * successes, 4 * trials);
        expect(moreHigh - moreLow).toBeLessThan(high - low);
      }),
    );
  });
});
