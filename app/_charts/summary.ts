import { formatValue } from './format.ts';
import { type LineSeries, lastValue } from './line-series.ts';

/** First number of a line from `start` on. */
function firstNumber(values: readonly (number | null)[]): number | null {
  return values.find((value) => value !== null && Number.isFinite(value)) ?? null;
}

/** A chart in words, for those who hear it: last value of each line and how far it came. */
export function summarizeLines(title: string, series: readonly LineSeries[], unit: string): string {
  const shown = series.filter((line) => !line.hidden && !line.faint && line.y.length > 0);
  if (shown.length === 0) return `${title}: nothing to show yet.`;
  const lines = shown.map((line) => {
    const first = firstNumber(line.y);
    const last = line.y.at(-1) ?? null;
    const older = last === null ? lastValue(line.y) : null;
    const end =
      older === null
        ? `last ${formatValue(last, unit)}`
        : `not reported last, before that ${formatValue(older, unit)}`;
    const points = line.y.filter((value) => value !== null).length;
    const start = first === null || line.y.length < 2 ? '' : `, from ${formatValue(first, unit)} at first`;
    const note = line.note ? ` (${line.note})` : '';
    return `${line.label}${note}: ${end}${start}, ${points} points`;
  });
  return `${title}. ${lines.join('; ')}.`;
}
