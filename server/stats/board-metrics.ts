import type { Aggregate, BoardMetric } from '../contract/board.ts';
import { successRate } from '../contract/evaluations.ts';
import type { Evaluation } from '../contract/events.ts';
import { pooledInterquartileMean, type Scores } from './bootstrap.ts';
import { median } from './median.ts';

/** A metric of a whole evaluation; null where the environment has none. */
export function metricOf(metric: BoardMetric, evaluation: Evaluation): number | null {
  if (metric === 'success') return successRate(evaluation);
  return evaluation[metric] ?? null;
}

/** 1 where more is better, -1 where less is. */
export function directionOf(metric: BoardMetric): 1 | -1 {
  return metric === 'episodeLength' ? -1 : 1;
}

/**
 * What is aggregated over the final evaluations of a row, `[strata][runs]`: for the IQM of success the task types, as rliable takes
 * tasks; one stratum otherwise.
 */
export function scoresFor(aggregate: Aggregate, metric: BoardMetric, finals: readonly Evaluation[]): Scores {
  const types = Object.keys(finals[0]?.byTaskType ?? {}).sort();
  if (aggregate !== 'iqm' || metric !== 'success' || types.length === 0)
    return [finals.map((evaluation) => metricOf(metric, evaluation) ?? Number.NaN)];
  return types.map((type) =>
    finals.map(({ byTaskType }) => successRate(byTaskType[type] ?? { successes: 0, episodes: 0 })),
  );
}

/** One number of all scores; NaN for none. */
export function aggregateScores(aggregate: Aggregate, scores: Scores): number {
  if (aggregate === 'iqm') return pooledInterquartileMean(scores);
  const values = scores.flat();
  if (aggregate === 'median') return median(values);
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}
