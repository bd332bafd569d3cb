import { AppError } from '../../contract/error.ts';
import type { CreditOptions, TokenLists, TurnBatch } from './batch.ts';
import type { EpisodeOrder } from './order.ts';

/**
 * Rewards after the keep, invalid-action and consistency penalties (spec/hae.md 2.2), one a row; copies are left at 0.
 * Throws AppError `bad-input` when a consistency penalty is asked for without `batch.subgoal`.
 */
export function shapeRewards(batch: TurnBatch, order: EpisodeOrder, options: CreditOptions): Float64Array {
  const { keepPenalty = 0, keepPenaltyMode = 'fixed', invalidActionPenalty = 0 } = options;
  const { consistencyPenalty = 0, consistencyRequiresBoth = true } = options;
  const { reward, valid, switched, subgoal } = batch;
  const { rows, starts } = order;
  if (consistencyPenalty !== 0 && !subgoal) {
    throw new AppError(
      'bad-input',
      'consistencyPenalty needs batch.subgoal: give the sub-goal token ids, or set it to 0',
    );
  }
  const shaped = new Float64Array(reward.length);
  for (let e = 0; e + 1 < starts.length; e++) {
    const first = starts[e]!;
    const end = starts[e + 1]!;
    const turns = end - first;
    const onKeep = keepPenaltyMode === 'fixed' ? keepPenalty : turns > 1 ? keepPenalty / turns : 0;
    for (let i = first; i < end; i++) {
      const row = rows[i]!;
      let r = reward[row]!;
      // The first turn of an episode counts as KEEP when it says so, though it is a boundary.
      if (!switched[row]) r += onKeep;
      if (!valid[row]) r -= invalidActionPenalty;
      if (consistencyPenalty !== 0 && subgoal && i > first && !switched[row]) {
        if (isRewritten(subgoal, row, rows[i - 1]!, consistencyRequiresBoth)) r += consistencyPenalty;
      }
      shaped[row] = r;
    }
  }
  return shaped;
}

/** Whether the sub-goal tokens of a KEEP turn differ from those of the turn before it. */
function isRewritten(subgoal: TokenLists, row: number, previous: number, requiresBoth: boolean): boolean {
  const { offsets, ids } = subgoal;
  const start = offsets[row]!;
  const length = offsets[row + 1]! - start;
  const before = offsets[previous]!;
  const lengthBefore = offsets[previous + 1]! - before;
  if (requiresBoth && (length === 0 || lengthBefore === 0)) return false;
  if (length === 0 || length !== lengthBefore) return true;
  for (let i = 0; i < length; i++) if (ids[start + i] !== ids[before + i]) return true;
  return false;
}
