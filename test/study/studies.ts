import type { TaskType } from '../../server/contract/run-config.ts';

/** Runs of one preset that differ in the variant and the seed only, each with the same number of episodes. */
export interface Study {
  name: string;
  /** One sentence for the report. */
  description: string;
  preset: 'quick' | 'standard';
  /** Fields that all runs share, as `--set`. */
  set: readonly string[];
  variants: Record<string, Variant>;
  /** In the order in which they are worth having. */
  seeds: readonly number[];
}

interface Variant {
  description: string;
  set: readonly string[];
}

const estimator = (name: string, description: string, ...more: string[]): Variant => ({
  description,
  set: [`estimator=${name}`, ...more],
});

/** All in the Plan-Execute format from the same warm start, but for the last. */
const variants: Record<string, Variant> = {
  hae: estimator('hae', 'HiPER as published (kappa 0)'),
  'token-gae': estimator('token-gae', 'flat PPO as configured by the authors'),
  'turn-gae': estimator('turn-gae', 'Plan-Execute format with a flat estimator: turn-level GAE'),
  grpo: estimator('grpo', 'groups of 8 episodes of a game'),
  gigpo: estimator('gigpo', 'groups of 8, equal observations compared'),
  'turn-gae-flat': estimator('turn-gae', 'no sub-goals at all; a warm start of its own', 'format=flat'),
};

/** Tasks that take several steps in the right order. */
const LONG_TASKS: readonly TaskType[] = [
  'pick_clean_then_place_in_recep',
  'pick_heat_then_place_in_recep',
  'pick_cool_then_place_in_recep',
  'pick_two_obj_and_place',
];

const EVERY_FIVE = ['evaluateEvery=5', 'evaluationStepLimits=30,50'];
const SEEDS = [1, 2, 3, 4, 5];

export const STUDIES: readonly Study[] = [
  {
    name: 'main',
    description: 'all six task types',
    preset: 'quick',
    set: EVERY_FIVE,
    variants: { ...variants, 'hae-kappa1': estimator('hae', 'HiPER with kappa 1', 'kappa=1') },
    seeds: SEEDS,
  },
  {
    name: 'long',
    description: 'two-object and appliance tasks only',
    preset: 'quick',
    set: [...EVERY_FIVE, `taskTypes=${LONG_TASKS.join(',')}`],
    variants,
    seeds: SEEDS,
  },
];
