import { TriangleAlert } from 'lucide-react';
import { ALERT_TITLES, type RunAlert } from '../../server/contract/alerts.ts';

/** A sign beside a run in lists while something is wrong with it; nothing otherwise. */
export function AlertMark({ alerts }: { alerts: readonly RunAlert[] }) {
  const titles = alerts.filter(({ until }) => until === null).map(({ alert }) => ALERT_TITLES[alert]);
  if (titles.length === 0) return null;
  const text = [...new Set(titles)].join('; ');
  return (
    <span role="img" aria-label={`Warning: ${text}`} title={text} className="shrink-0 text-warning">
      <TriangleAlert aria-hidden className="size-3.5" />
    </span>
  );
}
