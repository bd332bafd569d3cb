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

/** One x column for all lines. `undefined` where a line has no point of its own (drawn through), null for a gap. */
export interface AlignedLines {
  x: number[];
  columns: (number | null | undefined)[][];
}

/** Puts lines with different x values over the sorted union of them. */
export function alignLines(
  lines: readonly { x: readonly (number | null)[]; y: readonly (number | null)[] }[],
): AlignedLines {
  const union = new Set<number>();
  for (const { x } of lines)
    for (const value of x) if (value !== null && Number.isFinite(value)) union.add(value);
  const x = [...union].sort((a, b) => a - b);
  const place = new Map(x.map((value, index) => [value, index]));
  const columns = lines.map((line) => {
    const column = new Array<number | null | undefined>(x.length).fill(undefined);
    line.x.forEach((value, index) => {
      const at = value === null ? undefined : place.get(value);
      if (at !== undefined) column[at] = line.y[index] ?? null;
    });
    return column;
  });
  return { x, columns };
}

/** The last number of a line that is there at all, NaN included. */
export function lastValue(values: readonly (number | null)[]): number | null {
  for (let index = values.length - 1; index >= 0; index--) if (values[index] !== null) return values[index]!;
  return null;
}
