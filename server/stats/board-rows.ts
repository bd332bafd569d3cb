import type {
  Aggregate,
  BoardMetric,
  BoardRun,
  EvaluationProtocol,
  LeaderboardRow,
} from '../contract/board.ts';
import { SEEDS_FOR_RANK } from '../contract/board.ts';
import { explainOrigin, methodName, originWords } from '../contract/credit-origin.ts';
import { successRate } from '../contract/evaluations.ts';
import type { Evaluation } from '../contract/events.ts';
import { INCIDENTAL_FIELDS, methodKey } from '../contract/methods.ts';
import { comesOutAlike, replays } from '../contract/replay-rules.ts';
import type { FieldName } from '../contract/run-config.ts';
import { variantWords } from '../contract/variant-words.ts';
import { Random } from '../rl/random.ts';
import { aggregateScores, metricOf, scoresFor } from './board-metrics.ts';
import { type Entrant, evaluationsUnder } from './board-protocols.ts';
import { type Scores, stratifiedBootstrap } from './bootstrap.ts';
import { median } from './median.ts';

/** How often a run was evaluated does not matter to what it scored at its end. */
const INCIDENTAL: readonly FieldName[] = [...INCIDENTAL_FIELDS, 'evaluateEvery'];
/** Said of every row by itself, whatever the other rows are. */
const BUDGET: readonly FieldName[] = ['iterations', 'episodesPerIteration'];
/** A board may be shared: nothing of our network stands on it. */
const PRIVATE: readonly FieldName[] = ['endpoint'];
const THRESHOLDS = ['50', '80', '90'] as const;

/** Runs that share everything relevant, one a seed. */
export interface Group {
  runs: Entrant[];
  /** Later runs of the same seeds. */
  reruns: Entrant[];
}

/** Of the same seed the first run counts: who runs a seed again until it is lucky gains nothing. `runs` come newest first. */
export function groupRuns(runs: readonly Entrant[]): Group[] {
  const groups = new Map<string, Group>();
  for (const run of runs.toReversed()) {
    const { config, parent } = run;
    // What a fork was trained with before is its parent's.
    const key = `${methodKey(config, INCIDENTAL)} ${parent ? `${parent.id} ${parent.iteration}` : ''}`;
    const group = groups.get(key) ?? { runs: [], reruns: [] };
    const isRerun = group.runs.some(({ config }) => config.seed === run.config.seed);
    (isRerun ? group.reruns : group.runs).push(run);
    groups.set(key, group);
  }
  for (const { runs } of groups.values()) runs.sort((a, b) => a.config.seed - b.config.seed);
  return [...groups.values()];
}

/** `kappa 0, width 128`: what tells a group from the other groups of its method; a fork says so. */
export function nameVariant(group: Group, rivals: readonly Group[]): string {
  const { config, parent } = group.runs[0] as Entrant;
  const same = rivals
    .map(({ runs }) => (runs[0] as Entrant).config)
    .filter((other) => methodName(other) === methodName(config));
  const words = variantWords(same, [...INCIDENTAL, ...BUDGET, ...PRIVATE]);
  const fork = parent ? [`fork of ${parent.id} at iteration ${parent.iteration}`] : [];
  return [...(words[same.indexOf(config)] as string[]), ...fork].join(', ');
}

/** Median over runs of `measure` at the first evaluation that reached each threshold; null where most never did. */
function mediansTo(
  perRun: readonly Evaluation[][],
  measure: (evaluation: Evaluation) => number,
): Record<(typeof THRESHOLDS)[number], number | null> {
  const at = (threshold: number) => {
    const firsts = perRun.map((evaluations) => {
      const first = evaluations.find((evaluation) => successRate(evaluation) >= threshold);
      return first ? measure(first) : Number.POSITIVE_INFINITY;
    });
    const middle = median(firsts);
    return Number.isFinite(middle) ? middle : null;
  };
  return { '50': at(0.5), '80': at(0.8), '90': at(0.9) };
}

/** A row that has no place yet, with the scores behind it. */
export interface ScoredRow extends LeaderboardRow {
  scores: Scores;
}

/** What a board shows of a group under a protocol. */
export function makeRow(
  { runs: group, reruns }: Group,
  variant: string,
  {
    protocol,
    metric,
    aggregate,
  }: { protocol: EvaluationProtocol; metric: BoardMetric; aggregate: Aggregate },
): ScoredRow {
  const first = group[0] as Entrant;
  const { policy, estimator, iterations, episodesPerIteration } = first.config;
  const isTrained = policy !== 'endpoint';
  const finalOf = (run: Entrant) => evaluationsUnder(run, protocol).at(-1) as Evaluation;
  const onBoard = (run: Entrant): BoardRun => ({
    id: run.id,
    ordinal: run.ordinal,
    name: run.name,
    seed: run.config.seed,
    value: metricOf(metric, finalOf(run)) ?? Number.NaN,
    isImported: run.isImported,
    replay: replayOf(run, finalOf(run), metric),
  });
  const perRun = group.map((run) => evaluationsUnder(run, protocol));
  const finals = group.map(finalOf);
  const scores = scoresFor(aggregate, metric, finals);
  const sum = (value: (evaluation: Evaluation) => number) =>
    finals.reduce((total, evaluation) => total + value(evaluation), 0);
  const bests = perRun.map((evaluations) => Math.max(...evaluations.map(successRate)));
  return {
    estimator,
    isTrained,
    isStated: false,
    title: methodName(first.config),
    origin: originWords(first.config),
    originExplained: explainOrigin(first.config),
    variant,
    budget: { iterations, episodesPerIteration, episodes: isTrained ? iterations * episodesPerIteration : 0 },
    runs: group.map(onBoard),
    reruns: reruns.map(onBoard),
    seeds: group.length,
    episodes: sum((evaluation) => evaluation.episodes),
    successes: sum((evaluation) => evaluation.successes),
    score: meanScore(finals),
    scores,
    value: aggregateScores(aggregate, scores),
    interval: group.length < SEEDS_FOR_RANK ? null : bootstrapInterval(aggregate, scores),
    firstBeatsIt: null,
    bestSuccessRate: bests.reduce((total, best) => total + best, 0) / bests.length,
    rank: null,
    parameters: first.parameters,
    iterationsTo: mediansTo(perRun, ({ iteration }) => iteration),
    tokensTo: mediansTo(perRun, ({ trainingTokens }) => trainingTokens),
    trainingSeconds: median(finals.map(({ trainingSeconds }) => trainingSeconds)),
  };
}

/** Mean score over all episodes; null unless every evaluation has one. */
function meanScore(finals: readonly Evaluation[]): number | null {
  let total = 0;
  let count = 0;
  for (const { score, episodes } of finals) {
    if (score === undefined) return null;
    total += score * episodes;
    count += episodes;
  }
  return count === 0 ? null : total / count;
}

function replayOf({ replays: all }: Entrant, final: Evaluation, metric: BoardMetric): BoardRun['replay'] {
  const newest = all.find(({ evaluation }) => replays(evaluation, final));
  if (!newest) return null;
  const { evaluation, time } = newest;
  return {
    value: metricOf(metric, evaluation) ?? Number.NaN,
    isAlike: comesOutAlike(evaluation, final),
    time,
  };
}

/** The same interval at every look. */
export function bootstrapInterval(aggregate: Aggregate, scores: Scores): [low: number, high: number] {
  const random = new Random('leaderboard');
  return stratifiedBootstrap([scores], (sample) => aggregateScores(aggregate, sample), { random });
}
