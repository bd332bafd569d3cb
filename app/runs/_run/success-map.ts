import { SPLITS } from '../../../server/contract/environments.ts';
import type { Evaluation } from '../../../server/contract/events.ts';
import type { Split } from '../../../server/contract/run-config.ts';

/** Columns that a page has room for. */
const MOST_COLUMNS = 24;

interface MapCell {
  successes: number;
  episodes: number;
}

/** Success of one split by task type and iteration. */
export interface SuccessMap {
  stepLimit: number;
  iterations: number[];
  /** Evaluated iterations that are not shown, for room. */
  hidden: number;
  /** One cell an iteration; null where the type was not played. */
  rows: { type: string; cells: (MapCell | null)[] }[];
}

/** Splits that a run was evaluated on. */
export function evaluatedSplits(evaluations: readonly Evaluation[]): Split[] {
  return SPLITS.filter((split) => evaluations.some((evaluation) => evaluation.split === split));
}

/** Under the shortest step limit, which every evaluation reports; of many iterations evenly chosen ones, the first and the last among them. */
export function successMap(
  evaluations: readonly Evaluation[],
  split: Split,
  taskTypes: readonly string[],
  most = MOST_COLUMNS,
): SuccessMap {
  const ofSplit = evaluations.filter((evaluation) => evaluation.split === split);
  const stepLimit = Math.min(...ofSplit.map((evaluation) => evaluation.stepLimit));
  const columns = ofSplit
    .filter((evaluation) => evaluation.stepLimit === stepLimit)
    .sort((a, b) => a.iteration - b.iteration);
  const count = Math.min(most, columns.length);
  const step = count > 1 ? (columns.length - 1) / (count - 1) : 0;
  const shown = Array.from({ length: count }, (_, place) => columns[Math.round(place * step)]!);
  const rows = taskTypes.map((type) => ({
    type,
    cells: shown.map(({ byTaskType }) => byTaskType[type] ?? null),
  }));
  return {
    stepLimit,
    iterations: shown.map(({ iteration }) => iteration),
    hidden: columns.length - count,
    rows: [
      { type: 'all', cells: shown.map(({ successes, episodes }) => ({ successes, episodes })) },
      ...rows,
    ],
  };
}
