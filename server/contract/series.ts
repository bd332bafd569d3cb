import { fromMetricValue, type MetricValue } from './metric-value.ts';
import type { MetricSeries } from './views.ts';

/** What of a MetricSeries makes up its rows. */
export type SeriesRows = Pick<MetricSeries, 'iterations' | 'columns'>;

type Value = number | null;

/** A bin of more rows is told by four: first, the two extremes as they came, last. */
const ROWS_A_BIN = 4;
const SMALLEST_BIN = 8;
/** Rows of all runs of a view together: what a server writes, and a browser reads and draws, in a blink. */
const ROWS_A_VIEW = 24_000;
const ROWS_A_REQUEST = 6000;
/** Two for every pixel of a wide chart. */
const MOST_ROWS = 2000;
const FEWEST_ROWS = 64;

/** Rows that each run of a view of so many runs may have: the more runs, the fewer. */
export function rowsPerRun(runs: number): number {
  return Math.min(MOST_ROWS, Math.max(FEWEST_ROWS, Math.floor(ROWS_A_VIEW / Math.max(1, runs))));
}

/** Rows that each of so many runs may have in one answer: no answer is large, whoever asks. */
export function rowsPerAnswer(runs: number): number {
  return Math.min(rowsPerRun(runs), Math.max(FEWEST_ROWS, Math.floor(ROWS_A_REQUEST / Math.max(1, runs))));
}

/** Columns of a preview: what a comparison shows first, and what its x axes need. */
export const PREVIEW_KEYS = ['success', 'episodes', 'turns', 'tokens', 'trainingSeconds', 'wallSeconds'];

/** Runs to ask for in one request, at so many rows each: short enough for server and page to do other things in between. */
export function runsPerRequest(rows: number): number {
  return Math.min(20, Math.max(1, Math.floor(ROWS_A_REQUEST / rows)));
}

/**
 * Iterations to summarise so that `iterations` of them fit into `rows`: 1 while all fit, else a power of two, so that
 * bins stay where they are while a run grows, and every bin is made of whole smaller ones.
 */
export function chooseBin(iterations: number, rows: number): number {
  if (iterations <= rows) return 1;
  let bin = SMALLEST_BIN;
  while (Math.ceil((iterations + 1) / bin) * ROWS_A_BIN > rows) bin *= 2;
  return bin;
}

/** What a key said within a bin. */
interface Summary {
  /** First and last value said, NaN included; null: it said nothing. */
  first: Value;
  last: Value;
  /** Smallest and largest number in the order in which they came, the earliest of equals. */
  a: Value;
  b: Value;
  /** It was not a number, and neither `first` nor `last` shows it. */
  hidesNaN: boolean;
}

function summarize(column: readonly Value[], from: number, to: number): Summary {
  let first: Value = null;
  let last: Value = null;
  let low = -1;
  let high = -1;
  let sawNaN = false;
  for (let row = from; row < to; row++) {
    const value = column[row];
    if (value === null || value === undefined) continue;
    first ??= value;
    last = value;
    if (Number.isNaN(value)) sawNaN = true;
    else {
      if (low < 0 || value < column[low]!) low = row;
      if (high < 0 || value > column[high]!) high = row;
    }
  }
  if (low < 0) return { first, last, a: first, b: last, hidesNaN: false };
  const hidesNaN = sawNaN && !Number.isNaN(first) && !Number.isNaN(last);
  return { first, last, a: column[Math.min(low, high)]!, b: column[Math.max(low, high)]!, hidesNaN };
}

/**
 * Rows summarised by bins of `bin` iterations. A bin of more than four rows becomes four: at its first iteration the first
 * value and one extreme, at its last iteration the other extreme and the last value, the extremes (minimum and maximum) in the
 * order in which they came, so that what only grows still does. Where a key was not a number in between, one more row says so.
 * Reducing what was reduced by smaller bins, in pieces or whole, gives the same as reducing everything at once.
 */
export function reduceRows({ iterations, columns }: SeriesRows, bin: number): SeriesRows {
  if (bin === 1) return { iterations, columns };
  const keys = Object.keys(columns);
  const reduced: SeriesRows = { iterations: [], columns: Object.fromEntries(keys.map((key) => [key, []])) };
  for (let from = 0; from < iterations.length; ) {
    const place = Math.floor(iterations[from]! / bin);
    let to = from + 1;
    while (to < iterations.length && Math.floor(iterations[to]! / bin) === place) to++;
    if (to - from <= ROWS_A_BIN) copyRows(reduced, { iterations, columns }, from, to);
    else {
      const summaries = keys.map((key) => summarize(columns[key]!, from, to));
      const showsNaN = summaries.some(({ hidesNaN }) => hidesNaN);
      const [start, end] = [iterations[from]!, iterations[to - 1]!];
      reduced.iterations.push(...(showsNaN ? [start, start, start, end, end] : [start, start, end, end]));
      summaries.forEach(({ first, last, a, b, hidesNaN }, index) => {
        const between = showsNaN ? [hidesNaN ? Number.NaN : a] : [];
        reduced.columns[keys[index]!]!.push(first, a, ...between, b, last);
      });
    }
    from = to;
  }
  return reduced;
}

function copyRows(target: SeriesRows, source: SeriesRows, from: number, to: number): void {
  for (let row = from; row < to; row++) target.iterations.push(source.iterations[row]!);
  for (const [key, column] of Object.entries(source.columns))
    for (let row = from; row < to; row++) target.columns[key]!.push(column[row]!);
}

/** Rows one after the other; a key that a part does not know is missing there. */
export function joinRows(parts: readonly SeriesRows[]): SeriesRows {
  const [only] = parts;
  if (only && parts.length === 1) return only;
  const joined: SeriesRows = { iterations: [], columns: {} };
  for (const { iterations, columns } of parts) {
    const before = joined.iterations.length;
    for (const iteration of iterations) joined.iterations.push(iteration);
    for (const key of Object.keys(columns)) joined.columns[key] ??= new Array<Value>(before).fill(null);
    for (const [key, column] of Object.entries(joined.columns)) {
      const own = columns[key];
      for (let row = 0; row < iterations.length; row++) column.push(own?.[row] ?? null);
    }
  }
  return joined;
}

/**
 * Rows of iterations as columns. Events hold not-a-number as null, and nothing where nothing was said; several of one iteration,
 * which must follow each other, make one row, in which the last value of a key counts.
 */
export function rowsOfIterations(
  events: readonly { iteration: number; values: Record<string, MetricValue> }[],
): SeriesRows {
  const columns: SeriesRows['columns'] = {};
  const iterations: number[] = [];
  for (const { iteration, values } of events) {
    if (iterations.at(-1) !== iteration) iterations.push(iteration);
    for (const [key, value] of Object.entries(values)) {
      columns[key] ??= new Array<Value>(events.length).fill(null);
      columns[key][iterations.length - 1] = fromMetricValue(value);
    }
  }
  for (const column of Object.values(columns)) column.length = iterations.length;
  return { iterations, columns };
}

/** Keys that a series has, or will have once the rest of it is here. */
export function seriesKeys({ keys, columns }: Pick<MetricSeries, 'keys' | 'columns'>): readonly string[] {
  return keys ?? Object.keys(columns);
}
