import type { Alert, AlertEvent } from './alert-events.ts';
import type { AlertKind } from './alert-kinds.ts';

export const ALERT_TITLES: Record<AlertKind, string> = {
  'never-switches': 'The hierarchy has collapsed: it hardly switches',
  'always-switches': 'The hierarchy has collapsed: it switches on nearly every turn',
  'entropy-collapse': 'Entropy has collapsed',
  'kl-explosion': 'The policy moves too far',
  'value-loss-explosion': 'The value loss has exploded',
  'useless-critic': 'The critic explains nothing',
  'idle-reward': 'The reward rises, success does not',
};

/** An alert of a run as its page shows it. */
export interface RunAlert extends Alert {
  /** Iteration after which it was over; null while it holds. */
  until: number | null;
}

export function isSameAlert(a: Alert, b: Alert): boolean {
  return a.alert === b.alert && a.level === b.level && a.since === b.since;
}

/** The alerts that events in order add up to, in order of onset. */
export function collectAlerts(events: readonly AlertEvent[]): RunAlert[] {
  const alerts: RunAlert[] = [];
  for (const { alert, level, since, text, advice, active, iteration } of events) {
    const next = { alert, level, since, text, advice, until: active ? null : iteration };
    const index = alerts.findIndex((known) => isSameAlert(known, next));
    if (index < 0) alerts.push(next);
    else alerts[index] = next;
  }
  return alerts;
}
