import { ENVIRONMENT_FACTS, ENVIRONMENTS } from './environments.ts';
import type { EstimatorName } from './estimators.ts';
import type { Evaluation } from './events.ts';
import type { RunConfig } from './run-config.ts';

/** What a board can rank by, of an evaluation. */
export const BOARD_METRICS = ['success', 'score', 'episodeLength'] as const;
export type BoardMetric = (typeof BOARD_METRICS)[number];

/** How the runs of a row become one number. */
export const AGGREGATES = ['mean', 'median', 'iqm'] as const;
export type Aggregate = (typeof AGGREGATES)[number];

/** Whether rows of other training budgets stand in one ranking. */
export const BUDGET_RANKINGS = ['apart', 'together'] as const;
export type BudgetRanking = (typeof BUDGET_RANKINGS)[number];

/** Fewer seeds say nothing about the luck of training, so that a row of fewer has no rank. */
export const SEEDS_FOR_RANK = 3;

/** What makes results comparable: the same games, played under the same rules. */
export interface EvaluationProtocol {
  environment: string;
  games: Evaluation['games'];
  split: Evaluation['split'];
  /** As `evaluatedTasks` writes them. */
  tasks: string;
  /** Fingerprint of the list of games; empty where it was not recorded. */
  gamesHash: string;
  decoding: string;
  temperature: number;
  stepLimit: number;
  episodes: number;
}

/** In the order in which people read them. */
export const PROTOCOL_PARTS = [
  'environment',
  'games',
  'split',
  'tasks',
  'gamesHash',
  'decoding',
  'temperature',
  'stepLimit',
  'episodes',
] as const satisfies readonly (keyof EvaluationProtocol)[];

/** What an evaluation says of its protocol; the config of its run says the rest, the same for all of them. */
export type EvaluationTerms = Omit<EvaluationProtocol, 'environment' | 'decoding'>;

/** Task types that an evaluation played, joined by commas; `all` for all of them. Only equal ones can be compared. */
export function evaluatedTasks({ byTaskType }: Pick<Evaluation, 'byTaskType'>): string {
  const types = Object.keys(byTaskType).sort();
  const isAll = ENVIRONMENTS.some((name) =>
    ENVIRONMENT_FACTS[name].taskTypes.every((type) => types.includes(type)),
  );
  return isAll ? 'all' : types.join(',');
}

export function termsOf(
  evaluation: Pick<Evaluation, Exclude<keyof EvaluationTerms, 'tasks'> | 'byTaskType'>,
): EvaluationTerms {
  const { games, split, stepLimit, temperature, episodes, gamesHash = '' } = evaluation;
  return { games, split, tasks: evaluatedTasks(evaluation), gamesHash, temperature, stepLimit, episodes };
}

/** What the results of an evaluation may be compared with. */
export function protocolOf(
  { environment, decoding }: Pick<RunConfig, 'environment' | 'decoding'>,
  evaluation: Parameters<typeof termsOf>[0],
): EvaluationProtocol {
  return { environment, decoding, ...termsOf(evaluation) };
}

/** The same text for evaluations whose results may be compared; of terms alone, for those of one run. */
export function protocolKey(protocol: EvaluationTerms & Partial<EvaluationProtocol>): string {
  return PROTOCOL_PARTS.map((part) => String(protocol[part] ?? '') || '-').join(' ');
}

/** One run on a board. */
export interface BoardRun {
  id: string;
  ordinal: number;
  name: string;
  /** Null for an imported run whose trainer reports none. */
  seed: number | null;
  /** Of the metric, at its end. */
  value: number;
  /** Whether it was trained in another installation. */
  isImported: boolean;
  /** The newest evaluation of its last checkpoint anew, on the games of the board; null without one. */
  replay: { value: number; isAlike: boolean; time: number } | null;
}

/**
 * Whether the runs that count came out alike when their checkpoints were evaluated anew: all of them, one not, or not known of
 * all.
 */
export function verificationOf({ runs }: Pick<LeaderboardRow, 'runs'>): 'verified' | 'differs' | 'unknown' {
  if (runs.some(({ replay }) => replay && !replay.isAlike)) return 'differs';
  return runs.every(({ replay }) => replay) ? 'verified' : 'unknown';
}

/** Runs that share everything but the seed, under one protocol. */
export interface LeaderboardRow {
  /** Null for imported runs. */
  estimator: EstimatorName | null;
  /** False for models behind an endpoint: neither estimator nor budget mean anything to them. */
  isTrained: boolean;
  /** Imported runs under a protocol that their owner states. */
  isStated: boolean;
  /** The method by its name, without where its credit comes from; of a model behind an endpoint, what plays. */
  title: string;
  /** Where its credit comes from, e.g. `as published`, or that it is not trained here; empty where that cannot be said. */
  origin: string;
  /** Why the words of `origin` stand there. */
  originExplained: string;
  /** Words that tell this entry from others of the same estimator, e.g. `kappa 0`; what `origin` and `budget` tell is left out. */
  variant: string;
  /** What its runs were trained with; `episodes` is the product, 0 where it is not trained here. */
  budget: { iterations: number; episodesPerIteration: number; episodes: number };
  /** The first finished run of every seed. */
  runs: BoardRun[];
  /** Later runs of the same seeds: shown, not counted. */
  reruns: BoardRun[];
  /** Seeds behind the row. */
  seeds: number;
  /** Pooled over the seeds. */
  episodes: number;
  successes: number;
  /** Mean score of the endings, pooled likewise; null where the environment has none. */
  score: number | null;
  /** The metric, aggregated. */
  value: number;
  /** Its 95 % bootstrap interval over seeds; null below SEEDS_FOR_RANK. */
  interval: [low: number, high: number] | null;
  /** Probability that a run of the ranking's first row beats one of this row; null there and below SEEDS_FOR_RANK. */
  firstBeatsIt: number | null;
  bestSuccessRate: number;
  /** Within its ranking, shared with the rank's first row where their intervals overlap; null below SEEDS_FOR_RANK. */
  rank: number | null;
  parameters: number;
  /** Medians over seeds until evaluation success first reached 50, 80, 90 %; null where it never did. */
  iterationsTo: Record<'50' | '80' | '90', number | null>;
  tokensTo: Record<'50' | '80' | '90', number | null>;
  trainingSeconds: number;
}

/** Rows that are ranked with each other, best first. */
export interface Ranking {
  /** Training episodes of all its rows; null where rows of several budgets are ranked together. */
  budgetEpisodes: number | null;
  /** Rows of imported runs, whose protocol is stated: ranked apart from what was played here. */
  isStated: boolean;
  rows: LeaderboardRow[];
}

export interface Leaderboard {
  protocols: EvaluationProtocol[];
  /** The one shown; null when nothing has finished. */
  protocol: EvaluationProtocol | null;
  metric: BoardMetric;
  /** Those that every evaluation under the protocol has. */
  metrics: BoardMetric[];
  aggregate: Aggregate;
  budgets: BudgetRanking;
  /** The largest budget first. */
  rankings: Ranking[];
}
