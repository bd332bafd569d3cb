/** One line of a chart, with x values of its own. */
export interface LineSeries {
  id: string;
  label: string;
  x: readonly (number | null)[];
  /** NaN and infinity are marked at the edge of the chart, null leaves a gap. */
  y: readonly (number | null)[];
  /** Iterations that four points summarise; 1 or absent: every point is an iteration of its own. */
  bin?: number;
  /** Iteration of every point, by which points of several runs are matched; absent: x is. */
  iterations?: readonly number[];
  /** Of a mean: how many values are behind every point. */
  counts?: readonly number[];
  /** CSS colour; variables follow the theme. */
  color: string;
  dash?: readonly number[];
  /** Draws a dot at every point: for values that come rarely. */
  points?: boolean;
  /** false keeps the line out of smoothing. */
  smooth?: boolean;
  /** After the label, e.g. `n = 140`. */
  note?: string;
  /** Switched off: neither drawn nor in the legend. Changes no other number. */
  hidden?: boolean;
  /** One of many behind a line that stands for them: drawn thinly, told in the data only. */
  faint?: boolean;
  /** Of a line that stands for several: the ids of their own lines. */
  owns?: readonly string[];
}

/** An area between two lines, e.g. an interval. */
export interface LineBand {
  id: string;
  label: string;
  x: readonly (number | null)[];
  low: readonly (number | null)[];
  high: readonly (number | null)[];
  color: string;
}

/**
 * One x column for all lines, never going back; an x stands there as often as the line that has it most often needs it, as a
 * summarised line has several values at one x. `undefined` where a line has no point of its own (drawn through), null for a gap.
 */
export interface AlignedLines {
  x: number[];
  columns: (number | null | undefined)[][];
}

type XY = { x: readonly (number | null)[]; y: readonly (number | null)[] };

/** Puts lines with different x values over the sorted union of them. The x of a line that is not there is left out. */
export function alignLines(lines: readonly XY[]): AlignedLines {
  const first = lines.find(({ x }) => x.length > 0);
  if (!first) return { x: [], columns: lines.map(() => []) };
  // Runs that are trained alike have the same x: nothing to put together.
  if (isSorted(first.x) && lines.every(({ x }) => x.length === 0 || isSameX(x, first.x)))
    return {
      x: [...first.x] as number[],
      columns: lines.map(({ x, y }) => (x.length === 0 ? new Array(first.x.length) : padded(y, x.length))),
    };
  const sorted = lines.map(sortLine);
  const x = mergeX([...new Set(sorted.map((line) => line.x))]);
  const columns = sorted.map((line) => {
    const column = new Array<number | null | undefined>(x.length).fill(undefined);
    for (let row = 0, at = 0; at < line.x.length; row++)
      if (x[row] === line.x[at]) column[row] = line.y[at++] ?? null;
    return column;
  });
  return { x, columns };
}

function padded(y: XY['y'], length: number): (number | null)[] {
  return y.length >= length ? [...y] : Array.from({ length }, (_, row) => y[row] ?? null);
}

function isSorted(x: XY['x']): boolean {
  for (let index = 0; index < x.length; index++) {
    const value = x[index];
    if (value === null || value === undefined || !Number.isFinite(value)) return false;
    if (index > 0 && value < x[index - 1]!) return false;
  }
  return true;
}

function isSameX(a: XY['x'], b: XY['x']): boolean {
  if (a === b) return true;
  if (a.length !== b.length) return false;
  for (let index = 0; index < a.length; index++) if (a[index] !== b[index]) return false;
  return true;
}

/** The points of a line that have an x, in order of it; those at one x in the order they came. */
function sortLine({ x, y }: XY): { x: readonly number[]; y: readonly (number | null)[] } {
  if (isSorted(x)) return { x: x as readonly number[], y };
  const rows = x.flatMap((value, row) => (value !== null && Number.isFinite(value) ? [row] : []));
  rows.sort((a, b) => x[a]! - x[b]! || a - b);
  return { x: rows.map((row) => x[row]!), y: rows.map((row) => y[row] ?? null) };
}

/** Sorted lists into one, two by two; a value stands in it as often as in the list that has it most often. */
function mergeX(lists: readonly (readonly number[])[]): number[] {
  if (lists.length < 2) return [...(lists[0] ?? [])];
  const middle = lists.length >> 1;
  const [a, b] = [mergeX(lists.slice(0, middle)), mergeX(lists.slice(middle))];
  const merged: number[] = [];
  let [i, j] = [0, 0];
  while (i < a.length && j < b.length) {
    const next = Math.min(a[i]!, b[j]!);
    if (a[i] === next) i++;
    if (b[j] === next) j++;
    merged.push(next);
  }
  for (; i < a.length; i++) merged.push(a[i]!);
  for (; j < b.length; j++) merged.push(b[j]!);
  return merged;
}

/** The last number of a line that is there at all, NaN included. */
export function lastValue(values: readonly (number | null)[]): number | null {
  for (let index = values.length - 1; index >= 0; index--) if (values[index] !== null) return values[index]!;
  return null;
}
