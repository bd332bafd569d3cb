import type { LineSeries } from '../_charts/line-series.ts';

/** What a line says at an iteration. */
interface Point {
  x: number | null;
  y: number | null;
  /** Smallest and largest of its values there: a summarised line has several. */
  low: number | null;
  high: number | null;
}

/** A line by iteration. */
export interface LineReader {
  iterations: number[];
  at: (iteration: number) => Point | undefined;
  /** Whether the run has an iteration of which its summarised line does not say the value. */
  leavesOut: (iteration: number) => boolean;
}

/**
 * Reads a line by iteration. A summarised line tells a bin at two iterations with several values each: at its start the first value
 * and an extreme, at its end an extreme and the last value (server/contract/series.ts). Only the first and the last are what the run
 * said there; between them it is silent. A line that is not summarised has a value or none.
 */
export function lineReader({ x, y, bin = 1, iterations = x as readonly number[] }: LineSeries): LineReader {
  const points = new Map<number, Point>();
  let isEnd = false;
  for (let row = 0; row < y.length; ) {
    const iteration = iterations[row]!;
    let to = row + 1;
    while (to < y.length && iterations[to] === iteration) to++;
    const several = to - row > 1;
    const exact = several && isEnd ? to - 1 : row;
    const numbers = y.slice(row, to).filter((value) => value !== null && value !== undefined);
    points.set(iteration, {
      x: x[exact] ?? null,
      y: y[exact] ?? null,
      low: numbers.length === 0 ? null : Math.min(...numbers),
      high: numbers.length === 0 ? null : Math.max(...numbers),
    });
    isEnd = several && !isEnd;
    row = to;
  }
  const known = [...points.keys()];
  const [first, last] = [known[0] ?? Number.POSITIVE_INFINITY, known.at(-1) ?? Number.NEGATIVE_INFINITY];
  return {
    iterations: known,
    at: (iteration) => points.get(iteration),
    leavesOut: (iteration) => bin > 1 && iteration > first && iteration < last && !points.has(iteration),
  };
}
