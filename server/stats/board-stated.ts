import {
  type Aggregate,
  type BoardRun,
  type EvaluationProtocol,
  protocolKey,
  SEEDS_FOR_RANK,
} from '../contract/board.ts';
import { foreignSeed, isIncidentalParam } from '../contract/origin.ts';
import { aggregateScores } from './board-metrics.ts';
import { bootstrapInterval, type ScoredRow } from './board-rows.ts';

/** An imported run on a board, with what its owner states: nobody here has seen it played. */
export interface StatedEntrant {
  id: string;
  ordinal: number;
  name: string;
  params: Record<string, string>;
  protocol: EvaluationProtocol;
  /** Success rate, the last value of `metric`, and the step that it is of. */
  rate: number;
  metric: string;
  step: number;
}

/** Rows of imported runs under a protocol: runs that share all params but the seed are one. `runs` come newest first. */
export function statedRows(
  runs: readonly StatedEntrant[],
  protocol: EvaluationProtocol,
  aggregate: Aggregate,
): ScoredRow[] {
  const groups = new Map<string, StatedEntrant[]>();
  for (const run of runs.toReversed()) {
    if (protocolKey(run.protocol) !== protocolKey(protocol)) continue;
    // Without a seed nobody knows whether two runs are two seeds, or without params whether they are of one method.
    const isAlone = foreignSeed(run.params) === null;
    const key = isAlone ? run.id : methodKeyOf(run);
    groups.set(key, [...(groups.get(key) ?? []), run]);
  }
  return [...groups.values()].map((group) => rowOf(group, aggregate));
}

function methodKeyOf({ params, metric }: StatedEntrant): string {
  const kept = Object.entries(params).filter(([name]) => !isIncidentalParam(name));
  return JSON.stringify([metric, kept.sort(([a], [b]) => (a < b ? -1 : 1))]);
}

function rowOf(group: readonly StatedEntrant[], aggregate: Aggregate): ScoredRow {
  const bySeed = new Map<number | null, StatedEntrant>();
  for (const run of group) {
    const seed = foreignSeed(run.params);
    if (!bySeed.has(seed)) bySeed.set(seed, run);
  }
  const counted = [...bySeed.values()].sort(
    (a, b) => (foreignSeed(a.params) ?? 0) - (foreignSeed(b.params) ?? 0),
  );
  const first = counted[0] as StatedEntrant;
  const games = first.protocol.episodes;
  const scores = [counted.map(({ rate }) => rate)];
  const none = { '50': null, '80': null, '90': null };
  const mean = counted.reduce((sum, { rate }) => sum + rate, 0) / counted.length;
  return {
    estimator: null,
    isTrained: false,
    isStated: true,
    title: withoutSeed(first.name),
    origin: 'imported, as stated',
    originExplained: `The last value of ${first.metric} that its trainer logged (step ${first.step}). Who put it here states that it comes from these games under these rules; nobody here has seen them played.`,
    variant: '',
    budget: { iterations: 0, episodesPerIteration: 0, episodes: 0 },
    runs: counted.map(onBoard),
    reruns: group.filter((run) => !counted.includes(run)).map(onBoard),
    seeds: counted.length,
    episodes: games * counted.length,
    successes: Math.round(counted.reduce((sum, { rate }) => sum + rate * games, 0)),
    score: null,
    scores,
    value: aggregateScores(aggregate, scores),
    interval: counted.length < SEEDS_FOR_RANK ? null : bootstrapInterval(aggregate, scores),
    firstBeatsIt: null,
    // Nothing but the end is known.
    bestSuccessRate: mean,
    rank: null,
    parameters: 0,
    iterationsTo: none,
    tokensTo: none,
    trainingSeconds: 0,
  };
}

/** `verl GRPO, seed 1` is the name of a run; its row has several seeds. */
function withoutSeed(name: string): string {
  return name.replace(/[\s,;:_./-]*\bseed[\s_=-]*\d+$/i, '') || name;
}

function onBoard({ id, ordinal, name, params, rate }: StatedEntrant): BoardRun {
  return { id, ordinal, name, seed: foreignSeed(params), value: rate, isImported: true, replay: null };
}
