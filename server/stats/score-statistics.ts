import { Random } from '../rl/random.ts';
import { AGGREGATES, type Aggregate, aggregateAll, performanceProfile } from './aggregates.ts';
import {
  pooledInterquartileMean,
  probabilityOfImprovement,
  type Scores,
  stratifiedBootstrap,
  stratifiedBootstraps,
} from './bootstrap.ts';

/** A number with its 95 % interval; null where there is none: it takes two runs. */
export interface Estimate {
  value: number;
  interval: readonly [low: number, high: number] | null;
}

/** Scores of one group of runs, by task type, and along their training. */
export interface ScoredGroup {
  id: string;
  /** `[task type][run]`, at the end; a single row where nothing is known by task type. */
  scores: Scores;
  /** The same over all task types together, by run. */
  overall: readonly number[];
  /** Where along the x axis every run was evaluated, and the scores there. */
  curve: readonly { x: number; scores: Scores }[];
}

export interface StatisticsRequest {
  groups: readonly ScoredGroup[];
  /** Pairs of group ids: does the first do better than the second? */
  pairs: readonly (readonly [string, string])[];
  thresholds: readonly number[];
  /** What performance profiles count. */
  profileOf: 'runs' | 'tasks';
  seed: number;
  /** Resamples of aggregates and of the probability of improvement; the rest takes {@link CURVE_REPETITIONS}. */
  repetitions: number;
}

/** By id of a group. */
export interface ScoreStatistics {
  aggregates: Record<string, Record<Aggregate, Estimate>>;
  improvement: { pair: readonly [string, string]; estimate: Estimate }[];
  profiles: Record<string, Estimate[]>;
  curves: Record<string, { x: number; estimate: Estimate }[]>;
}

/** Resamples behind each point of profiles and curves, as rliable's authors take. */
export const CURVE_REPETITIONS = 2000;

/** Scores of two groups to hold against each other: by task type where both have them, else over all together. */
function alike(a: ScoredGroup | undefined, b: ScoredGroup | undefined): [Scores, Scores] {
  if (!a || !b) return [[], []];
  return a.scores.length === b.scores.length ? [a.scores, b.scores] : [[a.overall], [b.overall]];
}

/** Two runs are the fewest whose spread can be resampled. */
const hasSpread = (scores: Scores) => scores.length > 0 && scores.every((runs) => runs.length > 1);

/**
 * The figures of Agarwal et al. 2021 for groups of runs, part by part. The same request gives the same numbers; those of a group do not
 * depend on which others are there. Runs are resampled within each task type, so intervals cover the luck of training.
 */
export function* scoreStatistics(request: StatisticsRequest): Generator<Partial<ScoreStatistics>> {
  const { groups, pairs, thresholds, profileOf, seed, repetitions } = request;
  const byId = new Map(groups.map((group) => [group.id, group]));
  // One stream for all groups: their numbers do not hang on which others are there, nor in which order.
  const random = (...part: (string | number)[]) => new Random('statistics', seed, ...part);

  yield { aggregates: Object.fromEntries(groups.map((group) => [group.id, aggregatesOf(group)])) };
  yield { improvement: pairs.map((pair) => ({ pair, estimate: improvementOf(pair) })) };
  yield { profiles: Object.fromEntries(groups.map((group) => [group.id, profileEstimates(group)])) };
  yield { curves: Object.fromEntries(groups.map((group) => [group.id, curveOf(group)])) };

  function aggregatesOf({ scores }: ScoredGroup): Record<Aggregate, Estimate> {
    const values = aggregateAll(scores);
    const intervals = hasSpread(scores)
      ? stratifiedBootstraps([scores], aggregateAll, { random: random('aggregates'), repetitions })
      : [];
    const estimates = AGGREGATES.map((name, index): [Aggregate, Estimate] => [
      name,
      { value: values[index]!, interval: intervals[index] ?? null },
    ]);
    return Object.fromEntries(estimates) as Record<Aggregate, Estimate>;
  }

  function improvementOf([first, second]: readonly [string, string]): Estimate {
    const [a, b] = alike(byId.get(first), byId.get(second));
    const interval =
      hasSpread(a) && hasSpread(b)
        ? stratifiedBootstrap([a, b], probabilityOfImprovement, {
            random: random('improvement'),
            repetitions,
          })
        : null;
    return { value: probabilityOfImprovement(a, b), interval };
  }

  function profileEstimates({ scores }: ScoredGroup): Estimate[] {
    const profile = (resampled: Scores) => performanceProfile(resampled, thresholds, profileOf);
    const intervals = hasSpread(scores)
      ? stratifiedBootstraps([scores], profile, {
          random: random('profile'),
          repetitions: CURVE_REPETITIONS,
        })
      : [];
    return profile(scores).map((value, index) => ({ value, interval: intervals[index] ?? null }));
  }

  function curveOf({ curve }: ScoredGroup): { x: number; estimate: Estimate }[] {
    return curve.map(({ x, scores }, index) => ({
      x,
      estimate: {
        value: pooledInterquartileMean(scores),
        interval: hasSpread(scores)
          ? stratifiedBootstrap([scores], pooledInterquartileMean, {
              random: random('curve', index),
              repetitions: CURVE_REPETITIONS,
            })
          : null,
      },
    }));
  }
}
