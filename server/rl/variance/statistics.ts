import type { IntervalEstimate } from '../../contract/variance.ts';

/**
 * Inner products between sub-batch gradients, `[count * count]` row-major: `own` x_b · x_c, `cross` x_b · r_c, `reference`
 * r_b · r_c. Everything below follows from them, so vectors of any size are touched once.
 */
export interface GradientProducts {
  count: number;
  own: Float64Array;
  cross: Float64Array;
  reference: Float64Array;
}

/** See `gradientStatistics`; `norm` is the square root of the mean of ‖x_b‖², the two ratios follow from the rest. */
export type GradientStatistics = Record<
  'norm' | 'signal' | 'variance' | 'squaredBias' | 'signalToNoise' | 'cosine' | 'cosineOfMeans',
  number
>;

/** Products of the rows of `own` and `reference`, vectors of one length. */
export function gradientProducts(
  own: readonly Float32Array[],
  reference: readonly Float32Array[],
): GradientProducts {
  const count = own.length;
  const products = (left: readonly Float32Array[], right: readonly Float32Array[]) =>
    Float64Array.from({ length: count * count }, (_, i) =>
      dot(left[Math.floor(i / count)] as Float32Array, right[i % count] as Float32Array),
    );
  return {
    count,
    own: products(own, own),
    cross: products(own, reference),
    reference: products(reference, reference),
  };
}

function dot(a: Float32Array, b: Float32Array): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += (a[i] as number) * (b[i] as number);
  return sum;
}

/**
 * Statistics of independent sub-batch gradients x_b against a reference r_b of the same expectation as the true gradient.
 * Squared norms of expectations are U-statistics, means of products of different sub-batches only: E[x_b · x_c] = ‖E x‖² for
 * b ≠ c, so that noise does not count as signal, and the noise that x_b and r_b share does not count as agreement:
 *
 *   signal      = mean_{b≠c} x_b · x_c                        ‖E x‖²
 *   variance    = mean_b ‖x_b‖² - signal                      trace of Cov x
 *   squaredBias = mean_{b≠c} (x_b - r_b) · (x_c - r_c)        ‖E x - E r‖²
 *   cosine      = mean_b cos(x_b, mean_{c≠b} r_c)
 *
 * `weight[b]`: how much sub-batch b counts, 0 to leave it out. Not-a-number where something is not defined.
 */
export function gradientStatistics(
  { count, own, cross, reference }: GradientProducts,
  weight: ArrayLike<number> = new Float64Array(count).fill(1),
): GradientStatistics {
  let total = 0;
  let pairs = 0;
  let squares = 0; // sum of w ‖x_b‖²
  const sums = { own: 0, cross: 0, reference: 0 }; // over pairs of different sub-batches
  // Of row b: sum_c w_c r_b · r_c and sum_{c≠b} w_c x_b · r_c
  const referenceRow = new Float64Array(count);
  const crossRow = new Float64Array(count);
  for (let b = 0; b < count; b++) {
    const w = weight[b] as number;
    total += w;
    squares += w * (own[b * count + b] as number);
    for (let c = 0; c < count; c++) {
      const at = b * count + c;
      const v = weight[c] as number;
      referenceRow[b] = (referenceRow[b] as number) + v * (reference[at] as number);
      if (b === c) continue;
      crossRow[b] = (crossRow[b] as number) + v * (cross[at] as number);
      pairs += w * v;
      sums.own += w * v * (own[at] as number);
      sums.cross += w * v * (cross[at] as number);
      sums.reference += w * v * (reference[at] as number);
    }
  }
  const signal = sums.own / pairs;
  const referenceSignal = sums.reference / pairs;
  const agreement = sums.cross / pairs;
  const variance = squares / total - signal;
  const wholeReference = referenceRow.reduce((sum, x, b) => sum + (weight[b] as number) * x, 0);
  let cosines = 0;
  for (let b = 0; b < count; b++) {
    const w = weight[b] as number;
    if (w === 0) continue;
    const size = Math.sqrt(own[b * count + b] as number);
    const self = reference[b * count + b] as number;
    // ‖sum_{c≠b} w_c r_c‖²
    const others = wholeReference - 2 * w * (referenceRow[b] as number) + w * w * self;
    // A gradient of zero points nowhere: it counts as 0.
    if (size > 0) cosines += (w * (crossRow[b] as number)) / (size * Math.sqrt(others));
  }
  return {
    norm: Math.sqrt(squares / total),
    signal,
    variance,
    squaredBias: signal - 2 * agreement + referenceSignal,
    signalToNoise: signal / variance,
    cosine: cosines / total,
    cosineOfMeans: agreement / (Math.sqrt(signal) * Math.sqrt(referenceSignal)),
  };
}

/** The statistics of all sub-batches, then those without each one of them: what `estimate` makes an interval of. */
export function leaveOneOut(products: GradientProducts): GradientStatistics[] {
  const weight = new Float64Array(products.count).fill(1);
  const without = Array.from(weight, (_, b) => {
    weight[b] = 0;
    const statistics = gradientStatistics(products, weight);
    weight[b] = 1;
    return statistics;
  });
  return [gradientStatistics(products), ...without];
}

/**
 * A statistic with its 95 % jackknife interval, from its value on all K sub-batches followed by the K values without one each:
 * value ± t(K - 1) sqrt((K - 1) / K sum of squared deviations). Resampling with replacement would leave the reference fewer
 * different sub-batches than it has, and pull every cosine down; leaving one out does not.
 */
export function estimate([value, ...without]: readonly number[]): IntervalEstimate {
  const count = without.length;
  const mean = without.reduce((sum, x) => sum + x, 0) / count;
  const squares = without.reduce((sum, x) => sum + (x - mean) ** 2, 0);
  const reach = studentQuantile(count - 1) * Math.sqrt(((count - 1) / count) * squares);
  const whole = Number(value);
  return { value: finite(whole), low: finite(whole - reach), high: finite(whole + reach) };
}

/** 97.5 % quantile of Student's t (Abramowitz and Stegun 26.7.5); right to 0.2 % from 3 degrees of freedom on. */
function studentQuantile(freedom: number): number {
  const z = 1.959964;
  const terms = [
    (z ** 3 + z) / 4,
    (5 * z ** 5 + 16 * z ** 3 + 3 * z) / 96,
    (3 * z ** 7 + 19 * z ** 5 + 17 * z ** 3 - 15 * z) / 384,
    (79 * z ** 9 + 776 * z ** 7 + 1482 * z ** 5 - 1920 * z ** 3 - 945 * z) / 92_160,
  ];
  return terms.reduce((sum, term, power) => sum + term / freedom ** (power + 1), z);
}

function finite(value: number): number | null {
  return Number.isFinite(value) ? value : null;
}
