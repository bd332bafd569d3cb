import { Random } from '../../random.ts';
import { type Game, type GameObject, SPLITS, type Split, TASK_TYPES, type TaskType } from './game.ts';
import { initialState, planFrom } from './plan.ts';
import type { GeneratorRoom, Start } from './rooms.ts';
import { roomOf, scenesOf } from './rooms.ts';
import { abilitiesOf, type Combo, combosOf, ROOM_TYPES, type RoomType, TASK_FACTS } from './tables.ts';

/** Part of every game's seed: raise it when the same seed should no longer give the same games. */
const GENERATOR_VERSION = 1;

/** The two sentences of each task type (spec/alfworld.md 6); `{o}` is the object, `{r}` the target or the lamp. */
const GOAL_SENTENCES: Record<TaskType, [string, string]> = {
  pick_and_place_simple: ['put a {o} in {r}', 'put some {o} on {r}'],
  look_at_obj_in_light: ['look at {o} under the {r}', 'examine the {o} with the {r}'],
  pick_clean_then_place_in_recep: ['put a clean {o} in {r}', 'clean some {o} and put it in {r}'],
  pick_heat_then_place_in_recep: ['put a hot {o} in {r}', 'heat some {o} and put it in {r}'],
  pick_cool_then_place_in_recep: ['put a cool {o} in {r}', 'cool some {o} and put it in {r}'],
  pick_two_obj_and_place: ['put two {o} in {r}', 'find two {o} and put them in {r}'],
};

/**
 * Chance that a copy starts behind a door when it could also start in the open. Some objects never do, so these are above
 * `TASK_FACTS[type].behindDoors`; set by measurement so that the share over all games comes out at that figure.
 */
const DOOR_CHANCE: Record<TaskType, number> = {
  pick_and_place_simple: 0.155,
  look_at_obj_in_light: 0.18,
  pick_clean_then_place_in_recep: 0.26,
  pick_heat_then_place_in_recep: 0.3,
  pick_cool_then_place_in_recep: 0.2,
  pick_two_obj_and_place: 0.12,
};

export interface GenerateOptions {
  seed: number;
  split: Split;
  count: number;
}

/** The first `count` games of a split. The same seed always gives the same games. */
export function generateGames({ seed, split, count }: GenerateOptions): Game[] {
  return Array.from({ length: count }, (_, index) => generateGame(seed, split, index));
}

/**
 * Game number `index` of a split, after the recipe of spec/alfworld.md 12: task types in the public mix, rooms of the
 * public games (valid_unseen has rooms of its own), objects where they usually start, and the shortest plan as the
 * walkthrough. It depends on nothing but (seed, split, index), so games can be made one by one, in any order.
 */
export function generateGame(seed: number, split: Split, index: number): Game {
  if (!SPLITS.includes(split))
    throw new RangeError(`split: expected one of ${SPLITS.join(', ')}, not ${split}`);
  const random = new Random('alfworld', GENERATOR_VERSION, seed, split, index);
  const taskType = TASK_TYPES[random.weighted(TASK_TYPES.map((type) => TASK_FACTS[type].games))] as TaskType;
  const { room, combo } = drawGoal(random, split, taskType);
  const isLight = taskType === 'look_at_obj_in_light';
  const goal = random
    .pick(GOAL_SENTENCES[taskType])
    .replace('{o}', combo.object)
    .replace('{r}', combo.target);
  const start = room.places;
  const placed = placeObjects(random, room, taskType, combo);
  const objects = nameObjects(placed, room, combo.object);
  const locations = Math.max(start, ...objects.flatMap((object) => object.locations)) + 1;
  const game: Game = {
    id: `${split}/generated-${seed}-${index}-${taskType}-${combo.object}-${combo.target}-${room.scene}`,
    split,
    taskType,
    goal,
    object: combo.object,
    target: isLight ? null : combo.target,
    lamp: isLight ? combo.target : null,
    scene: room.scene,
    receptacles: room.receptacles.map((receptacle) => ({ ...receptacle })),
    objects,
    start,
    locationNumbers: random.shuffle(Array.from({ length: locations }, (_, i) => i + 1)),
    canContain: room.canContain,
    walkthrough: null,
  };
  game.walkthrough = planFrom(game, initialState(game)).map((step) => step.command);
  return game;
}

/** A room of the split and a goal that it can hold. Room types come in the public mix, rooms of a type alike often. */
function drawGoal(random: Random, split: Split, taskType: TaskType): { room: GeneratorRoom; combo: Combo } {
  const scenes = ROOM_TYPES.map((type) => scenesFor(type, split, taskType));
  const weights = ROOM_TYPES.map((type, i) =>
    scenes[i]?.length ? combosOf(type, taskType).reduce((sum, { games }) => sum + games, 0) : 0,
  );
  const room = roomOf(random.pick(scenes[random.weighted(weights)] ?? []));
  const combos = room.combos(taskType);
  return { room, combo: combos[random.weighted(combos.map(({ games }) => games))] as Combo };
}

const scenesByTask = new Map<string, readonly number[]>();

/** The scenes of a room type and split that can hold a task type. */
function scenesFor(type: RoomType, split: Split, taskType: TaskType): readonly number[] {
  const key = `${type} ${split} ${taskType}`;
  let scenes = scenesByTask.get(key);
  if (!scenes) {
    scenes = scenesOf(type, split).filter((scene) => roomOf(scene).combos(taskType).length > 0);
    scenesByTask.set(key, scenes);
  }
  return scenes;
}

/** An object before it has a number. `receptacles` is empty for one that lies in none. */
interface PlacedObject {
  class: string;
  receptacles: readonly number[];
}

function placeObjects(random: Random, room: GeneratorRoom, taskType: TaskType, combo: Combo): PlacedObject[] {
  const free = new Int8Array(room.receptacles.length);
  room.capacities.forEach((capacity, r) => {
    free[r] = capacity;
  });
  const placed: PlacedObject[] = [...room.furniture];
  const put = (objectClass: string, start: Start | null) => {
    for (const r of start?.receptacles ?? []) free[r] = (free[r] ?? 0) - 1;
    placed.push({ class: objectClass, receptacles: start?.receptacles ?? [] });
  };
  const hasRoom = (start: Start) => start.receptacles.every((r) => (free[r] ?? 0) > 0);

  // The goal's copies first, so that no other object takes the place they need.
  const goalStarts = room.goalStarts(taskType, combo);
  const needed = taskType === 'pick_two_obj_and_place' ? 2 : 1;
  const copies = random.weighted(TASK_FACTS[taskType].copies);
  for (let n = 0; n < copies; n++) {
    const open = goalStarts.filter(hasRoom);
    if (open.length === 0 && n >= needed) break;
    put(combo.object, drawGoalStart(random, taskType, open.length > 0 ? open : goalStarts));
  }
  for (const { class: objectClass, copies, starts, weights } of room.movables) {
    if (objectClass === combo.object) continue;
    for (let left = random.weighted(copies); left > 0; left--) {
      let start = starts[random.weighted(weights)] ?? null;
      for (let tries = 0; start && !hasRoom(start) && tries < 10; tries++) {
        start = starts[random.weighted(weights)] ?? null;
      }
      put(objectClass, start && hasRoom(start) ? start : null);
    }
  }
  return random.shuffle(placed);
}

function drawGoalStart(random: Random, taskType: TaskType, starts: readonly Start[]): Start {
  const behind = starts.filter((start) => start.behindDoor);
  const before = starts.filter((start) => !start.behindDoor);
  const isBehind = behind.length > 0 && (before.length === 0 || random.chance(DOOR_CHANCE[taskType]));
  const drawn = isBehind ? behind : before;
  return drawn[random.weighted(drawn.map(({ weight }) => weight))] as Start;
}

/** Numbers the objects and puts them in ALFWorld's order: by class, highest number first. */
function nameObjects(placed: PlacedObject[], room: GeneratorRoom, goalObject: string): GameObject[] {
  const counts = new Map<string, number>();
  for (const { class: objectClass } of placed) counts.set(objectClass, (counts.get(objectClass) ?? 0) + 1);
  // Sorting is stable, so the shuffled order decides which copy gets which number.
  const ordered = [...placed].sort((a, b) => (a.class < b.class ? -1 : a.class > b.class ? 1 : 0));
  let elsewhere = room.places;
  return ordered.map(({ class: objectClass, receptacles }) => {
    const number = counts.get(objectClass) ?? 1;
    counts.set(objectClass, number - 1);
    const holder = room.receptacles[receptacles[0] ?? -1];
    return {
      name: `${objectClass} ${number}`,
      class: objectClass,
      type: objectClass,
      receptacles: [...receptacles].sort((a, b) => a - b),
      locations: [holder ? holder.location : ++elsewhere],
      ...abilitiesOf(objectClass),
      contents: [],
      isClean: false,
      isHot: false,
      // Only the goal's own copies know that a fridge is cold.
      isCool: objectClass === goalObject && receptacles.some((r) => room.receptacles[r]?.class === 'fridge'),
      isSliced: false,
    };
  });
}
