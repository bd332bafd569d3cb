import type { Credit, CreditOptions, TurnBatch } from './batch.ts';
import { criticFreeCredit, requireGroups, scoreEpisodes, tokenWeights } from './episode-scores.ts';
import { type GroupMoments, groupMoments } from './groups.ts';
import { whiten } from './normalize.ts';

/**
 * REINFORCE++ (arXiv 2501.03262; spec/hae.md 4) with the response as one decision: the score of the turn (the return of its
 * episode, less its own penalties), whitened over tokens. Token-level discounting is in {@link tokenReturns}.
 */
export function estimateReinforce(batch: TurnBatch, options: CreditOptions = {}): Credit {
  const scores = scoreEpisodes(batch, options);
  const { score, counted } = scores;
  const whitened =
    options.normalizeAdvantages === false ? score : whiten(score, tokenWeights(batch, counted));
  return criticFreeCredit(batch, scores, whitened, score);
}

/**
 * REINFORCE++ with baseline (spec/hae.md 4): score less the mean of the group, whitened over all tokens of the batch.
 * Throws AppError `bad-input` without `batch.group`.
 */
export function estimateReinforceBaseline(batch: TurnBatch, options: CreditOptions = {}): Credit {
  const scores = scoreEpisodes(batch, options);
  const { score, counted } = scores;
  const group = requireGroups(batch, 'reinforce++-baseline');
  const raw = centreInGroups(
    score,
    groupMoments(score, group, batch.episode, options.groupStatistic ?? 'episode', counted),
  );
  const whitened = options.normalizeAdvantages === false ? raw : whiten(raw, tokenWeights(batch, counted));
  return criticFreeCredit(batch, scores, whitened, raw);
}

/** S - mean of the group; a score that is alone in its group is kept. */
export function centreInGroups(score: Float64Array, { id, mean, count }: GroupMoments): Float64Array {
  return score.map((s, row) => (count[id[row]!]! > 1 ? s - mean[id[row]!]! : s));
}

/**
 * Discounted return of every token within its response, R_j = mask_j (rew_j + gamma R_{j+1}); rows padded to `width`.
 * REINFORCE++ whitens it; ReMax (gamma 1) subtracts the score of a greedy rollout from it.
 */
export function tokenReturns(
  reward: ArrayLike<number>,
  mask: Uint8Array,
  width: number,
  gamma: number,
): Float64Array {
  const returns = new Float64Array(reward.length);
  for (let i = reward.length - 1; i >= 0; i--) {
    const isLast = i % width === width - 1;
    if (mask[i]) returns[i] = reward[i]! + (isLast ? 0 : gamma * returns[i + 1]!);
  }
  return returns;
}
