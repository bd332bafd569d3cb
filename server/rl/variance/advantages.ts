import { LEVELS, type Level } from '../../contract/metrics.ts';
import type { RunConfig } from '../../contract/run-config.ts';
import type { LevelGradient, VarianceOptions } from '../../contract/variance.ts';
import { assignCredit, valueInputs } from '../train/credit/credit.ts';
import type { ValueModel } from '../train/credit/critic.ts';
import type { Episode } from '../train/play/episodes.ts';
import { type SubBatch, turnsOf } from './values.ts';
import type { Variant } from './variants.ts';

const ZERO: ValueModel = {
  async values(before) {
    const none = new Float32Array(before.length);
    return { low: none, high: none, switch: none };
  },
};

/** Discounted returns, with the run's penalties, and segment starts. */
export async function returnsOf(
  episodes: readonly Episode[],
  config: RunConfig,
): Promise<Pick<SubBatch, 'returns' | 'boundary'>> {
  const flat = { ...config, estimator: 'turn-gae', groupSize: 1 } as const;
  const { credit } = await assignCredit(episodes, ZERO, flat, 0);
  return { returns: credit.monteCarlo, boundary: credit.boundary };
}

/** Gives every decision the reference's advantage: the return from its turn less the value of its level. */
export async function writeReference(batch: SubBatch, critic: ValueModel, config: RunConfig): Promise<void> {
  const { returns } = await returnsOf(batch.episodes, config);
  const turns = turnsOf(batch);
  const { before, planned } = valueInputs(turns);
  const values = await critic.values(before, planned);
  turns.forEach((turn, row) => {
    for (const decision of turn.decisions) {
      const level = LEVELS[decision.level] as Level;
      decision.advantage = (returns[row] as number) - (values[level][row] as number);
    }
  });
}

/** Gives every decision the advantage of an estimator that sees this sub-batch only, in this iteration. */
export async function writeAdvantages(
  { episodes }: SubBatch,
  critic: ValueModel,
  { estimator, changes }: Variant,
  config: RunConfig,
  { groupSize, normalize }: VarianceOptions,
  iteration: number,
): Promise<void> {
  const own = { ...config, ...changes, estimator, groupSize, normalizeAdvantages: normalize };
  await assignCredit(episodes, estimator === 'hae' ? critic : everyTurn(critic), own, iteration);
}

/** A flat estimator reads its one value before the response of every turn: the head that has learnt just that. */
function everyTurn(critic: ValueModel): ValueModel {
  return {
    async values(before, planned) {
      const values = await critic.values(before, planned);
      return { ...values, high: values.switch };
    },
  };
}

/** Mean and deviation of advantages, and their correlation with the reference's on the same turns; null where undefined. */
export function advantageMoments(
  advantages: readonly number[],
  reference: readonly number[],
): LevelGradient['advantage'] {
  const mean = average(advantages);
  const middle = average(reference);
  const variance = average(advantages.map((a) => (a - mean) ** 2));
  const spread = average(reference.map((r) => (r - middle) ** 2));
  const shared = average(advantages.map((a, i) => (a - mean) * ((reference[i] as number) - middle)));
  const correlation = shared / Math.sqrt(variance * spread);
  const finite = (x: number) => (Number.isFinite(x) ? x : null);
  return { mean: finite(mean), deviation: finite(Math.sqrt(variance)), correlation: finite(correlation) };
}

function average(values: readonly number[]): number {
  return values.reduce((sum, x) => sum + x, 0) / values.length;
}
