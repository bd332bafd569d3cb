/** Two-sided 95 % quantile of the normal distribution. */
const Z_95 = 1.959963984540054;

/**
 * Wilson's score interval of a success rate (E. B. Wilson, JASA 22, 1927), within [0, 1]; [0, 1] when nothing was
 * tried. `z` is the normal quantile, 95 % by default.
 */
export function wilsonInterval(successes: number, trials: number, z = Z_95): [low: number, high: number] {
  if (trials === 0) return [0, 1];
  const rate = successes / trials;
  const denominator = 1 + (z * z) / trials;
  const centre = rate + (z * z) / (2 * trials);
  const spread = z * Math.sqrt((rate * (1 - rate)) / trials + (z * z) / (4 * trials * trials));
  // Exact at the ends, where rounding would leave 1e-17.
  const low = successes === 0 ? 0 : (centre - spread) / denominator;
  const high = successes === trials ? 1 : (centre + spread) / denominator;
  return [Math.max(0, low), Math.min(1, high)];
}
