import { pooledInterquartileMean, type Scores } from './bootstrap.ts';
import { mean } from './centers.ts';
import { median } from './median.ts';

/** What the scores of an algorithm come to, after Agarwal et al. 2021 (arXiv 2108.13264); checked against rliable. */
export const AGGREGATES = ['iqm', 'median', 'mean', 'optimalityGap'] as const;
export type Aggregate = (typeof AGGREGATES)[number];

/** Mean over the strata of their means. NaN where one has no runs. */
function meanOfMeans(scores: Scores): number {
  return mean(scores.map(mean));
}

/** Median over the strata of their means. */
function medianOfMeans(scores: Scores): number {
  return median(scores.map(mean));
}

/** How far runs fall short of `target` on average; what exceeds it does not make up for the rest. */
function optimalityGap(scores: Scores, target = 1): number {
  return target - mean(scores.flat().map((score) => Math.min(score, target)));
}

/** All aggregates of scores, in the order of {@link AGGREGATES}. */
export function aggregateAll(scores: Scores): number[] {
  return [pooledInterquartileMean(scores), medianOfMeans(scores), meanOfMeans(scores), optimalityGap(scores)];
}

/**
 * Performance profile: for every threshold the share of scores above it, of the runs of all strata together (`runs`), or of the means of
 * the strata (`tasks`).
 */
export function performanceProfile(
  scores: Scores,
  thresholds: readonly number[],
  of: 'runs' | 'tasks' = 'runs',
): number[] {
  const sorted = Float64Array.from(of === 'runs' ? scores.flat() : scores.map(mean)).sort();
  let below = 0;
  return thresholds.map((threshold) => {
    while (below < sorted.length && sorted[below]! <= threshold) below++;
    return (sorted.length - below) / sorted.length;
  });
}
