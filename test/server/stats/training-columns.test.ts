import { expect, it } from 'vitest';
import { countOf, histogramOf } from '../../../server/contract/histogram.ts';
import { columnsOf } from '../../../server/contract/subgoal-sums.ts';
import type { TallyEvent } from '../../../server/contract/tally.ts';
import { MOST_COLUMNS } from '../../../server/contract/training.ts';
import { columnBin, TrainingColumns } from '../../../server/stats/training-columns.ts';

const tally = (iteration: number, low: number[]): TallyEvent => ({
  ...{ kind: 'tally', from: iteration, iteration, episodes: 4, won: 1 },
  advantages: { low: histogramOf(low) },
  ...{ segmentLengths: [1, iteration], subgoals: columnsOf([]), otherSegments: 0 },
});

it('keeps columns where they are while a run grows', () => {
  expect(columnBin(MOST_COLUMNS)).toBe(1);
  expect(columnBin(MOST_COLUMNS + 1)).toBe(2);
  expect(columnBin(10 * MOST_COLUMNS)).toBe(16);
});

it('adds up the iterations of a column, and leaves out those that were not counted', () => {
  const columns = new TrainingColumns(2);
  for (const iteration of [1, 2, 5]) columns.add(tally(iteration, [iteration]));
  expect(columns.columns()).toMatchObject([
    { from: 1, to: 2, episodes: 8, won: 2, segmentLengths: [2, 3] },
    { from: 5, to: 5, episodes: 4, won: 1, segmentLengths: [1, 5] },
  ]);
});

it('gives all columns bins of one width, few enough to be seen', () => {
  const columns = new TrainingColumns(1);
  const spread = (scale: number) => Array.from({ length: 200 }, (_, at) => (at - 100) * scale);
  columns.add(tally(1, spread(0.001)));
  columns.add(tally(2, spread(1)));
  const lows = columns.columns().map(({ advantages }) => advantages.low!);
  expect(new Set(lows.map(({ exponent }) => exponent)).size).toBe(1);
  expect(lows.map(countOf)).toEqual([200, 200]);
  expect(Math.max(...lows.map(({ counts }) => counts.length))).toBeLessThanOrEqual(49);
});
