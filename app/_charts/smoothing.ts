/**
 * Exponential moving average without the pull towards zero at its start: each value is a weighted mean of
 * those so far, weight `factor` to the power of their age. NaN and null stay what they are and carry no weight.
 *
 * @param factor in [0, 1); 0 gives the values back.
 */
export function smooth(values: readonly (number | null)[], factor: number): (number | null)[] {
  if (factor <= 0) return [...values];
  let sum = 0;
  let weight = 0;
  return values.map((value) => {
    if (value === null || !Number.isFinite(value)) return value;
    sum = factor * sum + value;
    weight = factor * weight + 1;
    return sum / weight;
  });
}

/** The weight of the past for a line of which four points summarise `bin` iterations: as far a look back as iteration by iteration. */
export function smoothingOf(factor: number, bin = 1): number {
  return bin === 1 ? factor : factor ** (bin / 4);
}
