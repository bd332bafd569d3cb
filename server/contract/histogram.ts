/**
 * Counts of numbers by bins of equal width. Widths are powers of two and bins begin at multiples of theirs, so that histograms of
 * any two sets can be added exactly: the finer one is made coarser first.
 */
export interface Histogram {
  /** A bin is 2^exponent wide. */
  exponent: number;
  /** Bin `first + i` holds `counts[i]`; bin b reaches from b to b + 1 times its width. */
  first: number;
  counts: number[];
  /** How many of them are 0 to the last bit: they are in bin 0, too. */
  zeros: number;
  /** Sum of the numbers, and of their squares. */
  sum: number;
  squares: number;
}

/** Bins for the middle 98 % of the numbers, about, and for all of them. */
const BINS_OF_MOST = 32;
const MOST_BINS = 200;
/** Finer bins tell nothing. */
const SMALLEST_EXPONENT = -20;
const LARGEST_EXPONENT = 60;

/** Counts numbers; those that are not finite are left out. */
export function histogramOf(values: Iterable<number>): Histogram {
  const sorted = Float64Array.from([...values].filter(Number.isFinite)).sort();
  const n = sorted.length;
  if (n === 0) return { exponent: 0, first: 0, counts: [], zeros: 0, sum: 0, squares: 0 };
  const at = (share: number) => sorted[Math.min(n - 1, Math.floor(share * n))]!;
  const span = (at(0.99) - at(0.01)) / BINS_OF_MOST;
  const reach = (at(1) - at(0)) / MOST_BINS;
  const wanted = Math.ceil(Math.log2(Math.max(span, reach, Number.MIN_VALUE)));
  const exponent = Math.min(LARGEST_EXPONENT, Math.max(SMALLEST_EXPONENT, wanted));
  const binOf = (value: number) => Math.floor(value / 2 ** exponent);
  const first = binOf(at(0));
  const counts = new Array<number>(binOf(at(1)) - first + 1).fill(0);
  let zeros = 0;
  let sum = 0;
  let squares = 0;
  for (const value of sorted) {
    counts[binOf(value) - first]!++;
    if (value === 0) zeros++;
    sum += value;
    squares += value * value;
  }
  return { exponent, first, counts, zeros, sum, squares };
}

/** The same numbers in bins of 2^exponent; as it is where they are as wide already. */
export function coarsen(histogram: Histogram, exponent: number): Histogram {
  if (exponent <= histogram.exponent || histogram.counts.length === 0) return histogram;
  const factor = 2 ** (exponent - histogram.exponent);
  const first = Math.floor(histogram.first / factor);
  const last = Math.floor((histogram.first + histogram.counts.length - 1) / factor);
  const counts = new Array<number>(last - first + 1).fill(0);
  histogram.counts.forEach((count, index) => {
    counts[Math.floor((histogram.first + index) / factor) - first]! += count;
  });
  return { ...histogram, exponent, first, counts };
}

/** All numbers of several histograms in one, in the widest bins of them, or wider ones where the sets lie far apart. */
export function addHistograms(parts: readonly Histogram[]): Histogram {
  const filled = parts.filter(({ counts }) => counts.length > 0);
  if (filled.length === 0) return histogramOf([]);
  const low = Math.min(...filled.map((part) => part.first * 2 ** part.exponent));
  const high = Math.max(...filled.map((part) => (part.first + part.counts.length) * 2 ** part.exponent));
  const needed = Math.ceil(Math.log2((high - low) / MOST_BINS));
  const exponent = Math.max(needed, ...filled.map((part) => part.exponent));
  const coarse = filled.map((part) => coarsen(part, exponent));
  const first = Math.min(...coarse.map((part) => part.first));
  const end = Math.max(...coarse.map((part) => part.first + part.counts.length));
  const counts = new Array<number>(end - first).fill(0);
  for (const part of coarse)
    part.counts.forEach((count, index) => {
      counts[part.first - first + index]! += count;
    });
  const total = (pick: (part: Histogram) => number) => coarse.reduce((sum, part) => sum + pick(part), 0);
  return {
    ...{ exponent, first, counts },
    zeros: total(({ zeros }) => zeros),
    sum: total(({ sum }) => sum),
    squares: total(({ squares }) => squares),
  };
}

/** How many numbers it counts. */
export function countOf({ counts }: Pick<Histogram, 'counts'>): number {
  return counts.reduce((sum, count) => sum + count, 0);
}

/** The bins that hold the middle `share` of the numbers: the first, and the one behind the last. */
export function middleBins({ first, counts }: Histogram, share: number): [from: number, to: number] {
  const outside = (countOf({ counts }) * (1 - share)) / 2;
  let from = 0;
  for (let left = 0; from < counts.length - 1; from++) {
    left += counts[from]!;
    if (left > outside) break;
  }
  let to = counts.length;
  for (let right = 0; to > from + 1; to--) {
    right += counts[to - 1]!;
    if (right > outside) break;
  }
  return [first + from, first + to];
}
