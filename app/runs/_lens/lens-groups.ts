import { ESTIMATOR_FACTS, type EstimatorName, groupSizeOf } from '../../../server/contract/estimators.ts';
import { moments } from '../../../server/rl/credit/normalize.ts';
import type { LensMaterial } from './lens-material.ts';

/** All episodes of one game in an iteration, stored or not. */
export interface GameGroup {
  number: number;
  /** Reward and turns of each episode, in order; the first is the rollout's episode `first`. */
  first: number;
  rewards: number[];
  lengths: number[];
  mean: number;
  /** Sample deviation. */
  deviation: number;
  /** Whether all rewards are the same. */
  isEven: boolean;
}

/** The groups of a rollout that at least one stored episode is of, in order. */
export function knownGroups({ config, own, others }: LensMaterial): GameGroup[] {
  const size = groupSizeOf(config);
  const groups = new Map<number, GameGroup>();
  for (const { body } of [own, ...others]) {
    if (!body.credit) continue;
    const { number, rewards, lengths } = body.credit.group;
    const { mean, variance } = moments(rewards, null, true);
    const isEven = rewards.every((reward) => Math.abs(reward - rewards[0]!) < 1e-9);
    groups.set(number, {
      number,
      first: number * size,
      rewards,
      lengths,
      mean,
      deviation: Math.sqrt(variance),
      isEven,
    });
  }
  return [...groups.values()].sort((a, b) => a.number - b.number);
}

/** What comparing the episodes of a game comes to, in words. */
export function explainGroup({ rewards, isEven }: GameGroup, estimator: EstimatorName): string {
  const { title, anchors, groups, strategies } = ESTIMATOR_FACTS[estimator];
  if (!groups) return `${title} does not compare the episodes of a game.`;
  if (rewards.length < 2) return 'One episode alone has nothing to be compared with.';
  if (!isEven) return 'Rewards differ: what is above their mean is rewarded, what is below it is blamed.';
  const same = `All ${rewards.length} episodes brought the same, so each less their mean is 0`;
  if (anchors) return `${same}; only turns that saw the same and went on differently are told apart.`;
  if (strategies) return `${same}, among strategies as within them; only judged turns are told apart.`;
  return `${same}: the group teaches nothing, but for penalties of single turns.`;
}
