import type { Game, GameObject, GameReceptacle } from '../../../../server/rl/envs/alfworld/game.ts';
import { openGames } from '../../../../server/rl/envs/alfworld/games.ts';

const opened = openGames({ source: 'auto' });
export const hasRealGames = opened.source === 'real' && opened.splits.valid_seen.length > 0;

/** Some real valid_seen games, every `stride`-th. */
export function realGames(stride: number): Game[] {
  const list = opened.splits.valid_seen;
  return Array.from({ length: Math.ceil(list.length / stride) }, (_, index) => list.get(index * stride));
}

function receptacle(name: string, location: number, openable = false): GameReceptacle {
  const type = name.split(' ')[0] as string;
  return { name, class: type, type, location, openable, opened: false };
}

function object(name: string, receptacles: number[], traits: Partial<GameObject> = {}): GameObject {
  const type = name.split(' ')[0] as string;
  return {
    name,
    class: type,
    type,
    receptacles,
    locations: [],
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
    ...traits,
  };
}

/** A hand-made kitchen: two cabinets share a place, a mug is listed twice, food can be sliced and treated. */
export function smallKitchen(
  goal: Partial<Pick<Game, 'taskType' | 'goal' | 'object' | 'target' | 'lamp'>> = {},
): Game {
  const receptacles = [
    receptacle('cabinet 2', 0, true),
    receptacle('cabinet 1', 0, true),
    receptacle('coffeemachine 1', 1),
    receptacle('countertop 1', 1),
    receptacle('fridge 1', 2, true),
    receptacle('microwave 1', 3, true),
    receptacle('shelf 1', 4),
    receptacle('sinkbasin 1', 5),
  ];
  const food = { cleanable: true, heatable: true, coolable: true, sliceable: true };
  const objects = [
    object('apple 2', [4], { ...food, isCool: true }),
    object('apple 1', [3], food),
    object('desklamp 1', [6], { pickupable: false, toggleable: true }),
    object('knife 1', [3], { cleanable: true }),
    object('mug 1', [2, 3], { cleanable: true, heatable: true, isReceptacle: true }),
    object('spoon 2', [1], { cleanable: true }),
    object('spoon 1', [7], { cleanable: true }),
  ];
  for (const entry of objects) {
    entry.locations = [...new Set(entry.receptacles.map((r) => receptacles[r]?.location ?? 0))];
  }
  return {
    id: 'train/small-kitchen',
    split: 'train',
    taskType: 'pick_heat_then_place_in_recep',
    goal: 'heat some apple and put it in shelf',
    object: 'apple',
    target: 'shelf',
    lamp: null,
    scene: null,
    receptacles,
    objects,
    start: 6,
    locationNumbers: [1, 2, 3, 4, 5, 6, 7],
    canContain: receptacles.flatMap((r) =>
      ['apple', 'knife', 'mug', 'spoon'].map((type): [string, string] => [r.class, type]),
    ),
    walkthrough: null,
    ...goal,
  };
}

/** A seeded source of numbers in [0, 1) for tests. */
export function testRandom(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let x = Math.imul(state ^ (state >>> 15), state | 1);
    x ^= x + Math.imul(x ^ (x >>> 7), x | 61);
    return ((x ^ (x >>> 14)) >>> 0) / 2 ** 32;
  };
}

export function pick<T>(items: readonly T[], random: () => number): T {
  return items[Math.floor(random() * items.length)] as T;
}
