import { type ALFWORLD_TASK_TYPES, ENVIRONMENT_FACTS } from '../../server/contract/environments.ts';
import { type PresetName, PUBLISHED_TRACES, presetConfig } from '../../server/contract/presets.ts';

/** Runs of one preset that differ in the variant and the seed only, each with the same number of episodes. */
export interface Study {
  name: string;
  /** One sentence for the report. */
  description: string;
  preset: PresetName;
  /** Turns of the evaluations along the way; in ALFWorld the last one is played to 30 and 50. */
  stepLimit: number;
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

const { lamFlat: usualLambda, ...published } = PUBLISHED_TRACES;
/** HAE as published, but for the changes. */
const haeWith = (description: string, changes: Record<string, number> = {}) => {
  const options = { ...published, ...changes };
  return estimator(
    'hae',
    description,
    ...Object.entries(options).map(([field, value]) => `${field}=${value}`),
  );
};
const turnGae = (lamFlat: number, description = `turn-level GAE with lambda ${lamFlat}`) =>
  estimator('turn-gae', description, `lamFlat=${lamFlat}`);

/** All in the Plan-Execute format from the same warm start, but for the last. */
const hae = haeWith('HiPER as published (kappa 0)');
const tokenGae = estimator('token-gae', 'flat PPO as configured by the authors');
const haeKappa1 = haeWith('HiPER with kappa 1', { kappa: 1 });
const turnGaeUsual = turnGae(usualLambda, 'Plan-Execute format with a flat estimator: turn-level GAE');
/** Shorter traces for flat and hierarchical credit: what a hierarchy gains must not be what a smaller lambda gains. */
const shortPair = {
  'turn-gae-03': turnGae(0.3),
  'hae-short': haeWith('HiPER with kappa 0.6, lambda 0.3 inside of segments and 0.6 over them', {
    kappa: 0.6,
    lamTurn: 0.3,
    lamSeg: 0.6,
  }),
};
const short = { ...shortPair, 'turn-gae-06': turnGae(0.6) };
const variants: Record<string, Variant> = {
  hae,
  'token-gae': tokenGae,
  'turn-gae': turnGaeUsual,
  grpo: estimator('grpo', 'groups of 8 episodes of a game'),
  gigpo: estimator('gigpo', 'groups of 8, equal observations compared'),
  'turn-gae-flat': estimator(
    'turn-gae',
    'no sub-goals at all; a warm start of its own',
    'format=flat',
    `lamFlat=${usualLambda}`,
  ),
};

/** The question itself, which `npm run study` runs without names; everything else is a control. */
export const CORE = { studies: ['main', 'long'], variants: Object.keys(variants) };

/** Tasks that take several steps in the right order. */
const LONG_TASKS: readonly (typeof ALFWORLD_TASK_TYPES)[number][] = [
  'pick_clean_then_place_in_recep',
  'pick_heat_then_place_in_recep',
  'pick_cool_then_place_in_recep',
  'pick_two_obj_and_place',
];

const EVERY_FIVE = ['evaluateEvery=5', 'evaluationStepLimits=30,50'];
const WEAK = [...EVERY_FIVE, 'warmStartEpisodes=60'];
const SEEDS = [1, 2, 3, 4, 5];

const LANGUAGE_MODEL = ['evaluationGames=140', 'frozenWeights=int8'];
/** About an hour of CPU a run: three iterations for the critic alone, then nine updates of all layers. */
const NINE_UPDATES = [...LANGUAGE_MODEL, 'updatedLayers=0', 'iterations=12', 'evaluateEvery=12'];
const SMALL_RATE = ['learningRate=1e-4', 'finalLearningRate=1e-4'];
/** About two hours of CPU a run: three iterations for the critic alone, then 27 updates of the ten upper layers. */
const MANY_UPDATES = [
  ...LANGUAGE_MODEL,
  'updatedLayers=10',
  'iterations=30',
  'evaluateEvery=15',
  'learningRate=4e-4',
  'finalLearningRate=1e-4',
];
const languageModelVariants = {
  'hae-short': shortPair['hae-short'],
  'token-gae': tokenGae,
  'turn-gae-06': short['turn-gae-06'],
};

export const STUDIES: readonly Study[] = [
  {
    name: 'main',
    description: 'all six task types',
    preset: 'quick',
    stepLimit: 30,
    set: EVERY_FIVE,
    variants: {
      ...variants,
      ...short,
      'hae-kappa1': haeKappa1,
      'hae-rising': haeWith('HiPER with a kappa that grows from 0 to 1 over the run', {
        kappa: 1,
        kappaRamp: 60,
      }),
      'hae-seg0': haeWith(
        'HiPER with kappa 1 and lambda 0 over segments: the trace ends at the second boundary',
        { kappa: 1, lamSeg: 0 },
      ),
    },
    seeds: SEEDS,
  },
  {
    name: 'long',
    description: 'two-object and appliance tasks only',
    preset: 'quick',
    stepLimit: 30,
    set: [...EVERY_FIVE, `taskTypes=${LONG_TASKS.join(',')}`],
    variants: { ...variants, ...short },
    seeds: SEEDS,
  },
  {
    name: 'weak',
    description: 'all six task types from half the warm start',
    preset: 'quick',
    stepLimit: 30,
    set: WEAK,
    variants: {
      hae,
      'hae-kappa1': haeKappa1,
      'turn-gae': turnGaeUsual,
      ...short,
      'turn-gae-00': turnGae(0),
      'hae-short-00': haeWith('HiPER with kappa 0.6, lambda 0 inside of segments and 0.3 over them', {
        kappa: 0.6,
        lamTurn: 0,
        lamSeg: 0.3,
      }),
      'turn-gae-08': turnGae(0.8),
      'hae-03': haeWith('HiPER with lambda 0.3 over segments', { lamSeg: 0.3 }),
      'hae-06': haeWith('HiPER with lambda 0.6 over segments', { lamSeg: 0.6 }),
      'hae-08': haeWith('HiPER with lambda 0.8 over segments', { lamSeg: 0.8 }),
    },
    seeds: SEEDS,
  },
  {
    name: 'fresh',
    description: 'the best of weak once more, on seeds that had no part in choosing them',
    preset: 'quick',
    stepLimit: 30,
    set: WEAK,
    variants: shortPair,
    seeds: [6, 7, 8, 9, 10],
  },
  {
    name: 'critic',
    description: 'all six task types with a weaker critic, which reads the policy’s hidden state',
    preset: 'quick',
    stepLimit: 30,
    set: [...EVERY_FIVE, 'critic=detached'],
    variants: { hae, 'turn-gae': turnGaeUsual, ...shortPair },
    seeds: [1, 2, 3],
  },
  {
    name: 'full',
    description: 'the original’s 50 turns an episode, a longer warm start, 12,800 episodes',
    preset: 'standard',
    stepLimit: 50,
    set: [],
    variants: { hae, 'turn-gae': turnGaeUsual, 'token-gae': tokenGae, ...shortPair },
    seeds: [1, 2, 3],
  },
  {
    name: 'language-model',
    description:
      'adapters on SmolLM2-135M-Instruct in 8 bits, cloned from 160 episodes of the expert, episodes played as dialogues',
    preset: 'lm-quick',
    stepLimit: 30,
    set: [...NINE_UPDATES, ...SMALL_RATE],
    variants: languageModelVariants,
    seeds: [1, 2, 3],
  },
  {
    name: 'language-model-rate',
    description: 'the same with a learning rate that falls from 3e-4 to 1e-4, in the place of 1e-4',
    preset: 'lm-quick',
    stepLimit: 30,
    set: [...NINE_UPDATES, 'learningRate=3e-4', 'finalLearningRate=1e-4'],
    variants: languageModelVariants,
    seeds: [1],
  },
  {
    name: 'language-model-upper',
    description:
      'the same at 1e-4 from the same clone, but updates change the ten upper layers alone, and there are twice as many',
    preset: 'lm-quick',
    stepLimit: 30,
    set: [...LANGUAGE_MODEL, ...SMALL_RATE, 'updatedLayers=10', 'iterations=21', 'evaluateEvery=12'],
    variants: languageModelVariants,
    seeds: [1],
  },
  {
    name: 'language-model-long',
    description:
      'from the same clone, updates of the ten upper layers alone for 1,296 episodes, at a rate that falls from 4e-4 to 1e-4',
    preset: 'lm-quick',
    stepLimit: 30,
    set: MANY_UPDATES,
    variants: languageModelVariants,
    seeds: [1],
  },
  {
    name: 'language-model-strong',
    description: 'the same as language-model-long, but from a clone of 320 episodes',
    preset: 'lm-quick',
    stepLimit: 30,
    set: [...MANY_UPDATES, 'warmStartEpisodes=320'],
    variants: languageModelVariants,
    seeds: [1],
  },
  {
    name: 'webshop',
    description: 'shopping among the 1,000 real products, verl-agent’s split and its 15 steps',
    preset: 'webshop-standard',
    stepLimit: 15,
    set: [],
    variants: {
      hae,
      'token-gae': tokenGae,
      'turn-gae': turnGaeUsual,
      grpo: variants.grpo as Variant,
      gigpo: variants.gigpo as Variant,
      'hae-short': short['hae-short'],
      'turn-gae-06': short['turn-gae-06'],
    },
    seeds: [1, 2, 3],
  },
];

/** The split that headline numbers of a study are taken from. */
export function splitOf({ preset }: Pick<Study, 'preset'>): string {
  return ENVIRONMENT_FACTS[presetConfig(preset).environment].evaluated[0];
}

export function studyOf(name: string): Study | undefined {
  return STUDIES.find((study) => study.name === name);
}
