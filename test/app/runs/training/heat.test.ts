import { expect, it } from 'vitest';
import { columnOf, heatOf, momentsOf, placeColumns } from '../../../../app/runs/_training/heat.ts';
import { type Histogram, histogramOf } from '../../../../server/contract/histogram.ts';
import type { TrainingColumn } from '../../../../server/contract/training.ts';

const column = (from: number, to: number, low?: Histogram): TrainingColumn => ({
  ...{ from, to, episodes: 4, won: 1, segmentLengths: [] },
  advantages: low ? { low } : {},
});
const histogram = (first: number, ...counts: number[]): Histogram => ({
  ...{ exponent: -1, first, counts, zeros: 0 },
  ...{ sum: counts.reduce((sum, count, at) => sum + count * (first + at + 0.5) * 0.5, 0), squares: 0 },
});

it('puts columns where their iterations are, and leaves a gap for those that were not counted', () => {
  const [first, second] = [column(1, 2), column(5, 5)];
  expect(placeColumns({ last: 5, bin: 2, counted: 3, stored: null, columns: [first, second] })).toEqual([
    first,
    undefined,
    second,
  ]);
  expect([1, 2, 3, 5].map((iteration) => columnOf(iteration, 2))).toEqual([0, 0, 1, 2]);
});

it('has a row a bin, the highest first, and in it the share of each column', () => {
  const placed = [column(1, 1, histogram(-1, 1, 3)), undefined, column(3, 3, histogram(0, 0, 4))];
  const heat = heatOf(placed, 'low')!;
  // Bins -1, 0 and 1 of half a reward each.
  expect(heat).toMatchObject({ columns: 3, from: -1, to: 2, width: 0.5, most: 1, outside: 0 });
  const nan = Number.NaN;
  expect([...heat.shares]).toEqual([...[0, nan, 1], ...[0.75, nan, 0], ...[0.25, nan, 0]]);
  expect(heat.means).toEqual([(-0.25 + 3 * 0.25) / 4, null, 0.75]);
});

it('draws the middle of the decisions, zero always, and says how many lie outside', () => {
  const heat = heatOf([column(1, 1, histogram(4, 500, 496, 0, 0, 4))], 'low')!;
  expect([heat.from, heat.to]).toEqual([-1, 6]);
  expect(heat.outside).toBeCloseTo(0.004);
  expect(heatOf([column(1, 1)], 'low')).toBeNull();
  expect(heatOf([], 'low')).toBeNull();
});

it('tells mean, spread, zeros and the middle of a distribution', () => {
  const moments = momentsOf(histogramOf([0, 0, 1, -1, 2]))!;
  expect(moments).toMatchObject({ n: 5, mean: 0.4, zero: 0.4 });
  expect(moments.deviation).toBeCloseTo(Math.sqrt(6 / 5 - 0.16));
  expect(moments.middle[0]).toBeLessThanOrEqual(-1);
  expect(moments.middle[1]).toBeGreaterThan(2);
  expect(momentsOf(histogramOf([]))).toBeNull();
});
