import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { spreadEvenly } from '../../../../../server/rl/train/checkpoint/kept-checkpoints.ts';

describe('spreadEvenly', () => {
  /** What stays of a run that saves every iteration and thins each time. */
  const keptOf = (iterations: number, most: number) => {
    let kept: number[] = [];
    for (let iteration = 1; iteration <= iterations; iteration++)
      kept = spreadEvenly([...kept, iteration], most);
    return kept;
  };

  it('keeps the first and the last, and what lies evenly between', () => {
    expect(keptOf(3, 5)).toEqual([1, 2, 3]);
    expect(keptOf(17, 5)).toEqual([1, 5, 10, 14, 17]);
    expect(keptOf(60, 1)).toEqual([60]);
  });

  it('leaves no gap that is much wider than the others', () => {
    fc.assert(
      fc.property(fc.integer({ min: 2, max: 300 }), fc.integer({ min: 3, max: 12 }), (iterations, most) => {
        const kept = keptOf(iterations, most);
        expect(kept).toHaveLength(Math.min(iterations, most));
        expect([kept[0], kept.at(-1)]).toEqual([1, iterations]);
        const gaps = kept.slice(1).map((iteration, index) => iteration - kept[index]!);
        expect(Math.max(...gaps)).toBeLessThanOrEqual(Math.ceil((3 * iterations) / (most - 1)));
      }),
    );
  });
});
