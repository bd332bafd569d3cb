import { z } from 'zod';
import { field, integer, share } from './field.ts';

export const warmStartSchemas = {
  warmStartEpisodes: field(
    integer(0, 20_000).default(120),
    'Expert episodes cloned before reinforcement learning; runs with equal warm-start fields share the same weights.',
    { title: 'Expert episodes', group: 'Warm start', unit: 'episodes' },
  ),
  warmStartNoise: field(
    share().default(0.2),
    'Share of demonstration turns played at random (and not cloned), so that the policy also sees how to recover.',
    { title: 'Noise', group: 'Warm start', advanced: true },
  ),
  warmStartEpochs: field(integer(1, 200).default(10), 'Passes over the expert episodes.', {
    title: 'Epochs',
    group: 'Warm start',
    unit: 'epochs',
  }),
  warmStartSeed: field(
    integer(0, 2 ** 31 - 1).default(1),
    'Seed of the expert episodes and the first weights.',
    {
      title: 'Warm-start seed',
      group: 'Warm start',
      advanced: true,
    },
  ),
  warmStartBatchRows: field(integer(8, 1024).default(64), 'Turns in a mini-batch of behaviour cloning.', {
    title: 'Batch',
    group: 'Warm start',
    unit: 'turns',
    advanced: true,
  }),
  warmStartLearningRate: field(
    z.number().positive().max(1).default(4e-3),
    'Peak learning rate of behaviour cloning.',
    {
      title: 'Learning rate',
      group: 'Warm start',
      advanced: true,
    },
  ),
  renaming: field(
    z.boolean().default(true),
    'Rename objects, receptacles and numbers at random while cloning, so that the policy learns to copy (nano).',
    { title: 'Renaming', group: 'Warm start', advanced: true },
  ),
};
