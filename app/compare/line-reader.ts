import type { LineSeries } from '../_charts/line-series.ts';

/** A line by iteration; null where it has nothing. */
export interface LineReader {
  iterations: number[];
  x: (iteration: number) => number | null;
  y: (iteration: number) => number | null;
  /** Smallest and largest of what stands at an iteration: more than one value in a reduced line. */
  low: (iteration: number) => number | null;
  high: (iteration: number) => number | null;
}

interface Point {
  x: number | null;
  y: number | null;
  low: number | null;
  high: number | null;
}

/**
 * Reads a line by iteration. A line that was reduced (server/contract) tells a bin by two iterations with several values each: at its
 * start the first value and extremes, at its end extremes and the last value. The first and the last are what the run said there;
 * between such points a reduced line is read as it is drawn, straight. A line that was not has a value or none.
 */
export function lineReader({ x, y, iterations = x as readonly number[] }: LineSeries): LineReader {
  const points = new Map<number, Point>();
  let isReduced = false;
  let isEnd = false;
  for (let row = 0; row < y.length; ) {
    const iteration = iterations[row]!;
    let to = row + 1;
    while (to < y.length && iterations[to] === iteration) to++;
    const several = to - row > 1;
    const exact = several && isEnd ? to - 1 : row;
    const numbers = y
      .slice(row, to)
      .filter((value): value is number => value !== null && value !== undefined);
    points.set(iteration, {
      x: x[exact] ?? null,
      y: y[exact] ?? null,
      low: numbers.length === 0 ? null : Math.min(...numbers),
      high: numbers.length === 0 ? null : Math.max(...numbers),
    });
    isReduced ||= several;
    isEnd = several && !isEnd;
    row = to;
  }
  const known = [...points.keys()];
  const read = (part: keyof Point) => (iteration: number) => {
    const point = points.get(iteration);
    if (point || !isReduced) return point?.[part] ?? null;
    const next = firstAfter(known, iteration);
    if (next === 0 || next === known.length) return null;
    const [from, to] = [known[next - 1]!, known[next]!];
    const [start, end] = [points.get(from)![part], points.get(to)![part]];
    if (start === null || end === null) return null;
    return start + ((end - start) * (iteration - from)) / (to - from);
  };
  return { iterations: known, x: read('x'), y: read('y'), low: read('low'), high: read('high') };
}

/** Index of the first of sorted numbers that is larger; their length where none is. */
function firstAfter(sorted: readonly number[], value: number): number {
  let from = 0;
  let to = sorted.length;
  while (from < to) {
    const middle = (from + to) >> 1;
    if (sorted[middle]! > value) to = middle;
    else from = middle + 1;
  }
  return from;
}
