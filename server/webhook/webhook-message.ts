import { ALERT_TITLES } from '../contract/alerts.ts';
import type { Place, RunEvent } from '../contract/events.ts';
import { describePlace } from '../contract/narration.ts';
import type { RunRow } from '../store/runs.ts';

/** What a webhook is sent, as JSON; see docs/runs.md. */
export interface WebhookMessage {
  event: 'alert.started' | 'alert.over' | 'run.finished' | 'run.failed' | 'run.cancelled' | 'test';
  /** ISO 8601. */
  time: string;
  /** All of it in a sentence or two, for people. */
  text: string;
  /** Absent of a test. */
  run?: {
    id: string;
    name: string;
    /** Last finished iteration. */
    iteration: number;
    /** Of its page on this server. */
    path: string;
  };
  /** Of an alert. */
  alert?: {
    kind: string;
    level: string | null;
    /** First iteration in which the condition held. */
    since: number;
    title: string;
    text: string;
    advice: string;
  };
  /** Of a failed run: where it broke, if that is known, and the first line of why. */
  failure?: { at: Place | null; reason: string };
}

/** What there is to say of an event of a run; null of most. */
export function webhookMessage(
  event: RunEvent,
  run: Pick<RunRow, 'id' | 'name' | 'iteration'>,
): WebhookMessage | null {
  const { id, name, iteration } = run;
  const about = {
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
