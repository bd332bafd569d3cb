import type * as tf from '@tensorflow/tfjs-core';
import type { Level } from '../../../contract/metrics.ts';
import type { RunConfig } from '../../../contract/run-config.ts';
import type { Random } from '../../random.ts';
import { NotFinite } from '../alerts/not-finite.ts';
import { countTurns, type DecisionRow } from '../play/decision-row.ts';
import { gradientShares } from './gradient-share.ts';
import type { AdamW } from './optimizer.ts';
import type { PolicyGradient } from './policy-update.ts';

export interface LearnPolicyOptions {
  gradient: PolicyGradient;
  optimizer: AdamW;
  config: RunConfig;
  learningRate: number;
  /** Order of the rows. */
  random: Random;
  /** Choice of the turns on which `gradientShare` is measured; a stream of its own, so that measuring changes nothing. */
  shareRandom: Random;
  /** Trained weights of the policy that KL is measured to; null for none. */
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

/** Rows in the order given, in mini-batches of at most `turns` turns; rows stay whole, so that a long one may be more. */
export function miniBatches<Row extends Pick<DecisionRow, 'turns'>>(
  rows: readonly Row[],
  turns: number,
): Row[][] {
  const batches: Row[][] = [];
  let room = 0;
  for (const row of rows) {
    const { turns: own = 1 } = row;
    const last = batches.at(-1);
    if (last && own <= room) last.push(row);
    else {
      batches.push([row]);
      room = turns;
    }
    room -= own;
  }
  return batches;
}

/**
 * PPO on one rollout: `updateEpochs` passes over its rows in shuffled mini-batches of `minibatchRows` turns, one optimiser step
 * each. Throws NotFinite for a loss or a gradient that is not finite.
 */
export async function learnPolicy(
  played: readonly DecisionRow[],
  options: LearnPolicyOptions,
): Promise<UpdateSums> {
  const { gradient, config, reference } = options;
  const kept = played
    .flatMap(({ frozen = [] }) => frozen)
    .reduce((sum, { byteLength }) => sum + byteLength, 0);
  if (config.updateEpochs > 1 || reference || kept > 0) gradient.keepRows(kept);
  try {
    return await learnRows(played, options);
  } finally {
    gradient.forgetRows();
  }
}

async function learnRows(played: readonly DecisionRow[], options: LearnPolicyOptions): Promise<UpdateSums> {
  const { gradient, optimizer, config, reference } = options;
  const sums = { loss: 0, kl: 0, clipped: 0, klReference: 0, decisions: 0, tokens: 0, norm: 0, steps: 0 };
  const rows = played.filter((row) => row.decisions.length > 0);
  const scores = reference ? await gradient.logProbabilities(rows, config.temperature, reference) : undefined;
  const total = config.updateEpochs * countTurns(rows);
  const plan = Array.from({ length: config.updateEpochs }, () =>
    miniBatches(options.random.shuffle(rows), config.minibatchRows),
  ).flat();
  let gradientShare: UpdateSums['gradientShare'] = null;
  let learned = 0;
  for (const [number, part] of plan.entries()) {
    await options.checkpoint();
    if (number === 0)
      gradientShare = await gradientShares(gradient, part, {
        temperature: config.temperature,
        reference: scores,
        random: options.shareRandom,
      });
    const step = await gradient.step(part, optimizer, options.learningRate, config.temperature, scores);
    const where = `update, mini-batch ${number + 1} of ${plan.length}`;
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
    learned += countTurns(part);
    options.onProgress(learned, total);
  }
  return { ...sums, withReference: reference !== null, gradientShare };
}
