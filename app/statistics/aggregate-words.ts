import { AGGREGATES, type Aggregate } from '../../server/stats/aggregates.ts';
import type { ScoreMetric } from './score-metric.ts';

export const AGGREGATE_TITLES: Record<Aggregate, string> = {
  iqm: 'IQM',
  median: 'Median',
  mean: 'Mean',
  optimalityGap: 'Optimality gap',
};

const DEFINITIONS: Record<ScoreMetric, Record<Aggregate, string>> = {
  success: {
    iqm: 'Interquartile mean: the mean of the middle half of all success rates, of every run on every task type. More is better.',
    median:
      'Median over the task types of their mean success rates; where nothing is known by task type, the mean. More is better.',
    mean: 'Mean over the task types of their mean success rates. More is better.',
    optimalityGap: 'How far the runs fall short of 100 % on average, over all task types. Less is better.',
  },
  score: {
    iqm: 'Interquartile mean: the mean of the middle half of the scores of all runs. More is better.',
    median: 'The mean.',
    mean: 'Mean of the scores of all runs. More is better.',
    optimalityGap: 'How far the scores of the runs fall short of 100 % on average. Less is better.',
  },
};

/** Aggregates that say something of a metric: where nothing is known by task type, the median over task types is the mean. */
export function aggregatesShown(metric: ScoreMetric): Aggregate[] {
  return AGGREGATES.filter((name) => metric === 'success' || name !== 'median');
}

export function defineAggregate(name: Aggregate, metric: ScoreMetric): string {
  return DEFINITIONS[metric][name];
}
