import { AppError } from '../../contract/error.ts';
import type { Credit, CreditOptions, TurnBatch } from './batch.ts';
import { criticFreeCredit, requireGroups, scoreEpisodes } from './episode-scores.ts';
import { divisorOf, groupMoments } from './groups.ts';
import { normalizeInGroups } from './grpo.ts';
import { discountedReturns } from './segments.ts';
import { matchRatio } from './similarity.ts';

/**
 * Group-in-group policy optimisation (GiGPO, arXiv 2505.10978; spec/hae.md 4): A = A_episode + stepWeight * A_step.
 *
 * A_episode is GRPO's, over turns as in the reference unless `groupStatistic` says otherwise. A_step compares the discounted
 * return from this turn (environment reward; penalties of this turn only) with those of all turns of the group that started
 * from the same observation; a turn whose observation nobody shares gets 0. Both are divided by their standard deviation
 * where `divideByDeviation` (off by default). Throws AppError `bad-input` without `batch.group` or `batch.anchor`.
 */
export function estimateGigpo(batch: TurnBatch, options: CreditOptions = {}): Credit {
  const scores = scoreEpisodes(batch, options);
  const { order, score, shapedReward, counted } = scores;
  const { groupStatistic = 'turn', divideByDeviation = false, stepWeight = 1, gamma = 0.95 } = options;
  const group = requireGroups(batch, 'gigpo');
  if (!batch.anchor)
    throw new AppError('bad-input', 'gigpo needs batch.anchor: the same number for equal observations');
  const reward = Float64Array.from(batch.reward);
  const stepReturn = discountedReturns(reward, batch.done, order, gamma).map(
    (g, row) => g + shapedReward[row]! - reward[row]!,
  );
  const moments = groupMoments(score, group, batch.episode, groupStatistic, counted);
  const episodeAdvantage = normalizeInGroups(score, moments, divideByDeviation);
  const stepGroup = groupSteps(group, batch.anchor);
  const stepAdvantage = stepAdvantages(stepReturn, stepGroup, counted, divideByDeviation);
  const raw = episodeAdvantage.map((a, row) => a + stepWeight * stepAdvantage[row]!);
  for (let i = 0; i < order.copies.length; i += 2) raw[order.copies[i]!] = raw[order.copies[i + 1]!]!;
  return criticFreeCredit(batch, scores, raw);
}

/** Advantage of each turn within its step group: less the mean, divided by the deviation where asked; alone: 0. */
export function stepAdvantages(
  stepReturn: Float64Array,
  stepGroup: Int32Array,
  counted: Uint8Array,
  divide: boolean,
): Float64Array {
  const { id, mean, deviation, count } = groupMoments(stepReturn, stepGroup, stepGroup, 'turn', counted);
  return stepReturn.map((g, row) => {
    const k = id[row]!;
    if (count[k]! < 2) return 0;
    return (g - mean[k]!) / (divide ? divisorOf(deviation[k]!) : 1);
  });
}

/** Step groups: rows of one group with the same anchor, numbered by first appearance. */
export function groupSteps(group: Int32Array, anchor: Int32Array): Int32Array {
  const ids = new Map<number, Map<number, number>>();
  let next = 0;
  return anchor.map((label, row) => {
    const ofGroup = ids.get(group[row]!) ?? new Map<number, number>();
    ids.set(group[row]!, ofGroup);
    const id = ofGroup.get(label) ?? next++;
    ofGroup.set(label, id);
    return id;
  });
}

/**
 * Anchors by similarity, for observations that seldom repeat exactly: within a group, a row joins the first cluster whose
 * first observation is similar enough (match ratio >= threshold), else it opens one. Returns labels for `batch.anchor`.
 */
export function clusterObservations(
  group: Int32Array,
  observations: readonly string[],
  threshold: number,
): Int32Array {
  const clusters = new Map<number, { text: string; label: number }[]>();
  let next = 0;
  return group.map((g, row) => {
    const text = observations[row]!;
    const ofGroup = clusters.get(g) ?? [];
    clusters.set(g, ofGroup);
    const found = ofGroup.find((cluster) => matchRatio(text, cluster.text) >= threshold);
    if (found) return found.label;
    ofGroup.push({ text, label: next });
    return next++;
  });
}
