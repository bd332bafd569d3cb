import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Random } from '../../../server/rl/random.ts';
import { BANDS } from '../../../server/stats/band-names.ts';
import { bandOf, bandOfDifference, bootstrapBand, standardError } from '../../../server/stats/bands.ts';
import { stratifiedBootstrap } from '../../../server/stats/bootstrap.ts';
import { CENTERS, centerOf } from '../../../server/stats/centers.ts';

const values = fc.array(fc.double({ min: -10, max: 10, noNaN: true }), { minLength: 2, maxLength: 9 });

describe('bands of a group', () => {
  it('lie around the center and within the range', () => {
    fc.assert(
      fc.property(values, fc.constantFrom(...CENTERS), (list, center) => {
        const middle = centerOf(center, list);
        const [least, most] = [Math.min(...list), Math.max(...list)];
        for (const band of ['range', 'bootstrap'] as const) {
          const [low, high] = bandOf(band, center, list)!;
          expect(low).toBeLessThanOrEqual(middle + 1e-9);
          expect(high).toBeGreaterThanOrEqual(middle - 1e-9);
          expect(low).toBeGreaterThanOrEqual(least - 1e-9);
          expect(high).toBeLessThanOrEqual(most + 1e-9);
        }
        const [low, high] = bandOf('stderr', center, list)!;
        expect((low + high) / 2).toBeCloseTo(middle, 6);
      }),
      { numRuns: 60 },
    );
  });

  it('do not depend on the order of the runs', () => {
    fc.assert(
      fc.property(values, fc.constantFrom(...CENTERS), (list, center) => {
        const [low, high] = bootstrapBand(center, list);
        const turned = bootstrapBand(center, list.toReversed());
        expect(turned[0]).toBeCloseTo(low, 9);
        expect(turned[1]).toBeCloseTo(high, 9);
      }),
      { numRuns: 60 },
    );
  });

  it.each([3, 5, 6, 9])('agree with a bootstrap of many draws for %i runs', (n) => {
    const random = new Random(n);
    const list = Array.from({ length: n }, () => random.next());
    for (const center of CENTERS) {
      const [low, high] = stratifiedBootstrap([[list]], ([runs]) => centerOf(center, runs!), {
        random: new Random('check'),
        repetitions: 20_000,
      });
      const band = bootstrapBand(center, list);
      expect(Math.abs(band[0] - low)).toBeLessThan(0.05);
      expect(Math.abs(band[1] - high)).toBeLessThan(0.05);
    }
  });

  it('know the standard error of the mean, and of the median of two', () => {
    expect(standardError('mean', [1, 3])).toBeCloseTo(1, 12);
    expect(standardError('mean', [2, 4, 4, 6])).toBeCloseTo(Math.sqrt(8 / 3 / 4), 12);
    // Resamples of two: 1 1, 1 3 twice, 3 3.
    expect(standardError('median', [1, 3])).toBeCloseTo(Math.SQRT1_2, 12);
  });

  it('of a difference lie around it, and are wider than those of either group', () => {
    const random = new Random('difference');
    const [a, b] = [5, 8].map((n) => Array.from({ length: n }, () => random.next()));
    for (const center of CENTERS) {
      const difference = centerOf(center, a!) - centerOf(center, b!);
      for (const band of ['range', 'stderr', 'bootstrap'] as const) {
        const [low, high] = bandOfDifference(band, center, a!, b!)!;
        expect(low).toBeLessThan(difference);
        expect(high).toBeGreaterThan(difference);
        const [turnedLow, turnedHigh] = bandOfDifference(band, center, b!, a!)!;
        expect(Math.abs(turnedLow + high)).toBeLessThan(0.08);
        expect(Math.abs(turnedHigh + low)).toBeLessThan(0.08);
        const [ownLow, ownHigh] = bandOf(band, center, a!)!;
        expect(high - low).toBeGreaterThan(ownHigh - ownLow);
      }
      const [low, high] = stratifiedBootstrap(
        [[a!], [b!]],
        (own, other) => centerOf(center, own[0]!) - centerOf(center, other[0]!),
        { random: new Random('check'), repetitions: 20_000 },
      );
      const band = bandOfDifference('bootstrap', center, a!, b!)!;
      expect(Math.abs(band[0] - low)).toBeLessThan(0.08);
      expect(Math.abs(band[1] - high)).toBeLessThan(0.08);
    }
    expect(bandOfDifference('stderr', 'mean', [1, 3], [5, 5])).toEqual([-4, -2]);
    expect(bandOfDifference('range', 'mean', [1], [1, 2])).toBeNull();
    expect(bandOfDifference('bootstrap', 'mean', [1, Number.NaN], [1, 2])).toEqual([Number.NaN, Number.NaN]);
  });

  it('are absent below two runs, and not-a-number where a run is', () => {
    for (const band of BANDS) expect(bandOf(band, 'mean', [1])).toBeNull();
    expect(bandOf('none', 'iqm', [1, 2, 3])).toBeNull();
    for (const band of ['range', 'stderr', 'bootstrap'] as const)
      expect(bandOf(band, 'median', [1, Number.NaN, 3])).toEqual([Number.NaN, Number.NaN]);
    expect(centerOf('median', [1, Number.NaN])).toBeNaN();
  });
});
