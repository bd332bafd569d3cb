import { Random } from '../rl/random.ts';
import type { Band } from './band-names.ts';
import { type Center, centerOf, mean } from './centers.ts';

export type { Band } from './band-names.ts';

export type Interval = readonly [low: number, high: number];

/** Of more values than these not every resample is gone through, but so many drawn ones. */
const MOST_ENUMERATED = 6;
export const DRAWN_RESAMPLES = 1000;

/** Resamples of `n` sorted values with replacement. */
interface Resamples {
  /** `[resample][place]`, ascending in each: what is drawn from sorted values is sorted. */
  indices: Uint16Array;
  /** How likely each is; null: all alike. */
  weights: readonly number[] | null;
}

const known = new Map<string, Resamples>();

/** Every resample there is, up to order, for few values; for more, drawn ones, always the same. */
function resamplesOf(n: number): Resamples {
  return keep(`${n}`, () => (n <= MOST_ENUMERATED ? enumerate(n) : draw(n, 'band')));
}

function keep(key: string, make: () => Resamples): Resamples {
  const made = known.get(key) ?? make();
  known.set(key, made);
  return made;
}

function enumerate(n: number): Resamples {
  const indices: number[] = [];
  const weights: number[] = [];
  const choose = (taken: number[], from: number, ways: number) => {
    if (taken.length === n) {
      indices.push(...taken);
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
  return { indices: Uint16Array.from(indices), weights };
}

function draw(n: number, stream: string): Resamples {
  const random = new Random(stream, n);
  const indices = new Uint16Array(DRAWN_RESAMPLES * n);
  for (let resample = 0; resample < DRAWN_RESAMPLES; resample++) {
    const places = indices.subarray(resample * n, (resample + 1) * n);
    for (let place = 0; place < n; place++) places[place] = Math.floor(random.next() * n);
    places.sort();
  }
  return { indices, weights: null };
}

/** Which part of sorted values a center is the mean of. */
function keptPart(center: Center, n: number): [from: number, to: number] {
  if (center === 'mean') return [0, n];
  const cut = center === 'iqm' ? Math.floor(n / 4) : (n - 1) >> 1;
  return [cut, n - cut];
}

/** The center of every resample. */
function resampledCenters(center: Center, values: readonly number[], indices: Uint16Array): Float64Array {
  const n = values.length;
  const sorted = Float64Array.from(values).sort();
  const [from, to] = keptPart(center, n);
  const centers = new Float64Array(indices.length / n);
  for (let resample = 0; resample < centers.length; resample++) {
    let sum = 0;
    for (let place = from; place < to; place++) sum += sorted[indices[resample * n + place]!]!;
    centers[resample] = sum / (to - from);
  }
  return centers;
}

/**
 * Percentile bootstrap interval of a center: for up to six values over all resamples, for more over a thousand, the same at
 * every call. Runs are the unit, so it covers the luck of training. Fast enough for every point of a curve.
 */
export function bootstrapBand(center: Center, values: readonly number[], level = 0.95): Interval {
  const { indices, weights } = resamplesOf(values.length);
  const centers = resampledCenters(center, values, indices);
  const tail = (1 - level) / 2;
  if (weights === null) {
    return middlePart(centers.sort(), level);
  }
  const sorted = weights
    .map((weight, resample) => ({ weight, value: centers[resample]! }))
    .sort((a, b) => a.value - b.value);
  return [quantile(sorted, tail), quantile(sorted, 1 - tail)];
}

/** From the lower to the upper quantile of sorted values. */
function middlePart(sorted: Float64Array, level = 0.95): Interval {
  const at = (share: number) => sorted[Math.max(0, Math.ceil(share * sorted.length - 1e-9) - 1)]!;
  return [at((1 - level) / 2), at((1 + level) / 2)];
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
  const { indices, weights } = resamplesOf(n);
  const centers = resampledCenters(center, values, indices);
  const weightOf = (resample: number) => weights?.[resample] ?? 1 / centers.length;
  const middle = centers.reduce((sum, value, resample) => sum + value * weightOf(resample), 0);
  return Math.sqrt(
    centers.reduce((sum, value, resample) => sum + weightOf(resample) * (value - middle) ** 2, 0),
  );
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

/**
 * The band around the difference of the centers of two independent groups, a less b; null as for {@link bandOf}. A range goes from the
 * smallest to the largest difference of two runs; the bootstrap resamples both groups, a thousand times, the same at every call.
 */
export function bandOfDifference(
  band: Band,
  center: Center,
  a: readonly number[],
  b: readonly number[],
): Interval | null {
  if (band === 'none' || a.length < 2 || b.length < 2) return null;
  if ([...a, ...b].some(Number.isNaN)) return [Number.NaN, Number.NaN];
  if (band === 'range') return [Math.min(...a) - Math.max(...b), Math.max(...a) - Math.min(...b)];
  if (band === 'bootstrap') {
    const own = resampledCenters(center, a, drawn(a.length, 'first'));
    const other = resampledCenters(center, b, drawn(b.length, 'second'));
    return middlePart(own.map((value, resample) => value - other[resample]!).sort());
  }
  const middle = centerOf(center, a) - centerOf(center, b);
  const error = Math.hypot(standardError(center, a), standardError(center, b));
  return [middle - error, middle + error];
}

const drawn = (n: number, stream: string) => keep(`${stream} ${n}`, () => draw(n, stream)).indices;
