import { Random } from '../rl/random.ts';
import { type Center, centerOf, mean } from './centers.ts';

/** What a band around the line of a group shows. */
export const BANDS = ['range', 'stderr', 'bootstrap', 'none'] as const;
export type Band = (typeof BANDS)[number];

export type Interval = readonly [low: number, high: number];

/** Of more values than these not every resample is gone through, but so many drawn ones. */
const MOST_ENUMERATED = 6;
export const DRAWN_RESAMPLES = 1000;

/** Resamples of `n` values with replacement: `indices[k]` of one of them, and how likely it is. */
interface Resamples {
  indices: readonly (readonly number[])[];
  weights: readonly number[];
}

const known = new Map<number, Resamples>();

/** Every resample there is, up to order, for few values; for more, drawn ones, always the same. */
function resamplesOf(n: number): Resamples {
  const before = known.get(n);
  if (before) return before;
  const made = n <= MOST_ENUMERATED ? enumerate(n) : draw(n);
  known.set(n, made);
  return made;
}

function enumerate(n: number): Resamples {
  const indices: number[][] = [];
  const weights: number[] = [];
  const choose = (taken: number[], from: number, ways: number) => {
    if (taken.length === n) {
      indices.push(taken);
      weights.push(ways / n ** n);
      return;
    }
    for (let index = from; index < n; index++) {
      const repeated = taken.filter((other) => other === index).length + 1;
      // Orders of the multiset: length! / product of the counts!, built up one place at a time.
      choose([...taken, index], index, (ways * (taken.length + 1)) / repeated);
    }
  };
  choose([], 0, 1);
  return { indices, weights };
}

function draw(n: number): Resamples {
  const random = new Random('band', n);
  const indices = Array.from({ length: DRAWN_RESAMPLES }, () =>
    Array.from({ length: n }, () => Math.floor(random.next() * n)),
  );
  return { indices, weights: indices.map(() => 1 / DRAWN_RESAMPLES) };
}

/** What the center of resampled values comes to, with how likely each is. */
function distribution(center: Center, values: readonly number[]): { value: number; weight: number }[] {
  const { indices, weights } = resamplesOf(values.length);
  return indices.map((places, resample) => ({
    value: centerOf(
      center,
      places.map((place) => values[place]!),
    ),
    weight: weights[resample]!,
  }));
}

/**
 * Percentile bootstrap interval of a center: for up to six values over all resamples, for more over a thousand, the same at
 * every call. Runs are the unit, so it covers the luck of training.
 */
export function bootstrapBand(center: Center, values: readonly number[], level = 0.95): Interval {
  const sorted = distribution(center, values).sort((a, b) => a.value - b.value);
  const tail = (1 - level) / 2;
  return [quantile(sorted, tail), quantile(sorted, 1 - tail)];
}

function quantile(sorted: readonly { value: number; weight: number }[], share: number): number {
  let sum = 0;
  for (const { value, weight } of sorted) {
    sum += weight;
    if (sum >= share - 1e-12) return value;
  }
  return sorted.at(-1)?.value ?? Number.NaN;
}

/** Standard error of a center: s / √n of a mean, the deviation over resamples of any other. NaN below two values. */
export function standardError(center: Center, values: readonly number[]): number {
  const n = values.length;
  if (n < 2) return Number.NaN;
  if (center === 'mean') {
    const middle = mean(values);
    return Math.sqrt(values.reduce((sum, value) => sum + (value - middle) ** 2, 0) / (n - 1) / n);
  }
  const resampled = distribution(center, values);
  const middle = resampled.reduce((sum, { value, weight }) => sum + value * weight, 0);
  return Math.sqrt(resampled.reduce((sum, { value, weight }) => sum + weight * (value - middle) ** 2, 0));
}

/** The band around the center of values; null where it shows nothing: below two values, or none wanted. */
export function bandOf(band: Band, center: Center, values: readonly number[]): Interval | null {
  if (band === 'none' || values.length < 2) return null;
  if (values.some(Number.isNaN)) return [Number.NaN, Number.NaN];
  if (band === 'range') return [Math.min(...values), Math.max(...values)];
  if (band === 'bootstrap') return bootstrapBand(center, values);
  const middle = centerOf(center, values);
  const error = standardError(center, values);
  return [middle - error, middle + error];
}
