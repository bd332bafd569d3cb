import { LONGEST_NAME } from '../limits.ts';
import { typedLine } from '../text.ts';
import { field, integer } from './field.ts';

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
  keepCheckpoints: field(
    integer(0, 100).default(4),
    'Checkpoints of evaluated iterations that stay on disk beside the last one, spread evenly over training: any of them can be evaluated anew and forked.',
    { title: 'Keep checkpoints', group: 'Run', unit: 'checkpoints', advanced: true },
  ),
  recordedEpisodes: field(
    integer(0, 64).default(4),
    'Episodes of each iteration that are stored to be read turn by turn: the best, the worst, one with an invalid action, then one of each task type in turn. Where games are played several times to be compared, now and then all episodes of one game besides: on average no more than as many again. Those of evaluations are stored whole; 0 stores none at all.',
    { title: 'Stored episodes', group: 'Run', unit: 'episodes', advanced: true },
  ),
  recordedMegabytes: field(
    integer(1, 2000).default(64),
    'Room for stored episodes, compressed. Once it is full, every other iteration loses its own: what stays covers the whole run.',
    { title: 'Room for episodes', group: 'Run', unit: 'MB', advanced: true },
  ),
  threads: field(
    integer(0, 256).default(0),
    'Threads to train on, each playing and learning from its share of the episodes; 0 shares the cores evenly among the runs that may train at once. Part of what makes a run reproducible.',
    { title: 'Threads', group: 'Run', unit: 'threads', advanced: true },
  ),
};
