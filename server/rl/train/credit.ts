import type { RunConfig } from '../../contract/run-config.ts';
import type { Credit, TurnBatch } from '../credit/batch.ts';
import { estimators } from '../credit/registry.ts';
import type { CriticRows, Head, ValueModel } from './critic.ts';
import type { Episode, PlayedTurn } from './rollout.ts';

/** One level's advantages and value head over a batch, for the metrics. */
export interface LevelSummary {
  advantageMean: number;
  advantageStd: number;
  valueLoss: number;
  explainedVariance: number;
}

export interface CreditedBatch {
  credit: Credit;
  turns: PlayedTurn[];
  criticRows: CriticRows;
  levels: Partial<Record<Head, LevelSummary>>;
}

/**
 * Values, advantages and critic targets of a rollout; writes each decision's advantage into the turns. Flat estimators have
 * one value a turn, read before the response (the critic's `high` column), and report it as level `low`.
 */
export async function assignCredit(
  episodes: readonly Episode[],
  critic: ValueModel,
  config: RunConfig,
): Promise<CreditedBatch> {
  const turns = episodes.flatMap((episode) => episode.turns);
  const before = turns.map((turn) => turn.before as Float32Array);
  const planned = turns.map((turn) => turn.planned as Float32Array);
  const values = await critic.values(before, planned);
  const hierarchical = config.estimator === 'hae';
  const batch = turnBatch(
    episodes,
    turns,
    hierarchical ? headValues(values, config.valueHeads) : { low: values.high },
  );
  const credit = estimators[config.estimator].estimate(batch, config);

  turns.forEach((turn, row) => {
    for (const decision of turn.decisions) {
      const level = LEVEL_OF_CODE[decision.level] as Head;
      const advantage = credit.advantage[level];
      decision.advantage = advantage && credit.defined[level]?.[row] ? (advantage[row] as number) : 0;
    }
  });

  const heads: Head[] = hierarchical
    ? (['low', 'high', 'switch'] as const).slice(0, config.valueHeads)
    : ['low'];
  const criticRows: CriticRows = {
    before,
    planned,
    targets: { low: null, high: null, switch: null },
    defined: { low: null, high: null, switch: null },
    old: values,
  };
  const levels: CreditedBatch['levels'] = {};
  for (const head of heads) {
    const target = config.criticTargets === 'monte-carlo' ? credit.monteCarlo : credit.target[head];
    const defined = credit.targetDefined[head];
    if (!target || !defined) continue;
    const column = hierarchical ? head : 'high';
    criticRows.targets[column] = target;
    criticRows.defined[column] = defined;
    levels[head] = { ...summarize(credit, head), ...valueFit(values[column], target, defined) };
  }
  if (!hierarchical)
    for (const level of ['switch', 'high'] as const)
      levels[level] = { ...summarize(credit, level), valueLoss: Number.NaN, explainedVariance: Number.NaN };
  return { credit, turns, criticRows, levels };
}

const LEVEL_OF_CODE = ['switch', 'high', 'low'] as const;

function headValues(values: Record<Head, Float32Array>, heads: RunConfig['valueHeads']): TurnBatch['values'] {
  if (heads === 1) return { low: values.low };
  return heads === 2 ? { low: values.low, high: values.high } : values;
}

function turnBatch(
  episodes: readonly Episode[],
  turns: readonly PlayedTurn[],
  values: TurnBatch['values'],
): TurnBatch {
  const rows = turns.length;
  const batch: TurnBatch = {
    episode: new Int32Array(rows),
    turn: new Int32Array(rows),
    reward: new Float64Array(rows),
    done: new Uint8Array(rows),
    switched: new Uint8Array(rows),
    valid: new Uint8Array(rows),
    values,
  };
  let row = 0;
  episodes.forEach((episode, index) => {
    episode.turns.forEach((turn, position) => {
      batch.episode[row] = index;
      batch.turn[row] = position;
      batch.reward[row] = turn.reward;
      batch.done[row] = turn.done ? 1 : 0;
      batch.valid[row] = turn.valid ? 1 : 0;
      batch.switched[row] = turn.response.switched ? 1 : 0;
      row++;
    });
  });
  return batch;
}

function summarize(credit: Credit, level: Head): Pick<LevelSummary, 'advantageMean' | 'advantageStd'> {
  const advantage = credit.rawAdvantage[level];
  // Only boundary turns emit a sub-goal, whatever the estimator.
  const defined = level === 'high' ? credit.boundary : credit.defined[level];
  const { mean, variance } = moments(advantage ?? [], defined);
  return { advantageMean: mean, advantageStd: Math.sqrt(variance) };
}

/** Mean squared error and explained variance of old values on the head's value positions. */
function valueFit(
  values: Float32Array,
  target: Float64Array,
  defined: Uint8Array,
): Pick<LevelSummary, 'valueLoss' | 'explainedVariance'> {
  const residual = target.map((value, row) => value - (values[row] as number));
  const error = moments(residual, defined);
  const spread = moments(target, defined);
  return {
    valueLoss: error.variance + error.mean ** 2,
    explainedVariance: spread.variance > 0 ? 1 - error.variance / spread.variance : Number.NaN,
  };
}

/** Mean and population variance over the rows with a flag. */
function moments(
  values: ArrayLike<number>,
  flags: ArrayLike<number> | null,
): { mean: number; variance: number } {
  let count = 0;
  let sum = 0;
  for (let i = 0; i < values.length; i++) {
    if (flags && !flags[i]) continue;
    count++;
    sum += values[i] as number;
  }
  const mean = sum / count;
  let squares = 0;
  for (let i = 0; i < values.length; i++)
    if (!flags || flags[i]) squares += ((values[i] as number) - mean) ** 2;
  return { mean, variance: squares / count };
}
