import { ESTIMATOR_FACTS, groupSizeOf, hasCritic } from '../../../contract/estimators.ts';
import { readsField } from '../../../contract/fields-read.ts';
import { LEVELS } from '../../../contract/metrics.ts';
import type { RunConfig } from '../../../contract/run-config.ts';
import type { Credit, TurnBatch } from '../../credit/batch.ts';
import { clusterObservations } from '../../credit/gigpo.ts';
import { numberLabels } from '../../credit/groups.ts';
import { moments } from '../../credit/normalize.ts';
import { estimators } from '../../credit/registry.ts';
import type { Episode, PlayedTurn, Recording } from '../play/episodes.ts';
import type { CriticRows, Head, ValueModel } from './critic.ts';

/** One level's advantages and value head over a batch, for the metrics. */
export interface LevelSummary {
  advantageMean: number;
  advantageStd: number;
  /** Absent: no value head of this level. */
  valueFit?: ValueFit;
}

interface ValueFit {
  /** Mean squared error of the values before the update. */
  loss: number;
  /** Absent: all targets are equal, there is no variance to explain. */
  explainedVariance?: number;
}

export interface CreditedBatch {
  /** What the estimator was given. */
  batch: TurnBatch;
  credit: Credit;
  turns: PlayedTurn[];
  /** Whether turns were judged, so that `flagged` means something. */
  isJudged: boolean;
  /** Null: the estimator has no critic. */
  criticRows: CriticRows | null;
  levels: Partial<Record<Head, LevelSummary>>;
}

/** What rollouts must keep of their turns for `assignCredit`. */
export function recordingFor(config: RunConfig): Recording {
  const critic = config.critic === 'features' ? 'features' : 'hidden';
  return {
    values: hasCritic(config.estimator) ? critic : 'none',
    kept: usesGain(config),
    observations: ESTIMATOR_FACTS[config.estimator].anchors || config.recordedEpisodes > 0,
    admissible: config.recordedEpisodes > 0,
    lessons: ESTIMATOR_FACTS[config.estimator].teacher,
    judged: usesJudge(config),
  };
}

/**
 * Values, advantages and critic targets of a rollout; writes each decision's advantage into the turns. Flat estimators have
 * one value a turn, read before the response (the critic's `high` column), and report it as level `low`.
 */
export async function assignCredit(
  episodes: readonly Episode[],
  critic: ValueModel | null,
  config: RunConfig,
  iteration: number,
): Promise<CreditedBatch> {
  const turns = episodes.flatMap((episode) => episode.turns);
  const columns = headColumns(config);
  const read = critic && (await readValues(turns, critic));
  const batch = turnBatch(episodes, turns, config);
  if (read) for (const [level, column] of columns) batch.values[level] = read.old[column];
  if (critic && usesGain(config)) Object.assign(batch, await readGain(turns, critic));
  const invalidActionPenalty = config.decoding === 'free' ? config.invalidPenalty : 0;
  const credit = estimators[config.estimator](batch, { ...config, invalidActionPenalty, iteration });

  turns.forEach((turn, row) => {
    const firstToken = batch.tokens?.offsets[row] as number;
    turn.decisions.forEach((decision, index) => {
      const level = LEVELS[decision.level] as Head;
      const advantage = credit.advantage[level];
      if (credit.tokens) decision.advantage = credit.tokens.advantage[firstToken + index] as number;
      else decision.advantage = advantage && credit.defined[level]?.[row] ? (advantage[row] as number) : 0;
    });
  });

  const levels: CreditedBatch['levels'] = {};
  for (const level of LEVELS) if (credit.rawAdvantage[level]) levels[level] = summarize(credit, level);
  const isJudged = usesJudge(config);
  if (!read) return { batch, credit, turns, isJudged, criticRows: null, levels };
  const criticRows: CriticRows = {
    ...read,
    targets: { low: null, high: null, switch: null },
    defined: { low: null, high: null, switch: null },
  };
  for (const [level, column] of columns) {
    const target = config.criticTargets === 'monte-carlo' ? credit.monteCarlo : credit.target[level];
    const defined = credit.targetDefined[level];
    if (!target || !defined) continue;
    criticRows.targets[column] = target;
    criticRows.defined[column] = defined;
    const summary = levels[level];
    if (summary) summary.valueFit = valueFit(read.old[column], target, defined);
  }
  return { batch, credit, turns, isJudged, criticRows, levels };
}

/** The levels whose values the estimator reads, each with the critic's column that stands for it. */
function headColumns(config: RunConfig): [Head, Head][] {
  const { heads, levels } = ESTIMATOR_FACTS[config.estimator];
  const inUse = (['low', 'high', 'switch'] as const).filter((level) => heads[level]);
  const count = levels.length === 1 ? 1 : Math.min(config.valueHeads, usesGain(config) ? 2 : 3);
  // The critic's first column is read after the sub-goal, the others before the response.
  return inUse
    .slice(0, count)
    .map((level) => [level, level === 'low' && heads.low === 'first-token' ? 'high' : level]);
}

function usesGain(config: RunConfig): boolean {
  return config.switchCredit === 'gain' && readsField(config, 'switchCredit');
}

function usesJudge(config: RunConfig): boolean {
  return config.judge !== 'none' && readsField(config, 'judge');
}

/** What the value heads read of turns: inputs before the response, and before the action. */
export function valueInputs(turns: readonly PlayedTurn[]): Pick<CriticRows, 'before' | 'planned'> {
  return {
    before: turns.map((turn) => turn.before as Float32Array),
    planned: turns.map((turn) => turn.planned as Float32Array),
  };
}

async function readValues(
  turns: readonly PlayedTurn[],
  critic: ValueModel,
): Promise<Pick<CriticRows, 'before' | 'planned' | 'old'>> {
  const inputs = valueInputs(turns);
  return { ...inputs, old: await critic.values(inputs.before, inputs.planned) };
}

/** What the switching gain reads: V_low under the old sub-goal, and P(SWITCH). */
async function readGain(
  turns: readonly PlayedTurn[],
  critic: ValueModel,
): Promise<Pick<TurnBatch, 'keepValue' | 'switchProbability'>> {
  const { before } = valueInputs(turns);
  const kept = turns.map((turn) => turn.kept as Float32Array);
  return {
    keepValue: (await critic.values(before, kept)).low,
    switchProbability: Float32Array.from(turns, (turn) => turn.switchProbability as number),
  };
}

function turnBatch(episodes: readonly Episode[], turns: readonly PlayedTurn[], config: RunConfig): TurnBatch {
  const rows = turns.length;
  const group = new Int32Array(rows);
  const batch: TurnBatch = {
    episode: new Int32Array(rows),
    turn: new Int32Array(rows),
    group,
    reward: new Float64Array(rows),
    done: new Uint8Array(rows),
    switched: new Uint8Array(rows),
    valid: new Uint8Array(rows),
    values: {},
  };
  const groupSize = groupSizeOf(config);
  let row = 0;
  episodes.forEach((episode, index) => {
    episode.turns.forEach((turn, position) => {
      batch.episode[row] = index;
      batch.turn[row] = position;
      // Copies of a game are played side by side.
      group[row] = Math.floor(index / groupSize);
      batch.reward[row] = turn.reward;
      batch.done[row] = turn.done ? 1 : 0;
      batch.valid[row] = turn.response.malformed ? 0 : 1;
      batch.switched[row] = turn.response.switched ? 1 : 0;
      row++;
    });
  });
  if (config.decoding === 'free') batch.trained = trainedTurns(turns);
  const { anchors, strategies, teacher } = ESTIMATOR_FACTS[config.estimator];
  if (teacher) batch.tokens = taughtTokens(turns);
  if (usesJudge(config)) batch.flagged = Uint8Array.from(turns, ({ flagged }) => (flagged ? 1 : 0));
  // The episodes of a strategy are played side by side, too.
  if (strategies)
    batch.strategy = batch.episode.map((index) =>
      Math.floor((index % groupSize) / (groupSize / config.strategies)),
    );
  if (!anchors) return batch;
  const observations = turns.map(({ observation }) => observation as string);
  const { anchorSimilarity } = config;
  batch.anchor =
    anchorSimilarity === 1
      ? numberLabels(observations)
      : clusterObservations(group, observations, anchorSimilarity);
  return batch;
}

/** Turns with a token that a level trains: text that breaks the format may have none. */
function trainedTurns(turns: readonly PlayedTurn[]): TurnBatch['trained'] {
  const having = (level: Head) =>
    Uint8Array.from(turns, ({ decisions }) =>
      decisions.some((decision) => decision.level === LEVELS.indexOf(level)) ? 1 : 0,
    );
  return { switch: having('switch'), high: having('high'), low: having('low') };
}

/** The decisions of every turn as its tokens, with what a teacher and the policy say of them. */
function taughtTokens(turns: readonly PlayedTurn[]): TurnBatch['tokens'] {
  const offsets = new Int32Array(turns.length + 1);
  turns.forEach(({ decisions }, row) => {
    offsets[row + 1] = (offsets[row] as number) + decisions.length;
  });
  return {
    offsets,
    divergence: Float64Array.from(turns.flatMap(({ divergences }) => Array.from(divergences ?? []))),
    entropy: Float64Array.from(turns.flatMap(({ entropies }) => entropies)),
  };
}

function summarize(credit: Credit, level: Head): LevelSummary {
  const advantage = credit.rawAdvantage[level];
  // Only boundary turns emit a sub-goal, whatever the estimator.
  const defined = level === 'high' ? credit.boundary : credit.defined[level];
  const { mean, variance } = moments(advantage ?? [], defined);
  return { advantageMean: mean, advantageStd: Math.sqrt(variance) };
}

/** Mean squared error and explained variance of old values on the head's value positions. */
function valueFit(values: Float32Array, target: Float64Array, defined: Uint8Array): ValueFit {
  const residual = target.map((value, row) => value - (values[row] as number));
  const error = moments(residual, defined);
  const spread = moments(target, defined);
  return {
    loss: error.variance + error.mean ** 2,
    explainedVariance: spread.variance > 0 ? 1 - error.variance / spread.variance : undefined,
  };
}
