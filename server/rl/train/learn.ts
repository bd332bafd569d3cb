import type * as tf from '@tensorflow/tfjs-core';
import type { Level } from '../../contract/metrics.ts';
import type { RunConfig } from '../../contract/run-config.ts';
import type { Random } from '../random.ts';
import type { DecisionRow } from './decision-batch.ts';
import { gradientShares } from './gradient-share.ts';
import { NotFinite } from './not-finite.ts';
import type { AdamW } from './optimizer.ts';
import type { PolicyGradient } from './policy-update.ts';

export interface LearnPolicyOptions {
  gradient: PolicyGradient;
  optimizer: AdamW;
  config: RunConfig;
  learningRate: number;
  /** Order of the turns. */
  random: Random;
  /** Choice of the turns on which `gradientShare` is measured; a stream of its own, so that measuring changes nothing. */
  shareRandom: Random;
  /** Weights of the policy that KL is measured to; null for none. */
  reference: readonly tf.Tensor[] | null;
  onProgress: (turns: number, total: number) => void;
  /** Waits while paused, throws when cancelled. */
  checkpoint: () => Promise<void>;
}

/** Sums over an update; see `iterationMetrics` for the means. */
export interface UpdateSums {
  loss: number;
  kl: number;
  clipped: number;
  klReference: number;
  decisions: number;
  tokens: number;
  norm: number;
  steps: number;
  /** Whether there was a reference, so that `klReference` means something. */
  withReference: boolean;
  /** See `gradientShares`; of the first mini-batch, before its step. */
  gradientShare: Record<Level, number> | null;
}

/**
 * PPO on one rollout: `updateEpochs` passes over its turns in shuffled mini-batches, one optimiser step each. Throws NotFinite
 * for a loss or a gradient that is not finite.
 */
export async function learnPolicy(
  turns: readonly DecisionRow[],
  options: LearnPolicyOptions,
): Promise<UpdateSums> {
  const { gradient, optimizer, config, reference } = options;
  const sums = { loss: 0, kl: 0, clipped: 0, klReference: 0, decisions: 0, tokens: 0, norm: 0, steps: 0 };
  const rows = turns.filter((turn) => turn.decisions.length > 0);
  const scores = reference ? await gradient.logProbabilities(rows, config.temperature, reference) : undefined;
  const total = config.updateEpochs * rows.length;
  const steps = config.updateEpochs * Math.ceil(rows.length / config.minibatchRows);
  let gradientShare: UpdateSums['gradientShare'] = null;
  for (let epoch = 0; epoch < config.updateEpochs; epoch++) {
    options.random.shuffle(rows);
    for (let first = 0; first < rows.length; first += config.minibatchRows) {
      await options.checkpoint();
      const part = rows.slice(first, first + config.minibatchRows);
      if (epoch === 0 && first === 0)
        gradientShare = await gradientShares(gradient, part, {
          temperature: config.temperature,
          reference: scores,
          random: options.shareRandom,
        });
      const step = await gradient.step(part, optimizer, options.learningRate, config.temperature, scores);
      const where = `update, mini-batch ${sums.steps + 1} of ${steps}`;
      for (const [name, value] of Object.entries(step.statistics))
        if (!Number.isFinite(value)) throw new NotFinite(`the policy’s ${name}`, value, where);
      if (step.skipped) throw new NotFinite('the norm of the policy’s gradient', step.norm, where);
      sums.loss += step.statistics.loss;
      sums.kl += step.statistics.kl;
      sums.clipped += step.statistics.clipped;
      sums.klReference += step.statistics.klReference;
      sums.decisions += step.decisions;
      sums.tokens += step.tokens;
      sums.norm += step.norm;
      sums.steps++;
      options.onProgress(epoch * rows.length + first + part.length, total);
    }
  }
  return { ...sums, withReference: reference !== null, gradientShare };
}
