import type { Game, GameObject, GameReceptacle } from '../../../../../server/rl/envs/alfworld/game.ts';
import {
  AlfworldSimulator,
  compileGame,
  type SimulatorOptions,
} from '../../../../../server/rl/envs/alfworld/simulator.ts';

function receptacle(name: string, location: number, openable = false): GameReceptacle {
  const type = name.split(' ')[0]!;
  return { name, class: type, type, location, openable, opened: false };
}

function object(
  name: string,
  listedIn: number[],
  locations: number[],
  has: Partial<GameObject> = {},
): GameObject {
  const type = name.split(' ')[0]!;
  return {
    name,
    class: type,
    type,
    receptacles: listedIn,
    locations,
    pickupable: true,
    cleanable: false,
    heatable: false,
    coolable: false,
    toggleable: false,
    sliceable: false,
    isReceptacle: false,
    contents: [],
    isClean: false,
    isHot: false,
    isCool: false,
    isSliced: false,
    ...has,
  };
}

const EDIBLE = { cleanable: true, heatable: true, coolable: true, sliceable: true };
const RECEPTACLE_CLASSES = [
  'bathtubbasin',
  'cabinet',
  'countertop',
  'fridge',
  'microwave',
  'sidetable',
  'sinkbasin',
];

/**
 * A made-up kitchen with one of everything the rules tell apart. Locations: 0 start, 1 bathtub basin, 2 both cabinets,
 * 3 counter, 4 fridge, 5 microwave, 6 side table, 7 sink basin. Apple 2 is listed both on the counter and in the fridge.
 */
export function smallKitchen(changes: Partial<Game> = {}): Game {
  return {
    id: 'train/small-kitchen',
    split: 'train',
    taskType: 'pick_and_place_simple',
    goal: 'put a apple in cabinet',
    object: 'apple',
    target: 'cabinet',
    lamp: null,
    scene: null,
    start: 0,
    locationNumbers: [8, 7, 6, 5, 4, 3, 2, 1],
    receptacles: [
      receptacle('bathtubbasin 1', 1),
      receptacle('cabinet 2', 2, true),
      receptacle('cabinet 1', 2, true),
      receptacle('countertop 1', 3),
      receptacle('fridge 1', 4, true),
      receptacle('microwave 1', 5, true),
      receptacle('sidetable 1', 6),
      receptacle('sinkbasin 1', 7),
    ],
    objects: [
      object('apple 2', [3, 4], [3], EDIBLE),
      object('apple 1', [4], [4], { ...EDIBLE, isCool: true }),
      object('box 1', [2], [2]),
      object('desklamp 1', [6], [6], { pickupable: false, toggleable: true }),
      object('faucet 1', [7], [7], { pickupable: false, type: null }),
      object('knife 1', [3], [3], { cleanable: true }),
      object('mug 1', [3], [3], { ...EDIBLE, sliceable: false, isReceptacle: true, contents: [7] }),
      object('spoon 1', [], [3]),
    ],
    canContain: RECEPTACLE_CLASSES.flatMap((r): [string, string][] => [
      [r, 'apple'],
      [r, 'box'],
      [r, 'knife'],
      [r, 'mug'],
    ]),
    walkthrough: null,
    ...changes,
  };
}

/** A simulator of the kitchen, already reset. */
export function playKitchen(changes: Partial<Game> = {}, options: SimulatorOptions = {}): AlfworldSimulator {
  const simulator = new AlfworldSimulator(compileGame(smallKitchen(changes)), options);
  simulator.reset();
  return simulator;
}

/** Plays commands and returns the last answer. */
export function say(simulator: AlfworldSimulator, ...commands: string[]): string {
  let answer = '';
  for (const command of commands) answer = simulator.step(command).observation;
  return answer;
}
