import { LEVELS } from '../../contract/metrics.ts';
import type { VarianceReport } from '../../contract/variance.ts';
import { moments } from '../credit/normalize.ts';
import { Random } from '../random.ts';
import { newCritic, type Snapshot } from '../train/checkpoint/snapshot.ts';
import { valueInputs } from '../train/credit/credit.ts';
import type { Critic, CriticRows, ValueModel } from '../train/credit/critic.ts';
import type { Episode, PlayedTurn } from '../train/play/episodes.ts';

/** A sub-batch: whole groups of episodes, and what their turns were worth. */
export interface SubBatch {
  episodes: Episode[];
  /** Discounted return from each turn, penalties included. */
  returns: Float64Array;
  /** 1 = first turn of a segment. */
  boundary: Uint8Array;
}

/** Values for every sub-batch from a critic that has not seen it. */
export interface HeldOutValues {
  /** Critic of sub-batch b. */
  critics: ValueModel[];
  heads: VarianceReport['heads'];
  dispose(): void;
}

/** Passes of a new critic over its half of the episodes. */
const FIT_PASSES = 12;

/**
 * Values that cannot bias a gradient: the run's own critic, which has never seen these episodes, where it has all three heads;
 * otherwise two new ones, each fitted to the returns of every second sub-batch and read on the others. All estimators and
 * the reference read the same.
 */
export async function heldOutValues(
  batches: readonly SubBatch[],
  snapshot: Snapshot,
  options: { refit: boolean; seed: number },
): Promise<HeldOutValues> {
  const { policy, language, config } = snapshot;
  const own = options.refit ? null : snapshot.critic;
  const fitted: Critic[] = [];
  if (!own)
    for (const half of [0, 1]) {
      const random = new Random(options.seed, 'variance critic', half);
      const critic = newCritic(policy, language, config, random);
      const rows = criticRows(batches.filter((_, b) => b % 2 !== half));
      await critic.learn(rows, {
        learningRate: config.criticLearningRate,
        passes: FIT_PASSES,
        replay: 1,
        random,
      });
      fitted.push(critic);
    }
  const critics = batches.map((_, b) => own ?? (fitted[b % 2] as Critic));
  return {
    critics,
    heads: await explainReturns(batches, critics, own ? 'run' : 'refit'),
    dispose: () => {
      for (const critic of fitted) critic.dispose();
    },
  };
}

/** All turns of a sub-batch, one a row of its columns. */
export function turnsOf({ episodes }: Pick<SubBatch, 'episodes'>): PlayedTurn[] {
  return episodes.flatMap(({ turns }) => turns);
}

function criticRows(batches: readonly SubBatch[]): CriticRows {
  const join = (read: (batch: SubBatch) => ArrayLike<number>) =>
    batches.flatMap((batch) => Array.from(read(batch)));
  const targets = Float64Array.from(join(({ returns }) => returns));
  const every = new Uint8Array(targets.length).fill(1);
  const none = new Float32Array(targets.length);
  return {
    ...valueInputs(batches.flatMap(turnsOf)),
    targets: { low: targets, high: targets, switch: targets },
    defined: { low: every, high: Uint8Array.from(join(({ boundary }) => boundary)), switch: every },
    old: { low: none, high: none, switch: none },
  };
}

async function explainReturns(
  batches: readonly SubBatch[],
  critics: readonly ValueModel[],
  origin: 'run' | 'refit',
): Promise<VarianceReport['heads']> {
  const turns = batches.reduce((sum, { returns }) => sum + returns.length, 0);
  const returns = new Float64Array(turns);
  const boundary = new Uint8Array(turns);
  const errors = {
    switch: new Float64Array(turns),
    high: new Float64Array(turns),
    low: new Float64Array(turns),
  };
  let start = 0;
  for (const [b, batch] of batches.entries()) {
    const { before, planned } = valueInputs(turnsOf(batch));
    const values = await (critics[b] as ValueModel).values(before, planned);
    returns.set(batch.returns, start);
    boundary.set(batch.boundary, start);
    for (const level of LEVELS)
      errors[level].set(
        batch.returns.map((value, row) => value - (values[level][row] as number)),
        start,
      );
    start += batch.returns.length;
  }
  return LEVELS.map((level) => {
    const rows = level === 'high' ? boundary : null;
    const spread = moments(returns, rows);
    const explained = 1 - moments(errors[level], rows).variance / spread.variance;
    return {
      level,
      origin,
      explainedVariance: Number.isFinite(explained) ? explained : null,
      turns: spread.weight,
    };
  });
}
