import { ALFWORLD_TASK_TYPES } from '../../../contract/environments.ts';

export const TASK_TYPES = ALFWORLD_TASK_TYPES;
export type TaskType = (typeof TASK_TYPES)[number];

export const SPLITS = ['train', 'valid_seen', 'valid_unseen'] as const;
export type Split = (typeof SPLITS)[number];

/** `2.1.3` (move, "You arrive at R.") is the current data release; `2.1.1` (put … in/on, "You arrive at loc N.") the older one. */
export type Dialect = '2.1.3' | '2.1.1';

/**
 * One game as facts, wherever it came from (compact file, original folder, generator); the simulator compiles it.
 * Class names are lower case without blanks (`sinkbasin`). Entities are referred to by their index in their own array.
 * Both arrays are in ALFWorld's order of ids (spec/alfworld.md 3), so lists print in array order.
 */
export interface Game {
  /** `<split>/<folder>/<trial>` for real games, `<split>/generated-<seed>-<n>-<task type>-…` for generated ones. */
  id: string;
  split: Split;
  taskType: TaskType;
  /** The goal sentence between `Your task is to: ` and the full stop. */
  goal: string;
  /** Classes of the goal: the object, the receptacle it must reach (null for light), the lamp (light only). */
  object: string;
  target: string | null;
  lamp: string | null;
  /** ALFRED floor plan number (kitchen 1-30, living room 201-230, bedroom 301-330, bathroom 401-430); null for invented rooms. */
  scene: number | null;
  receptacles: GameReceptacle[];
  objects: GameObject[];
  /** Where the agent starts: a location index that normally holds no receptacle. */
  start: number;
  /** Display number of each location in dialect 2.1.1 ("loc 22"), by location index. */
  locationNumbers: number[];
  /** `[receptacle class, object class]` pairs that a `move` may make, as facts of this game. */
  canContain: [string, string][];
  /** The stored plan that wins with its last command, or null. */
  walkthrough: string[] | null;
}

export interface GameReceptacle {
  /** Display name, e.g. `cabinet 3`. */
  name: string;
  class: string;
  /** Type used by canContain and the goal; null when the facts give none. Normally equals the class. */
  type: string | null;
  location: number;
  openable: boolean;
  opened: boolean;
}

export interface GameObject {
  name: string;
  class: string;
  /** Type used by goals and canContain; null when the facts give none (faucets, curtains): it matches no goal. */
  type: string | null;
  /** Indices of the receptacles that list it, ascending; a relation, not a function. */
  receptacles: number[];
  /** Location indices at which `objectAtLocation` holds (normally one). */
  locations: number[];
  pickupable: boolean;
  cleanable: boolean;
  heatable: boolean;
  coolable: boolean;
  toggleable: boolean;
  sliceable: boolean;
  /** isReceptacleObject: examine lists what lies inside it instead of its state. */
  isReceptacle: boolean;
  /** Indices of the objects inside it (inReceptacleObject). */
  contents: number[];
  isClean: boolean;
  isHot: boolean;
  isCool: boolean;
  isSliced: boolean;
}
