import type { Alert, AlertEvent } from '../../../contract/alert-events.ts';
import { isSameAlert } from '../../../contract/alerts.ts';
import type { AlertThresholds } from '../../../contract/run-config.ts';
import { type Detector, detectorsOf, type HistoryPoint } from './alert-detectors.ts';

/** Iterations in a row without a condition until it is over. */
const CLEAR = 3;

/**
 * The conditions that hold at the end of a run's history: each has held in as many iterations on end as its detector asks for and
 * has not been away for `CLEAR` since. `hierarchical`: the agent has a choice to switch.
 */
export function activeAlerts(
  history: readonly HistoryPoint[],
  thresholds: AlertThresholds,
  hierarchical: boolean,
): Alert[] {
  return detectorsOf(thresholds, hierarchical).flatMap((detector) => detect(detector, history) ?? []);
}

function detect(detector: Detector, history: readonly HistoryPoint[]): Alert | null {
  const { alert, level, onset, advice } = detector;
  let active: Alert | null = null;
  let since = 0;
  let bad = 0;
  let good = 0;
  for (let at = 0; at < history.length; at++) {
    const verdict = detector.judge(history, at);
    if (!verdict) continue;
    const { iteration } = history[at]!;
    if (verdict.bad && bad === 0) since = iteration;
    bad = verdict.bad ? bad + 1 : 0;
    good = verdict.bad ? 0 : good + 1;
    if (active && good >= CLEAR) active = null;
    if (active || bad < onset) continue;
    const text = `${detector.describe(verdict.value, history)} (iteration ${iteration}, since ${since}).`;
    active = { alert, level, since, text, advice };
  }
  return active;
}

/** What to tell after an iteration: what has set in and what is over. */
export function alertChanges(
  before: readonly Alert[],
  after: readonly Alert[],
  iteration: number,
): AlertEvent[] {
  const missing = (from: readonly Alert[], list: readonly Alert[]) =>
    from.filter((alert) => !list.some((other) => isSameAlert(other, alert)));
  return [
    ...missing(before, after).map(
      (alert) => ({ kind: 'alert', iteration, active: false, ...alert }) as const,
    ),
    ...missing(after, before).map((alert) => ({ kind: 'alert', iteration, active: true, ...alert }) as const),
  ];
}
