import { z } from 'zod';
import { field, integer } from './field.ts';

export const criticSchemas = {
  critic: field(
    z.enum(['features', 'detached', 'shared']).default('features'),
    'What the value heads read: features = a small network of their own on state features; detached = the policy’s hidden state, without gradient into it; shared = the hidden state with gradient (shared trunk). Short traces need a good critic: with detached, turn-gae learns with lambda 0.95 and unlearns with 0.3.',
    { title: 'Critic', group: 'Critic' },
  ),
  criticTargets: field(
    z.enum(['monte-carlo', 'estimator']).default('monte-carlo'),
    'Value targets: the discounted return, or the estimator’s own (as published).',
    { title: 'Targets', group: 'Critic' },
  ),
  valueCoefficient: field(
    z.number().min(0).max(100).default(0.5),
    'Weight of the value loss in the policy’s update (shared trunk only).',
    { title: 'Value weight', group: 'Critic', advanced: true },
  ),
  criticLearningRate: field(
    z.number().positive().max(1).default(2e-3),
    'Learning rate of the critic’s own optimiser.',
    {
      title: 'Learning rate',
      group: 'Critic',
      advanced: true,
    },
  ),
  criticPasses: field(integer(1, 100).default(2), 'Passes over the replay each iteration.', {
    title: 'Passes',
    group: 'Critic',
    unit: 'passes',
    advanced: true,
  }),
  criticReplay: field(integer(1, 64).default(4), 'Iterations of turns the critic learns from.', {
    title: 'Replay',
    group: 'Critic',
    unit: 'iterations',
    advanced: true,
  }),
  criticWarmup: field(integer(0, 100).default(2), 'First iterations that train only the critic.', {
    title: 'Warm-up',
    group: 'Critic',
    unit: 'iterations',
    advanced: true,
  }),
  valueClip: field(
    z.number().min(0).max(100).default(0),
    'Clip of the value update around the old value; 0 is off (the reference: 0.5).',
    {
      title: 'Value clip',
      group: 'Critic',
      advanced: true,
    },
  ),
};
