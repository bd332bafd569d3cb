import type { RunConfigInput } from './fields/fields.ts';
import { RANDOM_MODEL, USUAL_MODEL } from './models.ts';
import { PRESET_NAMES, PRESET_TITLES, type PresetName } from './preset-names.ts';
import { PUBLISHED_TRACES } from './published-traces.ts';

export interface Preset {
  name: PresetName;
  title: string;
  /** One sentence: what it is for, and how long it takes on 2 cores where that was measured. */
  description: string;
  fields: RunConfigInput;
}

/** What the presets for language models share. */
const LANGUAGE_MODEL = {
  policy: 'pretrained',
  model: USUAL_MODEL,
  temperature: 0.7,
  episodesPerIteration: 48,
  warmStartEpisodes: 160,
  warmStartEpochs: 1,
  warmStartNoise: 0.2,
  warmStartBatchRows: 32,
  warmStartLearningRate: 2e-3,
  frozenWeights: 'int8',
  updatedLayers: 10,
  learningRate: 4e-4,
  finalLearningRate: 1e-4,
  minibatchRows: 128,
  criticWarmup: 3,
  criticReplay: 12,
  criticPasses: 4,
} satisfies RunConfigInput;

/** What the presets for WebShop share. */
const WEBSHOP = {
  environment: 'webshop',
  warmStartEpisodes: 300,
  warmStartEpochs: 14,
  warmStartNoise: 0.1,
  warmStartBatchRows: 32,
  temperature: 0.7,
  finalLearningRate: 3e-4,
} satisfies RunConfigInput;

export const presets: Record<PresetName, Omit<Preset, 'name' | 'title'>> = {
  tiny: {
    description: 'Half a minute: one task type; shows every part working, too short to learn much.',
    fields: {
      iterations: 6,
      taskTypes: ['pick_and_place_simple'],
      width: 48,
      feedForward: 128,
      warmStartEpisodes: 80,
      warmStartEpochs: 12,
      episodesPerIteration: 16,
      criticWarmup: 1,
      evaluateEvery: 2,
      evaluationGames: 24,
    },
  },
  quick: {
    description: 'Three minutes: a visible difference between estimators.',
    fields: { iterations: 60, temperature: 0.7, finalLearningRate: 3e-4 },
  },
  standard: {
    description: 'Four minutes on two idle cores: the original’s 50 turns an episode; the result to report.',
    fields: {
      iterations: 100,
      stepLimit: 50,
      temperature: 0.7,
      episodesPerIteration: 128,
      warmStartEpisodes: 250,
      warmStartEpochs: 12,
      finalLearningRate: 3e-4,
      evaluationStepLimits: [30, 50],
    },
  },
  paper: {
    description: 'HAE with its own traces and value targets; values are read from the policy’s hidden state.',
    fields: { iterations: 90, ...PUBLISHED_TRACES, criticTargets: 'estimator', critic: 'detached' },
  },
  'lm-tiny': {
    description:
      'A language model of random weights that needs no download: every part working, nothing to learn.',
    fields: {
      policy: 'pretrained',
      model: RANDOM_MODEL,
      adapterRank: 4,
      iterations: 2,
      taskTypes: ['pick_and_place_simple'],
      stepLimit: 8,
      warmStartEpisodes: 8,
      warmStartEpochs: 1,
      episodesPerIteration: 4,
      criticWarmup: 1,
      learningRate: 3e-4,
      finalLearningRate: 3e-4,
      evaluateEvery: 1,
      evaluationGames: 4,
      evaluationStepLimits: [8],
    },
  },
  'lm-quick': {
    description:
      'Adapters on SmolLM2, a language model of 135 million weights: cloned from the expert, then some iterations of its ten upper layers.',
    fields: { ...LANGUAGE_MODEL, iterations: 12, evaluateEvery: 6, evaluationGames: 40 },
  },
  'lm-standard': {
    description:
      'The same model for longer, from twice the demonstrations, with the original’s 50 turns an episode.',
    fields: {
      ...LANGUAGE_MODEL,
      iterations: 30,
      stepLimit: 50,
      warmStartEpisodes: 320,
      evaluationGames: 140,
      evaluationStepLimits: [30, 50],
    },
  },
  'webshop-tiny': {
    description: 'Shopping among generated products: every part working, too short to learn much.',
    fields: {
      ...WEBSHOP,
      games: 'generated',
      iterations: 4,
      warmStartEpisodes: 60,
      warmStartEpochs: 4,
      episodesPerIteration: 16,
      criticWarmup: 1,
      evaluateEvery: 2,
      evaluationGames: 24,
    },
  },
  'webshop-quick': {
    description: 'Shopping among the real products where they are: a visible difference between estimators.',
    fields: { ...WEBSHOP, iterations: 30 },
  },
  'webshop-standard': {
    description:
      'The same for longer, with verl-agent’s split and 15 steps, judged on all 500 test goals; the result to report.',
    fields: {
      ...WEBSHOP,
      iterations: 100,
      episodesPerIteration: 128,
      evaluateEvery: 20,
      evaluationGames: 500,
    },
  },
  'sokoban-quick': {
    description:
      'Rooms with one box, under a minute of one core: cloned from the solver, then visibly better by playing.',
    fields: {
      environment: 'sokoban',
      taskTypes: ['room_6x6_1_box'],
      generatedGames: 60_000,
      iterations: 50,
      warmStartEpisodes: 150,
      warmStartEpochs: 6,
      episodesPerIteration: 128,
      // Values of about 10 take the critic a while.
      criticWarmup: 8,
      entropyCoefficient: 0.01,
      finalLearningRate: 3e-4,
      evaluationGames: 300,
    },
  },
};

export const PRESETS: Preset[] = PRESET_NAMES.map((name) => ({
  name,
  title: PRESET_TITLES[name],
  ...presets[name],
}));
