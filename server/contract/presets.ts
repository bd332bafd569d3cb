import { parseRunConfig, type RunConfig, type RunConfigInput } from './run-config.ts';

export interface Preset {
  name: PresetName;
  title: string;
  /** One sentence: what it is for and how long it takes on 2 cores. */
  description: string;
  fields: RunConfigInput;
}

export const PRESET_NAMES = ['tiny', 'quick', 'standard', 'paper'] as const;
export type PresetName = (typeof PRESET_NAMES)[number];

/** HAE's traces as published (spec/hae.md 2), and the usual lambda of flat GAE. */
export const PUBLISHED_TRACES = { kappa: 0, lamTurn: 1, lamSeg: 0.95, lamFlat: 0.95 } as const;

const presets: Record<PresetName, Omit<Preset, 'name'>> = {
  tiny: {
    title: 'Tiny',
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
    title: 'Quick',
    description: 'Three minutes: a visible difference between estimators.',
    fields: { iterations: 60, temperature: 0.7, finalLearningRate: 3e-4 },
  },
  standard: {
    title: 'Standard',
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
    title: 'As published',
    description: 'HAE with its own traces and value targets; values are read from the policy’s hidden state.',
    fields: { iterations: 90, ...PUBLISHED_TRACES, criticTargets: 'estimator', critic: 'detached' },
  },
};

export const PRESETS: Preset[] = PRESET_NAMES.map((name) => ({ name, ...presets[name] }));

/** The config of a preset with some fields changed. Throws AppError `bad-input` naming wrong fields. */
export function presetConfig(name: PresetName, changes: RunConfigInput = {}): RunConfig {
  return parseRunConfig({ ...presets[name].fields, ...changes });
}
