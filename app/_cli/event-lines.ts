import type { RunEvent } from '../../server/contract/events.ts';
import { formatClock } from '../_charts/format.ts';
import { formatLogLine } from '../runs/_run/log-lines.ts';
import { printable } from './text-table.ts';

/** Metrics of a step that stand in its line. */
const MOST_SHOWN = 8;

/** An event as a line of a log; null for what the log says in words of its own. */
export function eventLine(event: RunEvent): string | null {
  switch (event.kind) {
    case 'log':
      return printable(formatLogLine(event));
    case 'state': {
      const from = event.from === null ? '' : `${event.from} → `;
      return printable(`${formatClock(event.time)} state   ${from}${event.to}: ${event.reason}`);
    }
    case 'metrics': {
      const values = Object.entries(event.values).map(([key, value]) => `${key} ${valueText(value)}`);
      const more = values.length > MOST_SHOWN ? `, ${values.length - MOST_SHOWN} more` : '';
      return printable(
        `${formatClock(event.time)} step ${event.iteration}: ${values.slice(0, MOST_SHOWN).join(', ')}${more}`,
      );
    }
    default:
      return null;
  }
}

/** Not-a-number travels as null, infinity as a word. */
function valueText(value: unknown): string {
  if (value === null) return 'NaN';
  return typeof value === 'number' ? String(Number(value.toPrecision(6))) : String(value);
}

/** Names over the columns of `metricsRow`. */
export function metricsTitles(keys: readonly string[]): string {
  return ['iteration', ...keys].map(printable).join('\t');
}

/** A row for programs: every digit, empty where nothing was said. */
export function metricsRow(
  iteration: number,
  keys: readonly string[],
  values: Record<string, unknown>,
): string {
  return [iteration, ...keys.map((key) => (key in values ? (values[key] ?? 'NaN') : ''))].join('\t');
}
