import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Random } from '../../../server/rl/random.ts';
import {
  interquartileMean,
  pooledInterquartileMean,
  probabilityOfImprovement,
  stratifiedBootstrap,
} from '../../../server/stats/bootstrap.ts';

const values = fc.array(fc.integer({ min: -100, max: 100 }), { minLength: 1, maxLength: 20 });

describe('interquartile mean', () => {
  it.each([
    [[7], 7],
    [[1, 2, 3], 2],
    [[1, 2, 3, 100], 2.5],
    [[0, 1, 2, 3, 100], 2],
    [[10, 0, 20, 30, 40, 1000, -5, 25], 21.25],
  ])('of %j is %d', (list, expected) => expect(interquartileMean(list)).toBeCloseTo(expected, 12));

  it('lies between the extremes, ignores order, and moves with the values', () => {
    fc.assert(
      fc.property(values, fc.integer({ min: -9, max: 9 }), (list, shift) => {
        const mean = interquartileMean(list);
        expect(mean).toBeGreaterThanOrEqual(Math.min(...list) - 1e-9);
        expect(mean).toBeLessThanOrEqual(Math.max(...list) + 1e-9);
        expect(interquartileMean(list.toReversed())).toBeCloseTo(mean, 9);
        expect(interquartileMean(list.map((value) => 2 * value + shift))).toBeCloseTo(2 * mean + shift, 9);
      }),
    );
  });

  it('is not a number for nothing', () => expect(interquartileMean([])).toBeNaN());
});

describe('probability of improvement', () => {
  it('counts pairs, ties half, and averages over strata', () => {
    expect(probabilityOfImprovement([[3, 4]], [[1, 2]])).toBe(1);
    expect(probabilityOfImprovement([[1, 2, 3]], [[2]])).toBe(0.5);
    expect(probabilityOfImprovement([[3], [0]], [[1], [1]])).toBe(0.5);
  });

  it('of the two directions add up to 1', () => {
    fc.assert(
      fc.property(values, values, (a, b) => {
        expect(probabilityOfImprovement([a], [b]) + probabilityOfImprovement([b], [a])).toBeCloseTo(1, 12);
      }),
    );
  });
});

describe('stratified bootstrap', () => {
  it('covers the true mean about as often as it says', () => {
    const random = new Random('coverage');
    let covered = 0;
    const trials = 300;
    for (let trial = 0; trial < trials; trial++) {
      const scores = [0, 1, 2].map((stratum) => Array.from({ length: 20 }, () => stratum + random.normal()));
      const mean = (sample: readonly (readonly number[])[]) =>
        sample.flat().reduce((sum, value) => sum + value, 0) / 60;
      const [low, high] = stratifiedBootstrap([scores], mean, { random, repetitions: 200 });
      if (low <= 1 && 1 <= high) covered++;
    }
    expect(covered / trials).toBeGreaterThan(0.89);
    expect(covered / trials).toBeLessThan(0.99);
  });

  it('keeps strata apart: what differs only between them is no spread', () => {
    const scores = [
      [1, 1, 1],
      [5, 5, 5],
    ];
    const options = { random: new Random(1), repetitions: 50 };
    expect(stratifiedBootstrap([scores], pooledInterquartileMean, options)).toEqual([3, 3]);
    const never = [[0, 0, 0]];
    expect(stratifiedBootstrap([[[1, 2, 3]], never], probabilityOfImprovement, options)).toEqual([1, 1]);
  });

  it('is the same for the same seed, and contains the statistic of a symmetric sample', () => {
    const scores = [[0.1, 0.2, 0.3, 0.4, 0.5]];
    const at = (seed: number) =>
      stratifiedBootstrap([scores], pooledInterquartileMean, { random: new Random(seed) });
    expect(at(3)).toEqual(at(3));
    const [low, high] = at(4);
    expect(low).toBeLessThan(0.3);
    expect(high).toBeGreaterThan(0.3);
  });
});
