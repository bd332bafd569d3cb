import type { Credit, FlagColumn, TurnBatch } from './batch.ts';
import { type EpisodeOrder, fillCopies, zeroUnless } from './order.ts';
import { findSegments } from './segments.ts';

/** Per-row results of a flat estimator, copies already filled. */
export interface FlatColumns {
  raw: Float64Array;
  advantage: Float64Array;
  /** Null: the estimator has no critic. */
  target: Float64Array | null;
  defined: FlagColumn;
  monteCarlo: Float64Array;
  shapedReward: Float64Array;
}

/**
 * Credit of an estimator without hierarchy: every level of a turn gets the same advantage, the one head is `low`. Entries of
 * rows that are not defined are 0.
 */
export function flatCredit(batch: TurnBatch, order: EpisodeOrder, columns: FlatColumns): Credit {
  const { defined, monteCarlo, shapedReward } = columns;
  const undefinedRows = defined.includes(0) ? defined : null;
  const raw = zeroUnless(columns.raw, undefinedRows);
  const advantage = zeroUnless(columns.advantage, undefinedRows);
  const target = columns.target && zeroUnless(columns.target, undefinedRows);
  const { boundary, segments } = findSegments(batch, order);
  fillCopies(order, [boundary]);
  return {
    advantage: { low: advantage, high: advantage, switch: advantage },
    rawAdvantage: { low: raw, high: raw, switch: raw },
    defined: { low: defined, high: defined, switch: defined },
    target: { low: target, high: null, switch: null },
    targetDefined: { low: target && defined, high: null, switch: null },
    monteCarlo,
    shapedReward,
    boundary,
    segments,
  };
}
