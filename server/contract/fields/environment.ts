import { z } from 'zod';
import { field, integer } from './field.ts';

export const TASK_TYPES = [
  'pick_and_place_simple',
  'look_at_obj_in_light',
  'pick_clean_then_place_in_recep',
  'pick_heat_then_place_in_recep',
  'pick_cool_then_place_in_recep',
  'pick_two_obj_and_place',
] as const;
export type TaskType = (typeof TASK_TYPES)[number];

export const environmentSchemas = {
  environment: field(z.enum(['alfworld']).default('alfworld'), 'The task the agent learns.', {
    title: 'Environment',
    group: 'Environment',
  }),
  games: field(
    z.enum(['auto', 'real', 'generated']).default('auto'),
    'Real ALFWorld games where the data is present, generated look-alikes otherwise; or insist on one.',
    { title: 'Games', group: 'Environment' },
  ),
  taskTypes: field(
    z
      .array(z.enum(TASK_TYPES))
      .min(1)
      .default([...TASK_TYPES]),
    'Task types to train on and evaluate.',
    {
      title: 'Task types',
      group: 'Environment',
    },
  ),
  stepLimit: field(
    integer(1, 200).default(30),
    'An episode ends, lost, after this many turns (the original: 50).',
    {
      title: 'Step limit',
      group: 'Environment',
      unit: 'turns',
    },
  ),
  dialect: field(z.enum(['2.1.3', '2.1.1']).default('2.1.3'), 'Text dialect of the ALFWorld data release.', {
    title: 'Dialect',
    group: 'Environment',
    advanced: true,
  }),
  generatedGames: field(
    integer(10, 100_000).default(3553),
    'Size of the training split when games are generated (the real one has 3553).',
    { title: 'Generated games', group: 'Environment', unit: 'games', advanced: true },
  ),
};
