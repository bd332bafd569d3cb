import { isSmoothed } from './drawn-lines.ts';
import { formatLegendValue, formatValue, MISSING } from './format.ts';
import type { LineSeries } from './line-series.ts';
import { smooth, smoothingOf } from './smoothing.ts';

/** What a legend says of a line: its value under the crosshair, or its last one. */
export interface LegendValue {
  /** As drawn boldly: the moving average where the line is smoothed. */
  text: string;
  /** What the text leaves open, e.g. the raw value, an n of its own, or where an older value stands. */
  detail: string;
}

/** Of sorted places: how many lie at or before `x`. */
function countUpTo(places: readonly number[], x: number): number {
  let [low, high] = [0, places.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (places[middle]! <= x) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** Whether places are there, and never go back: asked once of each list, as the crosshair asks of every line on every move. */
const sorted = new WeakMap<LineSeries['x'], boolean>();
function isSorted(places: LineSeries['x']): places is readonly number[] {
  let known = sorted.get(places);
  if (known === undefined) {
    known = places.every((place, row) => place !== null && (row === 0 || place >= places[row - 1]!));
    sorted.set(places, known);
  }
  return known;
}

/** Row of the last point at or before `x`; -1 before the first point and after the last: a line says nothing where it is not. */
function rowAt(line: LineSeries, x: number): number {
  const points = Math.min(line.x.length, line.y.length);
  if (points === line.x.length && isSorted(line.x)) {
    const row = countUpTo(line.x, x) - 1;
    return x > (line.x[points - 1] ?? Number.NEGATIVE_INFINITY) ? -1 : row;
  }
  let row = -1;
  let end = Number.NEGATIVE_INFINITY;
  line.x.forEach((value, index) => {
    if (value === null || index >= line.y.length) return;
    if (value <= x) row = index;
    end = Math.max(end, value);
  });
  return x > end ? -1 : row;
}

/** Row of the last value that is there at all, NaN included; -1 for none. */
function lastKnownRow(line: LineSeries): number {
  for (let row = line.y.length - 1; row >= 0; row--) if (line.y[row] !== null) return row;
  return -1;
}

/** The number that a line shows at `x`, its moving average where it is smoothed; null where it says nothing. */
export function valueAt(line: LineSeries, x: number, smoothing: number): number | null {
  const row = rowAt(line, x);
  const raw = row < 0 ? null : (line.y[row] ?? null);
  if (raw === null || !isSmoothed(line, smoothing) || !Number.isFinite(raw)) return raw;
  return smooth(line.y.slice(0, row + 1), smoothingOf(smoothing, line.bin)).at(-1) ?? null;
}

/**
 * The value of a line at `x`, or at its end for null. A value that an iteration did not report is missing there: an older one is named as
 * such. `describe` puts a position on the x axis into words, `axisEnd` is the last one of the chart.
 */
export function legendValue(
  line: LineSeries,
  x: number | null,
  {
    unit,
    smoothing,
    axisEnd,
    describe,
  }: { unit: string; smoothing: number; axisEnd: number | null; describe: (x: number) => string },
): LegendValue {
  const row = x === null ? line.y.length - 1 : rowAt(line, x);
  const raw = row < 0 ? null : (line.y[row] ?? null);
  if (raw === null) {
    const known = x === null ? lastKnownRow(line) : -1;
    const at = line.x[known] ?? null;
    const detail = at === null ? '' : `last ${formatValue(line.y[known], unit)} at ${describe(at)}`;
    return { text: MISSING, detail };
  }
  const words: string[] = [];
  let text = formatLegendValue(raw, unit);
  if (isSmoothed(line, smoothing) && Number.isFinite(raw)) {
    words.push(`moving average; raw ${text}`);
    text = formatLegendValue(smooth(line.y.slice(0, row + 1), smoothingOf(smoothing, line.bin)).at(-1), unit);
  }
  const count = line.counts?.[row];
  if (count !== undefined && count < Math.max(...line.counts!)) words.push(`n = ${count}`);
  const end = line.x[row] ?? null;
  if (x === null && end !== null && axisEnd !== null && end < axisEnd) words.push(`at ${describe(end)}`);
  return { text, detail: words.join(', ') };
}
