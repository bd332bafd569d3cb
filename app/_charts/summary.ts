import { formatValue } from './format.ts';
import { type LineSeries, lastValue } from './line-series.ts';

/** First number of a line from `start` on. */
function firstNumber(values: readonly (number | null)[]): number | null {
  return values.find((value) => value !== null && Number.isFinite(value)) ?? null;
}

/** A chart in words, for those who hear it: last value of each line and how far it came. */
export function summarizeLines(title: string, series: readonly LineSeries[], unit: string): string {
  const shown = series.filter((line) => !line.hidden && line.y.length > 0);
  if (shown.length === 0) return `${title}: nothing to show yet.`;
  const lines = shown.map((line) => {
    const first = firstNumber(line.y);
    const last = lastValue(line.y);
    const start = first === null || line.y.length < 2 ? '' : `, from ${formatValue(first, unit)} at first`;
    const note = line.note ? ` (${line.note})` : '';
    return `${line.label}${note}: last ${formatValue(last, unit)}${start}, ${line.y.length} points`;
  });
  return `${title}. ${lines.join('; ')}.`;
}
