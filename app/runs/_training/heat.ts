import { addHistograms, countOf, type Histogram, middleBins } from '../../../server/contract/histogram.ts';
import type { Level } from '../../../server/contract/metrics.ts';
import type { TrainingColumn, TrainingOverview } from '../../../server/contract/training.ts';

/** Advantages of one level: bins of values, from high to low, by columns of iterations. */
export interface Heat {
  columns: number;
  /** Bins drawn: `from` to `to`, without it, each `width` wide. */
  from: number;
  to: number;
  width: number;
  /** `[row * columns + column]`, the highest values first: share of the column's decisions that are in the bin; NaN: not counted. */
  shares: Float64Array;
  /** The largest of them. */
  most: number;
  /** Mean of each column; null: not counted, or nothing in it. */
  means: (number | null)[];
  /** Share of all decisions that lie outside of what is drawn. */
  outside: number;
  all: Histogram;
}

/** Decisions drawn, at least: single ones far away do not make the rest flat. */
const SHOWN = 0.99;

/** The column of each place on the axis; undefined: nothing of it was counted. */
export function placeColumns({ last, bin, columns }: TrainingOverview): (TrainingColumn | undefined)[] {
  const placed = new Array<TrainingColumn | undefined>(Math.max(0, Math.ceil(last / bin))).fill(undefined);
  for (const column of columns) placed[columnOf(column.to, bin)] = column;
  return placed;
}

/** The place of an iteration on the axis. */
export const columnOf = (iteration: number, bin: number): number => Math.floor((iteration - 1) / bin);

/** Null where the run has no such level. */
export function heatOf(placed: readonly (TrainingColumn | undefined)[], level: Level): Heat | null {
  const histograms = placed.map((column) => column?.advantages[level]);
  const all = addHistograms(histograms.filter((histogram) => histogram !== undefined));
  const n = countOf(all);
  if (n === 0) return null;
  const middle = middleBins(all, SHOWN);
  // Zero is always in sight: above it a decision is made likelier, below it less.
  const [from, to] = [Math.min(middle[0], -1), Math.max(middle[1], 1)];
  const columns = placed.length;
  const shares = new Float64Array((to - from) * columns).fill(Number.NaN);
  let most = 0;
  let inside = 0;
  histograms.forEach((histogram, column) => {
    if (!histogram) return;
    const total = countOf(histogram);
    for (let bin = from; bin < to; bin++) {
      const count = histogram.counts[bin - histogram.first] ?? 0;
      const share = total > 0 ? count / total : 0;
      shares[(to - 1 - bin) * columns + column] = share;
      most = Math.max(most, share);
      inside += count;
    }
  });
  return {
    ...{ columns, from, to, shares, most, all },
    width: 2 ** all.exponent,
    means: histograms.map((histogram) => (histogram ? meanOf(histogram) : null)),
    outside: 1 - inside / n,
  };
}

function meanOf(histogram: Histogram): number | null {
  const n = countOf(histogram);
  return n > 0 ? histogram.sum / n : null;
}

/** What a table says of a histogram. */
export interface Moments {
  n: number;
  mean: number;
  deviation: number;
  /** Share that is 0 to the last bit. */
  zero: number;
  /** Ends of the bins that hold the middle 90 %. */
  middle: [low: number, high: number];
}

/** Null for nothing. */
export function momentsOf(histogram: Histogram): Moments | null {
  const n = countOf(histogram);
  if (n === 0) return null;
  const mean = histogram.sum / n;
  const width = 2 ** histogram.exponent;
  const [from, to] = middleBins(histogram, 0.9);
  return {
    ...{ n, mean },
    deviation: Math.sqrt(Math.max(0, histogram.squares / n - mean ** 2)),
    zero: histogram.zeros / n,
    middle: [from * width, to * width],
  };
}
