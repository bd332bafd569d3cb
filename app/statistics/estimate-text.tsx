import type { Estimate } from '../../server/stats/score-statistics.ts';
import { formatShare } from '../_charts/format.ts';
import { Skeleton } from '../_ui/skeleton.tsx';
import { IntervalBar } from '../compare/interval-bar.tsx';

/** A share with its interval, as a bar and in numbers; an empty place until it is computed. */
export function EstimateText({ estimate, color }: { estimate: Estimate | undefined; color: string }) {
  if (!estimate) return <Skeleton className="h-9 w-48" />;
  const { value, interval } = estimate;
  const [low, high] = interval ?? [value, value];
  return (
    <span className="flex items-center gap-2 whitespace-nowrap">
      <IntervalBar value={{ rate: value, low, high }} color={color} />
      <span>
        <span className="block font-semibold">{formatShare(value)}</span>
        <span className="block text-muted">
          {interval ? `${formatShare(low)} to ${formatShare(high)}` : 'one run: no interval'}
        </span>
      </span>
    </span>
  );
}
