import { describe, expect, it } from 'vitest';
import { groupScores } from '../../../app/compare/group-scores.ts';
import { wilson } from '../../../app/compare/proportion.ts';
import type { RunGroup } from '../../../app/compare/run-groups.ts';

const group = (runIds: string[], trainings = runIds): RunGroup => ({
  ...{ id: `group ${runIds[0]}`, label: runIds.join(), runIds, trainings, unit: 'seed' },
  style: { color: 'red', dash: [], marker: 'circle' },
});

/** Every run won so many of ten games, at this iteration. */
const row = (successes: Record<string, number>, iteration = 20) => ({
  latest: new Map(
    Object.entries(successes).map(([id, won]) => [
      id,
      { ...wilson(won, 10), iteration, successes: won, meanScore: undefined },
    ]),
  ),
});

describe('groups under one protocol', () => {
  const successes = { a: 8, b: 6, c: 7, d: 3, e: 2, f: 4, g: 9 };

  it('are told by their center with an interval, and by the difference to the first', () => {
    const [first, second, single] = groupScores(
      row(successes),
      [group(['a', 'b', 'c']), group(['d', 'e', 'f']), group(['g'])],
      'mean',
    );
    expect(first).toMatchObject({ rates: [0.8, 0.6, 0.7], difference: null, iterations: [20, 20] });
    expect(first!.center).toBeCloseTo(0.7, 12);
    expect(first!.interval![0]).toBeGreaterThan(0.59);
    expect(first!.interval![1]).toBeLessThan(0.81);
    expect(second!.difference!.value).toBeCloseTo(-0.4, 12);
    const [low, high] = second!.difference!.interval!;
    expect(low).toBeLessThan(-0.4);
    expect(high).toBeGreaterThan(-0.4);
    expect(high).toBeLessThan(0);
    // One training says nothing about the luck of training.
    expect(single).toMatchObject({ interval: null, difference: { interval: null } });
    expect(single!.difference!.value).toBeCloseTo(0.2, 12);
  });

  it('count a training once however often it ran, and leave out who was not evaluated', () => {
    const [only] = groupScores(
      row({ a: 2, b: 4, c: 9 }),
      [group(['a', 'b', 'c', 'x'], ['1', '1', '2', '3'])],
      'median',
    );
    expect(only!.rates.map((rate) => rate.toFixed(2))).toEqual(['0.30', '0.90']);
    expect(groupScores(row({}), [group(['a'])], 'mean')).toEqual([]);
    // Without a score of the first group there is nothing to be different from.
    expect(groupScores(row({ b: 5 }), [group(['a']), group(['b'])], 'iqm')).toMatchObject([
      { difference: null },
    ]);
  });
});
