import type * as tf from '@tensorflow/tfjs-core';
import { LEVELS } from '../../contract/metrics.ts';
import { NotFinite } from './alerts/not-finite.ts';
import type { CreditedBatch } from './credit/credit.ts';
import type { PlayedTurn } from './play/episodes.ts';

/** Throws NotFinite when one of the values is not finite; those with flag 0 do not matter. */
function requireFinite(
  values: ArrayLike<number>,
  what: string,
  where: string,
  flags: ArrayLike<number> | null = null,
): void {
  for (let i = 0; i < values.length; i++)
    if (!Number.isFinite(values[i]) && (!flags || flags[i])) throw new NotFinite(what, values[i]!, where);
}

/** Probabilities of what was played. */
export function requireFiniteRollout(turns: readonly PlayedTurn[]): void {
  for (const { decisions, entropies } of turns) {
    requireFinite(entropies, 'an entropy of the policy', 'rollout');
    for (const { oldLogProbability } of decisions)
      requireFinite([oldLogProbability], 'a log-probability of the policy', 'rollout');
  }
}

/** Values, advantages and value targets. */
export function requireFiniteCredit({ credit, criticRows }: CreditedBatch): void {
  for (const level of LEVELS) {
    if (criticRows) requireFinite(criticRows.old[level], `a value of level ${level}`, 'credit');
    const advantage = credit.advantage[level];
    if (advantage)
      requireFinite(advantage, `an advantage of level ${level}`, 'credit', credit.defined[level]);
    const target = criticRows?.targets[level];
    if (target)
      requireFinite(target, `a value target of level ${level}`, 'credit', criticRows.defined[level]);
  }
}

export async function requireFiniteWeights(
  parameters: readonly { name: string }[],
  weights: readonly tf.Tensor[],
): Promise<void> {
  for (const [i, weight] of weights.entries())
    requireFinite((await weight.data()) as Float32Array, `weight ${parameters[i]!.name}`, 'after the update');
}
