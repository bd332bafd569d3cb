import type { PinOrder } from './chart-settings.ts';
import { isSmoothed } from './drawn-lines.ts';
import { legendValue, valueAt } from './legend-values.ts';
import type { LineSeries } from './line-series.ts';

/** A line at the pinned position. */
export interface PinnedRow {
  line: LineSeries;
  /** As drawn: the moving average where the line is smoothed; null where the line says nothing. */
  value: number | null;
  /** As reported. */
  raw: number | null;
  text: string;
  detail: string;
}

/** All lines that are drawn at a position, in the order wanted; those without a value last. */
export function pinnedRows(
  series: readonly LineSeries[],
  x: number,
  options: { unit: string; smoothing: number; describe: (x: number) => string },
  order: PinOrder,
): PinnedRow[] {
  const rows = series
    .filter((line) => !line.hidden)
    .map((line) => ({
      line,
      value: valueAt(line, x, options.smoothing),
      raw: valueAt(line, x, 0),
      ...legendValue(line, x, { ...options, axisEnd: null }),
    }));
  if (order === 'line') return rows;
  const sign = order === 'high' ? -1 : 1;
  const rank = (value: number | null) =>
    value === null || Number.isNaN(value) ? Number.POSITIVE_INFINITY : sign * value;
  return rows.toSorted((a, b) =>
    rank(a.value) < rank(b.value) ? -1 : rank(a.value) > rank(b.value) ? 1 : 0,
  );
}

/** The rows as text with tabs, which spreadsheets take; numbers in full. */
export function pinnedText(
  rows: readonly PinnedRow[],
  title: string,
  position: string,
  smoothing: number,
): string {
  const areSmoothed = rows.some(({ line }) => isSmoothed(line, smoothing));
  const head = ['line', title, ...(areSmoothed ? ['raw'] : [])];
  const body = rows.map(({ line, value, raw }) => [
    line.label,
    value ?? '',
    ...(areSmoothed ? [raw ?? ''] : []),
  ]);
  return [[position], head, ...body].map((cells) => cells.join('\t')).join('\n');
}
