import { z } from 'zod';
import { field, integer } from './field.ts';

export const updateSchemas = {
  learningRate: field(z.number().positive().max(1).default(1e-3), 'Learning rate of the policy (AdamW).', {
    title: 'Learning rate',
    group: 'Update',
  }),
  finalLearningRate: field(
    z.number().min(0).max(1).default(1e-3),
    'Learning rate at the last iteration; the rate goes there in a straight line.',
    { title: 'Final learning rate', group: 'Update' },
  ),
  updateEpochs: field(integer(1, 20).default(1), 'Passes over the rollout each iteration.', {
    title: 'Epochs',
    group: 'Update',
    unit: 'epochs',
    advanced: true,
  }),
  minibatchRows: field(integer(8, 65_536).default(128), 'Turns per optimiser step.', {
    title: 'Mini-batch',
    group: 'Update',
    unit: 'turns',
    advanced: true,
  }),
  clip: field(z.number().positive().max(1).default(0.2), 'PPO ratio clip.', {
    title: 'Clip',
    group: 'Update',
    advanced: true,
  }),
  dualClip: field(
    z.number().min(1).max(100).default(3),
    'Bound of the loss for negative advantages (dual clip).',
    {
      title: 'Dual clip',
      group: 'Update',
      advanced: true,
    },
  ),
  entropyCoefficient: field(z.number().min(0).max(1).default(0.003), 'Weight of the entropy bonus.', {
    title: 'Entropy',
    group: 'Update',
    advanced: true,
  }),
  klCoefficient: field(z.number().min(0).max(10).default(0), 'Weight of the KL to the warm-start policy.', {
    title: 'KL',
    group: 'Update',
    advanced: true,
  }),
  gradientClip: field(z.number().positive().max(1000).default(1), 'Largest gradient norm.', {
    title: 'Gradient clip',
    group: 'Update',
    advanced: true,
  }),
  weightDecay: field(z.number().min(0).max(1).default(0), 'AdamW weight decay of the policy.', {
    title: 'Weight decay',
    group: 'Update',
    advanced: true,
  }),
};
