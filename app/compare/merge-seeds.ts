import type { LineBand, LineSeries } from '../_charts/line-series.ts';
import { type LineReader, lineReader } from './line-reader.ts';
import type { SeedGroup } from './seed-groups.ts';
import { seedWords } from './seed-words.ts';

/**
 * The lines of runs as one line a group: at every iteration the mean over the seeds that have a value there, with their range
 * as a band. A seed is the mean of its runs. Hidden runs count like all others: hiding changes what is drawn, never a number; a
 * group is hidden when all of its runs are. Not-a-number makes the mean not-a-number.
 */
export function mergeSeeds(
  lines: readonly LineSeries[],
  groups: readonly SeedGroup[],
): { series: LineSeries[]; bands: LineBand[] } {
  const series: LineSeries[] = [];
  const bands: LineBand[] = [];
  for (const group of groups) {
    const own = lines.filter((line) => group.runIds.includes(line.id));
    const first = own[0];
    if (!first) continue;
    const seedOf = (line: LineSeries) => group.seeds[group.runIds.indexOf(line.id)]!;
    const merged = mergeLines(own, seedOf);
    const { color, dash } = group.style;
    // Two points a bin are left of four: four of them summarise twice as many iterations.
    const bin = first.bin !== undefined && first.bin > 1 ? 2 * first.bin : first.bin;
    const hidden = own.every((line) => line.hidden);
    const { iterations, x, y, low, high, counts } = merged;
    const words = seedWords({
      counts,
      iterations,
      seeds: new Set(group.seeds).size,
      runs: group.runIds.length,
    });
    series.push({
      ...first,
      ...{
        id: group.id,
        label: group.label,
        note: words,
        hidden,
        color,
        dash,
        bin,
        iterations,
        x,
        y,
        counts,
      },
    });
    if (!hidden && Math.max(0, ...counts) > 1)
      bands.push({ id: group.id, label: `range of the seeds of ${group.label}`, x, low, high, color });
  }
  return { series, bands };
}

interface MergedLine {
  iterations: number[];
  x: (number | null)[];
  y: (number | null)[];
  low: (number | null)[];
  high: (number | null)[];
  /** Seeds behind each point. */
  counts: number[];
}

function mergeLines(lines: readonly LineSeries[], seedOf: (line: LineSeries) => number): MergedLine {
  const bySeed = new Map<number, LineReader[]>();
  for (const line of lines) bySeed.set(seedOf(line), [...(bySeed.get(seedOf(line)) ?? []), lineReader(line)]);
  const seeds = [...bySeed.values()];
  const readers = seeds.flat();
  // A mean of what some seeds said and others are only drawn through would be no number of anybody's.
  const iterations = [...new Set(readers.flatMap((reader) => reader.iterations))]
    .filter((iteration) => !readers.some((reader) => reader.leavesOut(iteration)))
    .sort((a, b) => a - b);
  const merged: MergedLine = { iterations, x: [], y: [], low: [], high: [], counts: [] };
  let before: (number | null)[] = [];
  for (const iteration of iterations) {
    const read = (part: 'x' | 'y' | 'low' | 'high') =>
      seeds.map((runs) => mean(runs.map((run) => run.at(iteration)?.[part] ?? null)));
    const places = read('x');
    merged.x.push(nextPlace(merged.x.at(-1) ?? null, before, places));
    before = places;
    const values = read('y');
    merged.y.push(mean(values));
    merged.low.push(extreme(read('low'), Math.min));
    merged.high.push(extreme(read('high'), Math.max));
    merged.counts.push(values.filter((value) => value !== null).length);
  }
  return merged;
}

/**
 * Where the next point lies: as much further as the seeds that go on have come on average. The mean of their places alone would
 * jump back when a seed that used more tokens an iteration than the others ends.
 */
function nextPlace(
  last: number | null,
  before: readonly (number | null)[],
  now: readonly (number | null)[],
): number | null {
  const step = mean(
    now.map((place, seed) => {
      const earlier = before[seed] ?? null;
      return place === null || earlier === null ? null : place - earlier;
    }),
  );
  return last === null || step === null ? mean(now) : last + step;
}

/** Of the values that are there; null where none is. */
function mean(values: readonly (number | null)[]): number | null {
  let sum = 0;
  let count = 0;
  for (const value of values) {
    if (value === null) continue;
    sum += value;
    count++;
  }
  return count === 0 ? null : sum / count;
}

function extreme(values: readonly (number | null)[], choose: (...values: number[]) => number): number | null {
  const known = values.filter((value) => value !== null);
  return known.length === 0 ? null : choose(...known);
}
