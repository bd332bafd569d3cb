import { z } from 'zod';
import { field, integer } from './field.ts';

export const evaluationSchemas = {
  evaluateEvery: field(
    integer(1, 10_000).default(10),
    'Iterations between evaluations; there is always one before the first and one after the last.',
    {
      title: 'Evaluate every',
      group: 'Evaluation',
      unit: 'iterations',
    },
  ),
  evaluationGames: field(
    integer(1, 10_000).default(140),
    'Games of each split that are played: always the same first ones of a fixed list.',
    {
      title: 'Games per split',
      group: 'Evaluation',
      unit: 'games',
    },
  ),
  evaluationTemperature: field(z.number().min(0).max(5).default(0.4), 'Sampling temperature; 0 is greedy.', {
    title: 'Temperature',
    group: 'Evaluation',
  }),
  evaluationStepLimits: field(
    z.array(integer(1, 200)).min(1).max(4).default([30]),
    'Step limits that are reported; the last evaluation of a run plays to the longest of them.',
    { title: 'Step limits', group: 'Evaluation', unit: 'turns', advanced: true },
  ),
};
