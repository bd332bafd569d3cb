/** How far a ramp over so many iterations has come, counted from 1: 0 in the first, 1 behind the last; 1 without a ramp. */
export function rampShare(ramp = 0, iteration = 1): number {
  return ramp > 0 ? Math.min(1, (iteration - 1) / ramp) : 1;
}
