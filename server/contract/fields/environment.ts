import { z } from 'zod';
import { ENVIRONMENT_FACTS, ENVIRONMENTS } from '../environments.ts';
import { field, integer } from './field.ts';

const TASK_TYPES = ENVIRONMENTS.flatMap((name) => ENVIRONMENT_FACTS[name].taskTypes);

export const environmentSchemas = {
  environment: field(z.enum(ENVIRONMENTS).default('alfworld'), 'The task the agent learns.', {
    title: 'Environment',
    group: 'Environment',
  }),
  games: field(
    z.enum(['auto', 'real', 'generated']).default('auto'),
    'Real games where the environment’s data is present, generated look-alikes otherwise; or insist on one.',
    { title: 'Games', group: 'Environment' },
  ),
  taskTypes: field(
    z
      .array(z.enum(TASK_TYPES))
      .min(1)
      .default([...ENVIRONMENT_FACTS.alfworld.taskTypes]),
    'Task types to train on and evaluate; those of the environment.',
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
  goals: field(
    z.enum(['synthetic', 'human']).default('synthetic'),
    'Instructions put together from a product’s attributes and options, as verl-agent and HiPER train on, or written by people (which the catalogue of 1,000 products has hardly any of).',
    { title: 'Goals', group: 'Environment' },
  ),
  goalOrder: field(
    z.enum(['original', 'verl']).default('original'),
    'The first 500 goals are for tests, the others for training. original shuffles them as WebShop does; verl shuffles them for training and tests apart, as verl-agent does, so that some goals are in both.',
    { title: 'Order of goals', group: 'Environment', advanced: true },
  ),
  catalogueSize: field(
    integer(0, 2_000_000).default(0),
    'Only so many products: from the front of the real catalogue, or generated; 0 takes all real ones, or generates 1,000.',
    { title: 'Products', group: 'Environment', unit: 'products', advanced: true },
  ),
  shopReward: field(
    z.enum(['success', 'score']).default('success'),
    'What a purchase earns: success is 1 where everything asked for is right and else nothing (verl-agent: 10); score is the share of it that is right.',
    { title: 'Reward', group: 'Environment' },
  ),
};
