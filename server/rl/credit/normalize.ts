/** Mean, and variance with the denominator asked for, of the entries whose weight is not 0. */
export interface Moments {
  mean: number;
  variance: number;
  /** Sum of the weights. */
  weight: number;
}

/** Weighted mean and variance; `bessel` multiplies the variance by n / (n - 1), n = sum of weights. */
export function moments(x: ArrayLike<number>, weights: ArrayLike<number> | null, bessel = false): Moments {
  let weight = 0;
  let sum = 0;
  for (let i = 0; i < x.length; i++) {
    const w = weights ? weights[i]! : 1;
    weight += w;
    sum += w * x[i]!;
  }
  if (weight === 0) return { mean: 0, variance: 0, weight };
  const mean = sum / weight;
  let squares = 0;
  for (let i = 0; i < x.length; i++) {
    const w = weights ? weights[i]! : 1;
    if (w !== 0) squares += w * (x[i]! - mean) ** 2;
  }
  const variance = squares / weight;
  return { mean, variance: bessel && weight > 1 ? (variance * weight) / (weight - 1) : variance, weight };
}

/**
 * Per-level normalisation of HAE (spec/hae.md 2.7): (A - mean) / (population standard deviation + 1e-8) over the selected
 * rows. Rows not selected train no token of the level and get 0.
 */
export function normalizeLevel(raw: Float64Array, selected: Uint8Array): Float64Array {
  const { mean, variance } = moments(raw, selected);
  const deviation = Math.sqrt(variance) + 1e-8;
  const normalized = new Float64Array(raw.length);
  for (let i = 0; i < raw.length; i++) if (selected[i]) normalized[i] = (raw[i]! - mean) / deviation;
  return normalized;
}

/**
 * Whitening of the flat estimators (spec/hae.md 4): (x - mean) / sqrt(var + 1e-8), variance with Bessel's correction,
 * statistics over `weights` (a mask, or token counts). Every entry is transformed; fewer than two weighted entries give 0.
 */
export function whiten(x: ArrayLike<number>, weights: ArrayLike<number> | null): Float64Array {
  const { mean, variance, weight } = moments(x, weights, true);
  const whitened = new Float64Array(x.length);
  if (weight <= 1) return whitened;
  const scale = 1 / Math.sqrt(variance + 1e-8);
  for (let i = 0; i < x.length; i++) whitened[i] = (x[i]! - mean) * scale;
  return whitened;
}

/**
 * The mean and divisor that made `normalized` of `raw`, normalized = (raw - mean) / divisor, read off the selected rows that are
 * furthest apart; null without a row.
 */
export function findNormalization(
  raw: ArrayLike<number>,
  normalized: ArrayLike<number>,
  selected: Uint8Array,
): { mean: number; divisor: number } | null {
  let least = -1;
  let most = -1;
  for (let i = 0; i < raw.length; i++) {
    if (!selected[i]) continue;
    if (least < 0 || raw[i]! < raw[least]!) least = i;
    if (most < 0 || raw[i]! > raw[most]!) most = i;
  }
  if (least < 0) return null;
  const spread = normalized[most]! - normalized[least]!;
  const divisor = spread === 0 ? 1 : (raw[most]! - raw[least]!) / spread;
  return { mean: raw[least]! - normalized[least]! * divisor, divisor };
}
