/** A point of an evaluation curve: what training had used, and the success rate then. */
export interface CurvePoint {
  x: number;
  success: number;
}

/**
 * Where a curve first reaches `threshold`: on the straight line between the last evaluation below and the first one at or above
 * it. Null if it never does: not reached is a result, not a gap.
 */
export function firstReach(curve: readonly CurvePoint[], threshold: number): number | null {
  const index = curve.findIndex(({ success }) => success >= threshold);
  const point = curve[index];
  if (!point) return null;
  const before = curve[index - 1];
  if (!before) return point.x;
  const share = (threshold - before.success) / (point.success - before.success);
  return before.x + share * (point.x - before.x);
}
