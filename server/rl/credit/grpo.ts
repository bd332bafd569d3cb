import type { Credit, CreditOptions, TurnBatch } from './batch.ts';
import { criticFreeCredit, requireGroups, scoreEpisodes } from './episode-scores.ts';
import { divisorOf, type GroupMoments, groupMoments } from './groups.ts';

/**
 * Group-relative policy optimisation (GRPO, arXiv 2402.03300; spec/hae.md 4): the score of a turn is the return of its
 * episode (less its own penalties), A = (S - mean of the group) / (sample standard deviation + 1e-6), the same for all
 * tokens. Without division: Dr. GRPO (arXiv 2503.20783). `groupStatistic` chooses what the mean is over.
 * Throws AppError `bad-input` without `batch.group`.
 */
export function estimateGrpo(batch: TurnBatch, options: CreditOptions = {}): Credit {
  const scores = scoreEpisodes(batch, options);
  const { groupStatistic = 'episode', divideByDeviation = true } = options;
  const group = requireGroups(batch, 'grpo');
  const moments = groupMoments(scores.score, group, batch.episode, groupStatistic, scores.counted);
  return criticFreeCredit(batch, scores, normalizeInGroups(scores.score, moments, divideByDeviation));
}

/** (S - mean) / {@link divisorOf} the deviation, or S - mean. A group with one score keeps it: mean 0, deviation 1. */
export function normalizeInGroups(score: Float64Array, moments: GroupMoments, divide: boolean): Float64Array {
  const { id, mean, deviation, count } = moments;
  return score.map((s, row) => {
    const g = id[row]!;
    const alone = count[g]! < 2;
    const centred = alone ? s : s - mean[g]!;
    return divide ? centred / divisorOf(alone ? 1 : deviation[g]!) : centred;
  });
}

/**
 * GRPO for pass@k (arXiv 2503.19595, as in the reference): only the best row of a group gets anything, its lead over the
 * second, divided by the deviation of the group's rows where asked. A lone row gets 0.
 */
export function rewardBestOfGroup(score: Float64Array, moments: GroupMoments, divide: boolean): Float64Array {
  const { id, deviation, count } = moments;
  const best = new Int32Array(count.length).fill(-1);
  const second = new Float64Array(count.length).fill(Number.NEGATIVE_INFINITY);
  for (let row = 0; row < score.length; row++) {
    const g = id[row]!;
    const leader = best[g]!;
    if (leader < 0 || score[row]! > score[leader]!) {
      if (leader >= 0) second[g] = score[leader]!;
      best[g] = row;
    } else if (score[row]! > second[g]!) second[g] = score[row]!;
  }
  const advantage = new Float64Array(score.length);
  for (let g = 0; g < count.length; g++) {
    const leader = best[g]!;
    if (leader < 0 || second[g] === Number.NEGATIVE_INFINITY) continue;
    const lead = score[leader]! - second[g]!;
    advantage[leader] = divide ? lead / divisorOf(deviation[g]!) : lead;
  }
  return advantage;
}
