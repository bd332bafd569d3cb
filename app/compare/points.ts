import { withMinus } from '../_charts/format.ts';

/** A difference of shares in percentage points, with its sign. */
export function formatPoints(difference: number): string {
  const points = (difference * 100).toFixed(1);
  return Number(points) > 0 ? `+${points}` : withMinus(points);
}
