import * as tf from '@tensorflow/tfjs-core';
import { values, type Weights } from '../../model/transformer.ts';
import { logSoftmax, pickColumns } from '../../tensor/ops.ts';
import { VALUE_HEADS } from '../play/decision-row.ts';

export const STATISTICS = ['loss', 'entropy', 'kl', 'clipped', 'klReference'] as const;
/** Sums over decision tokens, in nats (`clipped`: count). */
export type UpdateStatistics = Record<(typeof STATISTICS)[number], number>;

/**
 * Coefficients of the loss. `clone` learns to imitate (behaviour cloning); `ppo` is dual-clip PPO, with `value` the weight of
 * the value loss of a shared trunk.
 */
export type PolicyLoss =
  | { kind: 'clone' }
  | { kind: 'ppo'; clip: number; dualClip: number; entropy: number; kl: number; value?: number };

/** `[decisions, columns]`: a tempered softmax over each decision's support (1, else 0), as logarithms; meaningless off it. */
export function constrainedLogProbabilities(
  logits: tf.Tensor,
  support: tf.Tensor,
  temperature: tf.Tensor,
): tf.Tensor {
  return logSoftmax(tf.add(tf.div(logits, temperature), tf.mul(tf.sub(support, 1), 1e9)));
}

/** Squared errors of the value heads, each head's mean over the mini-batch's value positions, in units of the policy loss's sum. */
export function valueTerm(
  loss: PolicyLoss,
  weights: Weights,
  hidden: tf.Tensor,
  [, target, weight, scale]: tf.Tensor[],
): tf.Tensor {
  // Cloning teaches no values, but every weight must lead to the loss.
  const coefficient = loss.kind === 'ppo' ? (loss.value ?? 0) : 0;
  // [turns * heads, heads]: each head read at its own position is the diagonal of its turn's block.
  const all = values(weights, hidden);
  const turns = (target as tf.Tensor).shape[0] as number;
  const own = tf.sum(tf.mul(tf.reshape(all, [turns, VALUE_HEADS, VALUE_HEADS]), tf.eye(VALUE_HEADS)), 2);
  const errors = tf.square(tf.sub(own, target as tf.Tensor));
  return tf.mul(tf.sum(tf.mul(tf.mul(errors, weight as tf.Tensor), scale as tf.Tensor)), coefficient);
}

/** Of decisions, `[decisions]`: log-probabilities of what was chosen, and entropies, which are worked out when they are asked for. */
export interface Scores {
  picked: tf.Tensor;
  entropy(): tf.Tensor;
}

/** Scores by log-probabilities `all [decisions, columns]`, which are meaningless off the support. */
export function listedScores(all: tf.Tensor, chosen: tf.Tensor, support: tf.Tensor): Scores {
  return {
    picked: pickColumns(all, chosen),
    entropy: () => tf.neg(tf.sum(tf.mul(tf.mul(tf.exp(all), all), support), 1)),
  };
}

interface LossInputs {
  scores: Scores;
  /** `[decisions]`, as are the rest. */
  old: tf.Tensor;
  advantage: tf.Tensor;
  reference: tf.Tensor;
}

type LossTerms = Record<(typeof STATISTICS)[number] | 'objective', tf.Tensor>;

/** Terms per decision token of the loss that is minimised (`objective`) and of its statistics. */
export function lossTerms(
  loss: PolicyLoss,
  { scores: { picked, entropy: entropyOf }, old, advantage, reference }: LossInputs,
): LossTerms {
  const entropy = entropyOf();
  const none = tf.zerosLike(picked);
  if (loss.kind === 'clone') {
    const objective = tf.neg(picked);
    return { objective, loss: objective, entropy, kl: none, clipped: none, klReference: none };
  }
  const kl = tf.sub(old, picked);
  const ratio = tf.exp(tf.neg(kl));
  const plain = tf.neg(tf.mul(advantage, ratio));
  const held = tf.neg(tf.mul(advantage, tf.clipByValue(ratio, 1 - loss.clip, 1 + loss.clip)));
  const worse = tf.maximum(plain, held);
  const bounded = tf.minimum(worse, tf.neg(tf.mul(advantage, loss.dualClip)));
  const policy = tf.where(tf.less(advantage, 0), bounded, worse);
  // k3 estimator of KL(policy || reference), spec/hae.md 3.2
  const away = tf.sub(reference, picked);
  const klReference = tf.clipByValue(tf.sub(tf.sub(tf.exp(away), away), 1), -10, 10);
  const terms = [policy, tf.mul(entropy, -loss.entropy)];
  if (loss.kl > 0) terms.push(tf.mul(klReference, loss.kl));
  // By comparison with the bounds: a compiler that contracts products leaves no exact zero in `held - plain`.
  const above = tf.mul(tf.step(tf.sub(ratio, 1 + loss.clip)), tf.step(advantage));
  const below = tf.mul(tf.step(tf.sub(1 - loss.clip, ratio)), tf.step(tf.neg(advantage)));
  const clipped = tf.add(above, below);
  return { objective: tf.addN(terms), loss: policy, entropy, kl, clipped, klReference };
}
