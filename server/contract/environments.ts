export const ENVIRONMENTS = ['alfworld', 'webshop', 'sokoban', 'remote'] as const;
export type EnvironmentName = (typeof ENVIRONMENTS)[number];

export const SPLITS = ['train', 'valid_seen', 'valid_unseen', 'test'] as const;
export type Split = (typeof SPLITS)[number];

/** What is played: the games of the original, or some made here. */
export const GAMES = ['real', 'generated'] as const;

/** What browser and server have to know of an environment. */
export interface EnvironmentFacts {
  title: string;
  /** One sentence. */
  description: string;
  taskTypes: readonly string[];
  /** Splits that evaluations play; headline numbers are those of the first. */
  evaluated: readonly [Split, ...Split[]];
  /** Defaults: turns of a training episode, and of the last evaluation. */
  stepLimit: number;
  evaluationStepLimits: readonly number[];
  /** Whether endings have a score between lost and won. */
  hasScore: boolean;
  /** Whether a small policy has words for it, a scripted expert warms up, and plans for a whole episode exist (strata, gear-like). */
  hasWords: boolean;
  hasExpert: boolean;
  hasStrategies: boolean;
  /** Token ids of the small policy; 0 where there is none. */
  vocabulary: number;
  /** Its games are on a server that a run names, where episodes may break. */
  isElsewhere?: true;
}

export const ALFWORLD_TASK_TYPES = [
  'pick_and_place_simple',
  'look_at_obj_in_light',
  'pick_clean_then_place_in_recep',
  'pick_heat_then_place_in_recep',
  'pick_cool_then_place_in_recep',
  'pick_two_obj_and_place',
] as const;

/** The categories of its products. */
export const WEBSHOP_TASK_TYPES = ['beauty', 'electronics', 'fashion', 'garden', 'grocery'] as const;

export const ENVIRONMENT_FACTS: Record<EnvironmentName, EnvironmentFacts> = {
  alfworld: {
    title: 'ALFWorld',
    description:
      'Household tasks in text: find things, clean, heat or cool them, put them where they belong.',
    taskTypes: ALFWORLD_TASK_TYPES,
    evaluated: ['valid_seen', 'valid_unseen'],
    stepLimit: 30,
    evaluationStepLimits: [30],
    hasScore: false,
    hasWords: true,
    hasExpert: true,
    hasStrategies: true,
    vocabulary: 200,
  },
  webshop: {
    title: 'WebShop',
    description:
      'Shopping by instruction: search a catalogue, compare products, choose options, buy the one that was asked for.',
    taskTypes: WEBSHOP_TASK_TYPES,
    evaluated: ['test'],
    stepLimit: 15,
    evaluationStepLimits: [15],
    hasScore: true,
    hasWords: true,
    hasExpert: true,
    hasStrategies: false,
    vocabulary: 2048,
  },
  sokoban: {
    title: 'Sokoban',
    description: 'Push boxes onto targets, in rooms drawn as text; a box in a corner is lost.',
    taskTypes: ['room_6x6_1_box', 'room_6x6_2_boxes', 'room_8x8_2_boxes'],
    evaluated: ['test'],
    stepLimit: 15,
    evaluationStepLimits: [15],
    hasScore: false,
    hasWords: true,
    hasExpert: true,
    hasStrategies: false,
    vocabulary: 47,
  },
  remote: {
    title: 'Another server',
    description: 'Any environment behind OpenEnv’s reset and step, over WebSocket or HTTP.',
    taskTypes: ['remote'],
    evaluated: ['test'],
    stepLimit: 20,
    evaluationStepLimits: [20],
    hasScore: false,
    hasWords: false,
    hasExpert: false,
    hasStrategies: false,
    vocabulary: 0,
    isElsewhere: true,
  },
};
