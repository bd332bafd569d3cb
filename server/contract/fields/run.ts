import { typedLine } from '../text.ts';
import { field, integer } from './field.ts';

/** Characters of a run's name. */
export const LONGEST_NAME = 80;

export const runSchemas = {
  name: field(
    typedLine(LONGEST_NAME).default(''),
    'A name for people; empty takes the estimator and the preset.',
    {
      title: 'Name',
      group: 'Run',
    },
  ),
  seed: field(
    integer(0, 2 ** 31 - 1).default(1),
    'Seed of everything random: games, sampling, mini-batches.',
    {
      title: 'Seed',
      group: 'Run',
    },
  ),
  iterations: field(integer(1, 10_000).default(60), 'Rounds of rollout, credit and update.', {
    title: 'Iterations',
    group: 'Run',
    unit: 'iterations',
  }),
  checkpointEvery: field(
    integer(1, 1000).default(1),
    'Iterations between checkpoints; a run that dies loses what came after its last one.',
    { title: 'Checkpoint every', group: 'Run', unit: 'iterations', advanced: true },
  ),
  threads: field(
    integer(0, 256).default(0),
    'Threads to train on, each playing and learning from its share of the episodes; 0 shares the cores evenly among the runs that may train at once. Part of what makes a run reproducible.',
    { title: 'Threads', group: 'Run', unit: 'threads', advanced: true },
  ),
};
