import { AppError } from '../../../contract/error.ts';
import type { Game, GameObject, GameReceptacle, Split, TaskType } from './game.ts';
import { type Expression, type Fact, readProblem } from './pddl.ts';

/** What a game consists of besides its PDDL problem. */
export interface GameSource {
  id: string;
  split: Split;
  taskType: TaskType;
  /** The goal sentence between `Your task is to: ` and the full stop. */
  goal: string;
  scene: number | null;
  walkthrough: readonly string[] | null;
  problem: string;
  /** The file it was read from, for error messages. */
  from: string;
}

/** Predicates whose n-th constant is a receptacle, object or location; other constants are types or the agent. */
const RECEPTACLE_AT: Record<string, number> = {
  receptacletype: 1,
  receptacleatlocation: 1,
  openable: 1,
  opened: 1,
  inreceptacle: 2,
};
const LOCATION_AT: Record<string, number> = { receptacleatlocation: 2, objectatlocation: 2, atlocation: 2 };
const OBJECT_AT: Record<string, readonly number[]> = {
  objecttype: [1],
  objectatlocation: [1],
  inreceptacle: [1],
  isreceptacleobject: [1],
  inreceptacleobject: [1, 2],
  pickupable: [1],
  cleanable: [1],
  heatable: [1],
  coolable: [1],
  toggleable: [1],
  sliceable: [1],
  isclean: [1],
  ishot: [1],
  iscool: [1],
  issliced: [1],
};

type ObjectFlag =
  | 'pickupable'
  | 'cleanable'
  | 'heatable'
  | 'coolable'
  | 'toggleable'
  | 'sliceable'
  | 'isReceptacle'
  | 'isClean'
  | 'isHot'
  | 'isCool'
  | 'isSliced';

const OBJECT_FLAGS: Record<string, ObjectFlag> = {
  pickupable: 'pickupable',
  cleanable: 'cleanable',
  heatable: 'heatable',
  coolable: 'coolable',
  toggleable: 'toggleable',
  sliceable: 'sliceable',
  isreceptacleobject: 'isReceptacle',
  isclean: 'isClean',
  ishot: 'isHot',
  iscool: 'isCool',
  issliced: 'isSliced',
};

/**
 * Turns a PDDL problem into a game, with the names and numbers of spec/alfworld.md 3.
 * @throws AppError `bad-file` naming the file and what its problem lacks.
 */
export function buildGame(source: GameSource): Game {
  const { facts, goal } = readProblem(source.problem, source.from);
  const entities = sortEntities(facts);
  const names = nameEntities(entities.all);
  const receptacleIndex = indexIds(entities.receptacles);
  const objectIndex = indexIds(entities.objects);
  const locationIndex = indexIds(entities.locations);

  const receptacles = entities.receptacles.map((id): GameReceptacle => {
    return {
      name: names.get(id)!,
      class: classOf(id),
      type: null,
      location: -1,
      openable: false,
      opened: false,
    };
  });
  const objects = entities.objects.map((id) => emptyObject(names.get(id)!, classOf(id)));
  const canContain: [string, string][] = [];
  let start = -1;

  for (const [predicate, first, second] of facts) {
    if (first === undefined) continue;
    const object = objects[objectIndex.get(first) ?? -1];
    const receptacle = receptacles[receptacleIndex.get(first) ?? -1];
    const flag = OBJECT_FLAGS[predicate];
    if (flag !== undefined) {
      if (object) object[flag] = true;
    } else if (predicate === 'receptacletype' && receptacle) receptacle.type = typeName(second);
    else if (predicate === 'receptacleatlocation' && receptacle)
      receptacle.location = locationIndex.get(second!)!;
    else if (predicate === 'openable' && receptacle) receptacle.openable = true;
    else if (predicate === 'opened' && receptacle) receptacle.opened = true;
    else if (predicate === 'objecttype' && object) object.type = typeName(second);
    else if (predicate === 'objectatlocation' && object) object.locations.push(locationIndex.get(second!)!);
    else if (predicate === 'inreceptacle' && object) object.receptacles.push(receptacleIndex.get(second!)!);
    else if (predicate === 'inreceptacleobject') {
      objects[objectIndex.get(second!) ?? -1]?.contents.push(objectIndex.get(first)!);
    } else if (predicate === 'atlocation') start = locationIndex.get(second!)!;
    else if (predicate === 'cancontain') canContain.push(internPair(typeName(first), typeName(second)));
  }
  for (const object of objects) {
    object.receptacles = sortIndices(object.receptacles);
    object.locations = sortIndices(object.locations);
    object.contents = sortIndices(object.contents);
  }
  if (start < 0) throw broken(source, 'no (atLocation agent …) fact says where the agent starts');
  const nowhere = receptacles.find((r) => r.location < 0);
  if (nowhere) throw broken(source, `no (receptacleAtLocation …) fact says where ${nowhere.name} stands`);

  return {
    id: source.id,
    split: source.split,
    taskType: source.taskType,
    goal: source.goal,
    ...readGoal(goal, source),
    scene: source.scene,
    receptacles,
    objects,
    start,
    locationNumbers: entities.locations.map((_, i) => entities.locations.length - i),
    canContain: canContain.slice(),
    walkthrough: displayWalkthrough(source.walkthrough, names),
  };
}

/** A copy also drops the spare room a growing array keeps, which is most of a cached game. */
function sortIndices(indices: readonly number[]): number[] {
  return indices.toSorted((a, b) => a - b);
}

interface Entities {
  /** Every constant of the facts, lower case, in the plain string order that numbers and prints follow. */
  all: string[];
  receptacles: string[];
  objects: string[];
  locations: string[];
}

function sortEntities(facts: readonly Fact[]): Entities {
  const all = new Set<string>();
  const receptacles = new Set<string>();
  const objects = new Set<string>();
  const locations = new Set<string>();
  for (const fact of facts) {
    const predicate = fact[0];
    if (predicate === 'cancontain') continue; // a third of all facts, and only types
    for (let i = 1; i < fact.length; i++) all.add(fact[i]!);
    for (const i of OBJECT_AT[predicate] ?? []) if (fact[i] !== undefined) objects.add(fact[i]!);
    const location = fact[LOCATION_AT[predicate] ?? 0];
    if (LOCATION_AT[predicate] !== undefined && location !== undefined) locations.add(location);
    const receptacle = fact[RECEPTACLE_AT[predicate] ?? 0];
    if (RECEPTACLE_AT[predicate] !== undefined && receptacle !== undefined) receptacles.add(receptacle);
  }
  const sorted = [...all].sort();
  return {
    all: sorted,
    receptacles: sorted.filter((id) => receptacles.has(id)),
    objects: sorted.filter((id) => objects.has(id)),
    locations: sorted.filter((id) => locations.has(id)),
  };
}

/** Hands out k, k-1, …, 1 along the sorted ids of a class of k members: numbers descend in print order. */
function nameEntities(sortedIds: readonly string[]): Map<string, string> {
  const left = new Map<string, number>();
  for (const id of sortedIds) {
    if (id.includes('_bar_')) left.set(classOf(id), (left.get(classOf(id)) ?? 0) + 1);
  }
  const names = new Map<string, string>();
  for (const id of sortedIds) {
    const name = classOf(id);
    if (!id.includes('_bar_')) {
      names.set(id, `${name} `);
      continue;
    }
    const number = left.get(name)!;
    left.set(name, number - 1);
    names.set(id, `${name} ${number}`);
  }
  return names;
}

function classOf(id: string): string {
  const bar = id.indexOf('_bar_');
  const prefix = bar < 0 ? id : id.slice(0, bar);
  return intern(id.includes('basin') && bar >= 0 ? `${prefix}basin` : prefix);
}

function typeName(constant: string | undefined): string {
  if (constant === undefined) return '';
  return intern(constant.endsWith('type') ? constant.slice(0, -4) : constant);
}

// Slices of a problem text would keep its 54 kB alive in every cached game, so class names are copied once for all.
const interned = new Map<string, string>();
const internedPairs = new Map<string, [string, string]>();

function intern(text: string): string {
  const known = interned.get(text);
  if (known !== undefined) return known;
  const copy = Buffer.from(text).toString();
  interned.set(copy, copy);
  return copy;
}

function internPair(first: string, second: string): [string, string] {
  const key = `${first} ${second}`;
  const known = internedPairs.get(key);
  if (known) return known;
  const pair: [string, string] = [first, second];
  internedPairs.set(key, pair);
  return pair;
}

/** The classes a goal names, read from the goal itself so that a game without traj_data.json can be typed. */
function readGoal(goal: Expression, source: GameSource): Pick<Game, 'object' | 'target' | 'lamp'> {
  const objectTypes = new Map<string, string>();
  let target: string | null = null;
  const toggled = new Set<string>();
  const visit = (expression: Expression) => {
    if (typeof expression === 'string') return;
    const [head, variable, type] = expression;
    if (head === 'objecttype' && typeof variable === 'string' && typeof type === 'string') {
      objectTypes.set(variable, typeName(type));
    } else if (head === 'receptacletype' && typeof type === 'string') target = typeName(type);
    else if (head === 'istoggled' && typeof variable === 'string') toggled.add(variable);
    else for (const part of expression) visit(part);
  };
  visit(goal);

  const isLight = source.taskType === 'look_at_obj_in_light';
  const object = [...objectTypes].find(([variable]) => !toggled.has(variable))?.[1];
  const lamp = [...objectTypes].find(([variable]) => toggled.has(variable))?.[1] ?? null;
  if (object === undefined) throw broken(source, 'its goal names no object type');
  if (isLight && lamp === null) throw broken(source, 'its goal names no lamp to switch on');
  if (!isLight && target === null) throw broken(source, 'its goal names no receptacle type');
  return isLight ? { object, target: null, lamp } : { object, target, lamp: null };
}

/** Some hosted copies hold ids where display names belong; those are translated, and what stays unknown drops the plan. */
function displayWalkthrough(commands: readonly string[] | null, names: Map<string, string>): string[] | null {
  if (commands === null) return null;
  const displayed = commands.map((command) =>
    command.replace(/\S+_bar_\S+/g, (id) => names.get(id.toLowerCase()) ?? id),
  );
  return displayed.some((command) => command.includes('_bar_')) ? null : displayed;
}

function emptyObject(name: string, className: string): GameObject {
  return {
    name,
    class: className,
    type: null,
    receptacles: [],
    locations: [],
    pickupable: false,
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
  };
}

function indexIds(ids: readonly string[]): Map<string, number> {
  return new Map(ids.map((id, index) => [id, index]));
}

function broken(source: GameSource, what: string): AppError {
  return new AppError('bad-file', `${source.from}: the PDDL problem cannot be played: ${what}.`);
}
