import { explainOrigin, methodName, originWords } from '../contract/credit-origin.ts';
import { successRate as rateOf } from '../contract/evaluations.ts';
import { type Evaluation, evaluatedTasks } from '../contract/events.ts';
import {
  type FieldName,
  INCIDENTAL_FIELDS,
  methodKey,
  type RunConfig,
  type Split,
} from '../contract/run-config.ts';
import { variantWords } from '../contract/variant-words.ts';
import type { EvaluationProtocol, Leaderboard, LeaderboardRow } from '../contract/views.ts';
import { Random } from '../rl/random.ts';
import {
  pooledInterquartileMean,
  probabilityOfImprovement,
  type Scores,
  stratifiedBootstrap,
} from './bootstrap.ts';
import { median } from './median.ts';
import { wilsonInterval } from './wilson.ts';

/** A finished run as the leaderboard needs it. */
export interface Entrant {
  id: string;
  ordinal: number;
  name: string;
  config: RunConfig;
  parameters: number;
  /** In order of iteration. */
  evaluations: readonly Evaluation[];
}

/** How often a run was evaluated does not matter to what it scored at its end. */
const INCIDENTAL: readonly FieldName[] = [...INCIDENTAL_FIELDS, 'evaluateEvery'];
/** Said of every row by itself, whatever the other rows are. */
const BUDGET: readonly FieldName[] = ['iterations', 'episodesPerIteration'];
/** A board may be shared: nothing of our network stands on it. */
const PRIVATE: readonly FieldName[] = ['endpoint'];
const THRESHOLDS = ['50', '80', '90'] as const;
/** Fewer seeds say nothing about their spread. */
const SEEDS_FOR_SPREAD = 3;
const SPLIT_ORDER: readonly Split[] = ['valid_seen', 'test', 'valid_unseen', 'train'];

function protocolOf(run: Entrant, evaluation: Evaluation): EvaluationProtocol {
  const { games, split, stepLimit, temperature, episodes } = evaluation;
  const tasks = evaluatedTasks(evaluation);
  return { environment: run.config.environment, games, split, tasks, stepLimit, temperature, episodes };
}

const keyOf = (protocol: EvaluationProtocol) =>
  `${protocol.environment} ${protocol.games} ${protocol.split} ${protocol.tasks} ${protocol.stepLimit} ${protocol.temperature} ${protocol.episodes}`;

/** What a run is evaluated by that counts. */
type Counted = (run: Entrant) => readonly Evaluation[];

export const finalEvaluations: Counted = (run) =>
  run.evaluations.filter(({ iteration }) => iteration === run.config.iterations);

/** Protocols of evaluations that count: those with the most runs first, then real games and valid_seen first. */
export function listProtocols(
  runs: readonly Entrant[],
  counted: Counted = finalEvaluations,
): EvaluationProtocol[] {
  const found = new Map<string, { protocol: EvaluationProtocol; runs: number }>();
  for (const run of runs)
    for (const evaluation of counted(run)) {
      const protocol = protocolOf(run, evaluation);
      const entry = found.get(keyOf(protocol)) ?? { protocol, runs: 0 };
      entry.runs += 1;
      found.set(keyOf(protocol), entry);
    }
  return [...found.values()]
    .sort(
      (a, b) =>
        b.runs - a.runs ||
        Number(b.protocol.games === 'real') - Number(a.protocol.games === 'real') ||
        SPLIT_ORDER.indexOf(a.protocol.split) - SPLIT_ORDER.indexOf(b.protocol.split) ||
        b.protocol.episodes - a.protocol.episodes ||
        a.protocol.stepLimit - b.protocol.stepLimit ||
        a.protocol.temperature - b.protocol.temperature,
    )
    .map(({ protocol }) => protocol);
}

/** Runs that share everything relevant, one a seed. */
interface Group {
  runs: Entrant[];
  /** Older runs of the same seeds. */
  setAside: number;
}

/** Of the same seed the newest run counts. Runs come newest first. */
function groupRuns(runs: readonly Entrant[]): Group[] {
  const groups = new Map<string, Group>();
  for (const run of runs) {
    const key = methodKey(run.config, INCIDENTAL);
    const group = groups.get(key) ?? { runs: [], setAside: 0 };
    if (group.runs.some(({ config }) => config.seed === run.config.seed)) group.setAside += 1;
    else group.runs.push(run);
    groups.set(key, group);
  }
  for (const { runs } of groups.values()) runs.sort((a, b) => a.config.seed - b.config.seed);
  return [...groups.values()];
}

/** Evaluations of one run under one protocol, in order of iteration. */
export function evaluationsUnder(run: Entrant, protocol: EvaluationProtocol): Evaluation[] {
  return run.evaluations.filter((evaluation) => keyOf(protocolOf(run, evaluation)) === keyOf(protocol));
}

/** Median over runs of `measure` at the first evaluation that reached each threshold; null where most never did. */
function mediansTo(
  perRun: readonly Evaluation[][],
  measure: (evaluation: Evaluation) => number,
): Record<(typeof THRESHOLDS)[number], number | null> {
  const at = (threshold: number) => {
    const firsts = perRun.map((evaluations) => {
      const first = evaluations.find((evaluation) => rateOf(evaluation) >= threshold);
      return first ? measure(first) : Number.POSITIVE_INFINITY;
    });
    const middle = median(firsts);
    return Number.isFinite(middle) ? middle : null;
  };
  return { '50': at(0.5), '80': at(0.8), '90': at(0.9) };
}

/** A row, and the scores behind it: success by task type and seed. */
interface ScoredRow extends LeaderboardRow {
  scores: Scores;
}

function makeRow({ runs: group, setAside }: Group, variant: string, protocol: EvaluationProtocol): ScoredRow {
  const first = group[0] as Entrant;
  const { policy, estimator, iterations, episodesPerIteration } = first.config;
  const perRun = group.map((run) => evaluationsUnder(run, protocol));
  const finals = perRun.map((evaluations) => evaluations.at(-1) as Evaluation);
  const scores = scoresOf(finals);
  const sum = (value: (evaluation: Evaluation) => number) =>
    finals.reduce((total, evaluation) => total + value(evaluation), 0);
  const episodes = sum((evaluation) => evaluation.episodes);
  const successes = sum((evaluation) => evaluation.successes);
  const bests = perRun.map((evaluations) => Math.max(...evaluations.map(rateOf)));
  return {
    estimator,
    isTrained: policy !== 'endpoint',
    title: methodName(first.config),
    origin: originWords(first.config),
    originExplained: explainOrigin(first.config),
    variant,
    budget: { iterations, episodesPerIteration },
    runs: group.map(({ id, ordinal, name, config }) => ({ id, ordinal, name, seed: config.seed })),
    seeds: group.length,
    setAside,
    episodes,
    successes,
    successRate: episodes === 0 ? 0 : successes / episodes,
    interval: wilsonInterval(successes, episodes),
    score: meanScore(finals),
    scores,
    iqm: describeSeeds(scores),
    firstBeatsIt: null,
    bestSuccessRate: bests.reduce((total, best) => total + best, 0) / bests.length,
    rank: 0,
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

/** Success of every run by task type. */
function scoresOf(finals: readonly Evaluation[]): Scores {
  const types = Object.keys(finals[0]?.byTaskType ?? {}).sort();
  return types.map((type) =>
    finals.map(({ byTaskType }) => rateOf(byTaskType[type] ?? { successes: 0, episodes: 0 })),
  );
}

const hasSpread = (scores: Scores) => (scores[0]?.length ?? 0) >= SEEDS_FOR_SPREAD;

function describeSeeds(scores: Scores): LeaderboardRow['iqm'] {
  if (!hasSpread(scores)) return null;
  return {
    value: pooledInterquartileMean(scores),
    // The same interval at every look.
    interval: stratifiedBootstrap([scores], pooledInterquartileMean, { random: new Random('leaderboard') }),
  };
}

/** `kappa 0, width 128`: what tells a group from the other groups of its method. */
function nameVariant(group: Group, rivals: readonly Group[]): string {
  const { config } = group.runs[0] as Entrant;
  const same = rivals
    .map(({ runs }) => (runs[0] as Entrant).config)
    .filter((other) => methodName(other) === methodName(config));
  const words = variantWords(same, [...INCIDENTAL, ...BUDGET, ...PRIVATE]);
  return (words[same.indexOf(config)] as string[]).join(', ');
}

/**
 * The one rule for ties: two rows are told apart where the intervals of their success rates do not overlap and, once both have the
 * seeds for it, those of their interquartile means do not either. The first covers the games drawn, the second the luck of training.
 */
function toldApart(better: LeaderboardRow, worse: LeaderboardRow): boolean {
  const drawn = worse.interval[1] < better.interval[0];
  const trained = !better.iqm || !worse.iqm || worse.iqm.interval[1] < better.iqm.interval[0];
  return drawn && trained;
}

/** Best first; a row that is not told apart from its rank's first shares the rank. */
function rankRows(rows: ScoredRow[]): LeaderboardRow[] {
  const sorted = rows.sort(
    (a, b) =>
      b.successRate - a.successRate ||
      b.episodes - a.episodes ||
      (`${a.title} ${a.variant}` < `${b.title} ${b.variant}` ? -1 : 1),
  );
  const best = sorted[0];
  let leader = best;
  return sorted.map(({ scores, ...row }, index) => {
    const firstBeatsIt =
      best && index > 0 && hasSpread(best.scores) && hasSpread(scores)
        ? probabilityOfImprovement(best.scores, scores)
        : null;
    if (leader === undefined || index === 0 || toldApart(leader, sorted[index] as ScoredRow)) {
      leader = sorted[index];
      return { ...row, firstBeatsIt, rank: index + 1 };
    }
    return { ...row, firstBeatsIt, rank: sorted.indexOf(leader) + 1 };
  });
}

/** The first protocol that has all values of `filter`; null where none has. */
export function chooseProtocol(
  protocols: readonly EvaluationProtocol[],
  filter: Partial<EvaluationProtocol>,
): EvaluationProtocol | null {
  const isFit = (candidate: EvaluationProtocol) =>
    (Object.keys(filter) as (keyof EvaluationProtocol)[]).every(
      (key) => filter[key] === undefined || filter[key] === candidate[key],
    );
  return protocols.find(isFit) ?? null;
}

/**
 * Finished runs under one evaluation protocol: the first that fits `filter`, in the order of listProtocols.
 * `runs` come newest first.
 */
export function makeLeaderboard(
  runs: readonly Entrant[],
  filter: Partial<EvaluationProtocol> = {},
): Leaderboard {
  const protocols = listProtocols(runs);
  const protocol = chooseProtocol(protocols, filter);
  if (protocol === null) return { protocols, protocol, rows: [] };
  const entered = runs.filter((run) =>
    finalEvaluations(run).some((evaluation) => keyOf(protocolOf(run, evaluation)) === keyOf(protocol)),
  );
  const groups = groupRuns(entered);
  return {
    protocols,
    protocol,
    rows: rankRows(groups.map((group) => makeRow(group, nameVariant(group, groups), protocol))),
  };
}
