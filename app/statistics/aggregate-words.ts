import type { Aggregate } from '../../server/stats/aggregates.ts';

export const AGGREGATE_WORDS: Record<Aggregate, { title: string; definition: string }> = {
  iqm: {
    title: 'IQM',
    definition:
      'Interquartile mean: the mean of the middle half of all success rates, of every run on every task type. More is better.',
  },
  median: {
    title: 'Median',
    definition:
      'Median over the task types of their mean success rates; where nothing is known by task type, the mean. More is better.',
  },
  mean: {
    title: 'Mean',
    definition: 'Mean over the task types of their mean success rates. More is better.',
  },
  optimalityGap: {
    title: 'Optimality gap',
    definition: 'How far the runs fall short of 100 % on average, over all task types. Less is better.',
  },
};
