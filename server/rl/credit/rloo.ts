import type { Credit, CreditOptions, TurnBatch } from './batch.ts';
import { criticFreeCredit, requireGroups, scoreEpisodes } from './episode-scores.ts';
import { type GroupMoments, groupMoments } from './groups.ts';

/**
 * REINFORCE leave-one-out (RLOO, arXiv 2402.14740; spec/hae.md 4): the score of a turn less the mean score of the others of
 * its group, A = n / (n - 1) * (S - mean), the same for all tokens. With `groupStatistic` "turn" (the reference's default)
 * the others are turns, with "episode" (ours) they are episodes. Throws AppError `bad-input` without `batch.group`.
 */
export function estimateRloo(batch: TurnBatch, options: CreditOptions = {}): Credit {
  const scores = scoreEpisodes(batch, options);
  const { groupStatistic = 'episode' } = options;
  const moments = groupMoments(
    scores.score,
    requireGroups(batch, 'rloo'),
    batch.episode,
    groupStatistic,
    scores.counted,
  );
  return criticFreeCredit(batch, scores, leaveOneOut(scores.score, moments));
}

/** n / (n - 1) * (S - mean); a score that is alone in its group is kept. */
export function leaveOneOut(score: Float64Array, { id, mean, count }: GroupMoments): Float64Array {
  return score.map((s, row) => {
    const n = count[id[row]!]!;
    return n > 1 ? (n / (n - 1)) * (s - mean[id[row]!]!) : s;
  });
}
