import { z } from 'zod';
import { field, integer } from './field.ts';

export const rolloutSchemas = {
  episodesPerIteration: field(
    integer(1, 4096).default(96),
    'Episodes rolled out in lockstep each iteration.',
    {
      title: 'Episodes per iteration',
      group: 'Rollout',
      unit: 'episodes',
    },
  ),
  groupSize: field(
    integer(0, 256).default(0),
    'Episodes of each game in an iteration; 0 takes what the estimator needs: 8 where it compares episodes of one game, otherwise 1.',
    { title: 'Group size', group: 'Rollout', unit: 'episodes', advanced: true },
  ),
  temperature: field(z.number().positive().max(5).default(1), 'Sampling temperature of training rollouts.', {
    title: 'Temperature',
    group: 'Rollout',
    advanced: true,
  }),
  topP: field(
    z.number().positive().max(1).default(1),
    'Sample from the smallest set of tokens with this probability.',
    {
      title: 'Top-p',
      group: 'Rollout',
      advanced: true,
    },
  ),
};
