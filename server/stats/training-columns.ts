import { addHistograms, coarsen, type Histogram, middleBins } from '../contract/histogram.ts';
import { LEVELS } from '../contract/metrics.ts';
import type { TallyEvent } from '../contract/tally.ts';
import { MOST_COLUMNS, type TrainingColumn } from '../contract/training.ts';

type Part = Omit<TallyEvent, 'subgoals'>;

/** Bins of a heat-map's height for the middle 99 % of the numbers, at most. */
const MOST_ROWS = 48;

/** Iterations of one column of a run of so many: a power of two, so that columns stay while it grows. */
export function columnBin(iterations: number, most = MOST_COLUMNS): number {
  let bin = 1;
  while (iterations > bin * most) bin *= 2;
  return bin;
}

/** The column that an iteration is in. */
export const columnAt = (iteration: number, bin: number): number => Math.floor((iteration - 1) / bin);

/** Puts tallies into columns of `bin` iterations. */
export class TrainingColumns {
  readonly #bin: number;
  readonly #parts = new Map<number, Part[]>();

  constructor(bin: number) {
    this.#bin = bin;
  }

  add(tally: Part): void {
    const at = columnAt(tally.iteration, this.#bin);
    const parts = this.#parts.get(at);
    if (parts) parts.push(tally);
    else this.#parts.set(at, [tally]);
  }

  /** In order; histograms of a level have bins of the same width, few enough to be seen. */
  columns(): TrainingColumn[] {
    const columns = [...this.#parts].sort(([a], [b]) => a - b).map(([, parts]) => merge(parts));
    for (const level of LEVELS) {
      const own = columns.flatMap(({ advantages }) => advantages[level] ?? []);
      if (own.length === 0) continue;
      const exponent = exponentFor(addHistograms(own));
      for (const column of columns)
        if (column.advantages[level]) column.advantages[level] = coarsen(column.advantages[level], exponent);
    }
    return columns;
  }
}

/** Wide enough that the middle of the numbers fits. */
function exponentFor(all: Histogram): number {
  const [from, to] = middleBins(all, 0.99);
  return all.exponent + Math.max(0, Math.ceil(Math.log2((to - from) / MOST_ROWS)));
}

function merge(parts: readonly Part[]): TrainingColumn {
  const total = (pick: (part: Part) => number) => parts.reduce((sum, part) => sum + pick(part), 0);
  const longest = Math.max(...parts.map(({ segmentLengths }) => segmentLengths.length));
  return {
    from: parts[0]!.from,
    to: parts.at(-1)!.iteration,
    episodes: total(({ episodes }) => episodes),
    won: total(({ won }) => won),
    advantages: Object.fromEntries(
      LEVELS.flatMap((level) => {
        const own = parts.flatMap(({ advantages }) => advantages[level] ?? []);
        return own.length > 0 ? [[level, addHistograms(own)]] : [];
      }),
    ),
    segmentLengths: Array.from({ length: longest }, (_, at) =>
      total(({ segmentLengths }) => segmentLengths[at] ?? 0),
    ),
  };
}
