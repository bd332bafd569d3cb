import { TriangleAlert } from 'lucide-react';
import { ALERT_TITLES, type RunAlert } from '../../../server/contract/alerts.ts';

/** What is wrong with the run and what to try; what is over stands folded below. Nothing where nothing was wrong. */
export function AlertsPanel({ alerts }: { alerts: readonly RunAlert[] }) {
  const active = alerts.filter(({ until }) => until === null);
  const over = alerts.filter(({ until }) => until !== null);
  if (alerts.length === 0) return null;
  return (
    <section aria-label="Alerts" className="flex flex-col gap-2">
      {active.length > 0 && (
        <ul className="flex flex-col gap-2.5 rounded-lg border border-warning/50 bg-warning-soft p-3">
          {active.map((alert) => (
            <li key={keyOf(alert)} className="flex items-start gap-2">
              <TriangleAlert aria-hidden className="mt-0.5 size-4 shrink-0 text-warning" />
              <div className="min-w-0">
                <b className="font-semibold text-warning">{ALERT_TITLES[alert.alert]}</b>
                <p>{alert.text}</p>
                <p className="text-muted">{alert.advice}</p>
              </div>
            </li>
          ))}
        </ul>
      )}
      {over.length > 0 && (
        <details className="text-[0.93rem] text-muted">
          <summary className="cursor-pointer">
            {over.length} earlier alert{over.length === 1 ? '' : 's'}, over by now
          </summary>
          <ul className="mt-1.5 flex flex-col gap-1.5 pl-4">
            {over.map((alert) => (
              <li key={keyOf(alert)}>
                {ALERT_TITLES[alert.alert]}, iterations {alert.since} to {alert.until}. {alert.text}
              </li>
            ))}
          </ul>
        </details>
      )}
    </section>
  );
}

function keyOf({ alert, level, since }: RunAlert): string {
  return `${alert} ${level} ${since}`;
}
