import { AppError } from '../../contract/error.ts';
import type { Credit, CreditOptions, TurnBatch } from './batch.ts';
import { flatCredit } from './flat-credit.ts';
import {
  checkColumns,
  type EpisodeOrder,
  fillCopies,
  flagRows,
  orderRows,
  spokenRows,
  zeroUnless,
} from './order.ts';
import { shapeRewards } from './shaping.ts';

/** What episode-level estimators start from. */
export interface EpisodeScores {
  order: EpisodeOrder;
  /** Return of the whole episode plus the penalties of the row's own turn; one a row, copies filled. */
  score: Float64Array;
  shapedReward: Float64Array;
  /** Rows that count in statistics: no copies and no turns without tokens, unless compat. */
  counted: Uint8Array;
  /** Rows that have an advantage. */
  defined: Uint8Array;
}

/** Scores every turn with the undiscounted return of its episode (the reference's `episode` reward manager). */
export function scoreEpisodes(batch: TurnBatch, options: CreditOptions): EpisodeScores {
  checkColumns(batch);
  // Episode returns are the environment's, so copies never count twice, not even in the reference.
  const order = orderRows(batch);
  const { rows, starts } = order;
  const n = batch.episode.length;
  const shapedReward = shapeRewards(batch, order, options);
  const score = new Float64Array(n);
  for (let e = 0; e + 1 < starts.length; e++) {
    let sum = 0;
    for (let i = starts[e]!; i < starts[e + 1]!; i++) sum += batch.reward[rows[i]!]!;
    for (let i = starts[e]!; i < starts[e + 1]!; i++) {
      const row = rows[i]!;
      score[row] = sum + shapedReward[row]! - batch.reward[row]!;
    }
  }
  fillCopies(order, [score, shapedReward]);
  const spoken = spokenRows(batch, options.compat);
  const everyRow = new Uint8Array(n).fill(1);
  return {
    order,
    score,
    shapedReward,
    counted: options.compat ? everyRow : zeroUnless(flagRows(order, n), spoken),
    defined: spoken ?? everyRow,
  };
}

/** Groups of a batch. Throws AppError `bad-input` naming the estimator when there are none. */
export function requireGroups(batch: TurnBatch, estimator: string): Int32Array {
  if (batch.group) return batch.group;
  throw new AppError('bad-input', `${estimator} needs batch.group: the game that each episode is a copy of`);
}

/** Credit of an estimator without critic from one advantage a row; `raw` before whitening, where there is any. */
export function criticFreeCredit(
  batch: TurnBatch,
  { order, score, shapedReward, defined }: EpisodeScores,
  advantage: Float64Array,
  raw: Float64Array = advantage,
): Credit {
  return flatCredit(batch, order, { raw, advantage, target: null, defined, monteCarlo: score, shapedReward });
}

/** Tokens of every response, the unit of token-level whitening; one each where the batch does not say. */
export function tokenWeights(batch: TurnBatch, counted: Uint8Array): ArrayLike<number> {
  const offsets = batch.tokens?.offsets;
  if (!offsets) return counted;
  const weights = new Float64Array(counted.length);
  for (let row = 0; row < weights.length; row++)
    if (counted[row]) weights[row] = offsets[row + 1]! - offsets[row]!;
  return weights;
}
