import { ALERT_TITLES } from '../contract/alerts.ts';
import type { RunEvent } from '../contract/events.ts';
import { describePlace } from '../contract/narration.ts';
import type { WebhookMessage } from '../contract/webhook.ts';
import type { RunRow } from '../store/runs.ts';

/** What there is to say of an event of a run; null of most. */
export function webhookMessage(
  event: RunEvent,
  run: Pick<RunRow, 'id' | 'name' | 'iteration'>,
): WebhookMessage | null {
  const { id, name, iteration } = run;
  const about = {
    id: `${id}-${event.seq}`,
    time: new Date(event.time).toISOString(),
    run: { id, name, iteration, path: `/runs/${id}` },
  };
  if (event.kind === 'alert') {
    const { alert: kind, level, since, text, advice, active } = event;
    const title = ALERT_TITLES[kind];
    return {
      event: active ? 'alert.started' : 'alert.over',
      ...about,
      text: active ? `${name}: ${title}. ${text} ${advice}` : `${name}: over: ${title}.`,
      alert: { kind, level, since, title, text, advice },
    };
  }
  if (event.kind !== 'state') return null;
  if (event.to === 'finished')
    return { event: 'run.finished', ...about, text: `${name} is finished after iteration ${iteration}.` };
  if (event.to === 'cancelled')
    return { event: 'run.cancelled', ...about, text: `${name} was cancelled after iteration ${iteration}.` };
  if (event.to !== 'failed') return null;
  const [reason = ''] = event.reason.split('\n');
  const where = event.at ? ` in the ${describePlace(event.at)}` : '';
  return {
    event: 'run.failed',
    ...about,
    text: `${name} failed${where}: ${reason}`,
    failure: { at: event.at ?? null, reason },
  };
}
