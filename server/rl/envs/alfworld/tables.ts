import type { TaskType } from './game.ts';
import data from './tables.json' with { type: 'json' };

export type RoomType = 'kitchen' | 'living room' | 'bedroom' | 'bathroom';

/**
 * What `tables.json` holds: facts about ALFWorld's objects and rooms, all class names in lower case.
 * Counts by name are kept as one string, `mug 3, pan 1`.
 */
export interface StoredTables {
  about: string;
  tasks: Record<TaskType, TaskFacts>;
  /** By object class: what can be done with it, and the receptacle classes a `move` may put it in; blank-separated words. */
  objects: Record<string, { can: string; fits: string }>;
  rooms: Record<
    RoomType,
    {
      objects: Record<string, { copies: number[]; nowhere: number; starts: string }>;
      /** By task type and object class: number of public games by target class (lamp class for light). */
      combos: Record<string, Record<string, string>>;
    }
  >;
  /**
   * By floor plan number: `cabinet 0+ 1 1, shelf 2` has, per receptacle class, one word for each receptacle, highest
   * number first: the index of its standing place (equal = shared), followed by `+` when it has a door.
   */
  scenes: Record<string, { room: RoomType; receptacles: string }>;
}

export interface TaskFacts {
  /** Games of this type among the 3553 of the public train split. */
  games: number;
  /** `copies[n]`: games with n copies of the object to be found (the last entry: n or more). */
  copies: number[];
  /** Share of those copies that start behind a closed door. */
  behindDoors: number;
}

/** How many copies of an object class a room type has and where they start. */
export interface ObjectStarts {
  /** `copies[n]`: games with n copies (the last entry: n or more). */
  copies: number[];
  /** Copies per 10,000 games that lie in no receptacle. */
  nowhere: number;
  starts: StartPlaces[];
}

/** Receptacle classes that list an object together (nearly always one), and listings per 10,000 receptacles of the first. */
export interface StartPlaces {
  classes: string[];
  rate: number;
}

/** A goal seen in public games of a room type; the target is the lamp's class for light. */
export interface Combo {
  object: string;
  target: string;
  games: number;
}

export interface Scene {
  number: number;
  room: RoomType;
  /** In ALFWorld's order of ids. */
  receptacles: { name: string; class: string; place: number; openable: boolean }[];
  /** Number of standing places. */
  places: number;
}

/** What can be done with the objects of one class. */
export interface Abilities {
  pickupable: boolean;
  cleanable: boolean;
  heatable: boolean;
  coolable: boolean;
  toggleable: boolean;
  sliceable: boolean;
  isReceptacle: boolean;
}

const stored = data as unknown as StoredTables;

/** Facts by task type. */
export const TASK_FACTS: Readonly<Record<TaskType, TaskFacts>> = stored.tasks;

export const ROOM_TYPES: readonly RoomType[] = ['kitchen', 'living room', 'bedroom', 'bathroom'];

const abilities = new Map<string, Abilities>();
const fits = new Map<string, ReadonlySet<string>>();
for (const [name, entry] of Object.entries(stored.objects)) {
  abilities.set(name, readAbilities(entry.can));
  fits.set(name, new Set(entry.fits.split(' ')));
}
const NO_ABILITIES = readAbilities('');

const starts = new Map<RoomType, ReadonlyMap<string, ObjectStarts>>();
const combos = new Map<string, Combo[]>();
const rates = new Map<string, number>();
for (const room of ROOM_TYPES) {
  const objects = new Map<string, ObjectStarts>();
  for (const [name, entry] of Object.entries(stored.rooms[room].objects)) {
    const places = readCounts(entry.starts).map(([classes, rate]) => ({ classes: classes.split('+'), rate }));
    objects.set(name, { copies: entry.copies, nowhere: entry.nowhere, starts: places });
    for (const { classes, rate } of places) {
      for (const receptacleClass of classes) {
        const key = `${name} ${receptacleClass}`;
        rates.set(key, Math.max(rates.get(key) ?? 0, rate));
      }
    }
  }
  starts.set(room, objects);
  for (const [task, byObject] of Object.entries(stored.rooms[room].combos)) {
    const list = Object.entries(byObject).flatMap(([object, targets]) =>
      readCounts(targets).map(([target, games]) => ({ object, target, games })),
    );
    combos.set(`${room} ${task}`, list);
  }
}

/** The rooms of the public games but one (420, see make-tables.ts), by floor plan number. */
export const SCENES: ReadonlyMap<number, Scene> = new Map(
  Object.entries(stored.scenes).map(([number, { room, receptacles }]) => [
    Number(number),
    readScene(Number(number), room, receptacles),
  ]),
);

/** Object classes of a room type with their copies and start places. */
export function objectStarts(room: RoomType): ReadonlyMap<string, ObjectStarts> {
  return starts.get(room) as ReadonlyMap<string, ObjectStarts>;
}

/** Goals of a task type seen in a room type; empty when that room never has the task. */
export function combosOf(room: RoomType, task: TaskType): readonly Combo[] {
  return combos.get(`${room} ${task}`) ?? [];
}

/** Every object class of the tables, in alphabetical order. */
export function objectClasses(): string[] {
  return [...abilities.keys()];
}

/** What can be done with objects of a class; nothing for an unknown class. */
export function abilitiesOf(objectClass: string): Abilities {
  return abilities.get(objectClass) ?? NO_ABILITIES;
}

/** Whether objects of a class may be put into receptacles of a class. */
export function canContain(receptacleClass: string, objectClass: string): boolean {
  return fits.get(objectClass)?.has(receptacleClass) ?? false;
}

/** How often objects of a class start in one receptacle of a class, per 10,000, in the room type where that is most common. */
export function startRate(receptacleClass: string, objectClass: string): number {
  return rates.get(`${objectClass} ${receptacleClass}`) ?? 0;
}

const APPLIANCES: Partial<Record<TaskType, string>> = {
  pick_clean_then_place_in_recep: 'sinkbasin',
  pick_heat_then_place_in_recep: 'microwave',
  pick_cool_then_place_in_recep: 'fridge',
};

/** The receptacle class that a task type works with on the way; undefined for none. */
export function applianceOf(taskType: TaskType): string | undefined {
  return APPLIANCES[taskType];
}

/** Receptacle class in which copies of the goal's object never start, as in all public games; null for none. */
export function forbiddenStart(taskType: TaskType, target: string | null): string | null {
  if (taskType === 'pick_and_place_simple' || taskType === 'pick_two_obj_and_place') return target;
  return APPLIANCES[taskType] ?? null;
}

const WITH_DOORS = new Set(['cabinet', 'drawer', 'fridge', 'microwave', 'safe']);

/** Whether receptacles of a class nearly always have a door (about one cabinet or drawer in six has none that opens). */
export function hasDoors(receptacleClass: string): boolean {
  return WITH_DOORS.has(receptacleClass);
}

function readAbilities(words: string): Abilities {
  const can = new Set(words.split(' '));
  return {
    pickupable: can.has('take'),
    cleanable: can.has('clean'),
    heatable: can.has('heat'),
    coolable: can.has('cool'),
    toggleable: can.has('use'),
    sliceable: can.has('slice'),
    isReceptacle: can.has('hold'),
  };
}

/** `mug 3, pan 1` → `[['mug', 3], ['pan', 1]]`. */
function readCounts(text: string): [string, number][] {
  if (text === '') return [];
  return text.split(', ').map((entry) => {
    const [name = '', count] = entry.split(' ');
    return [name, Number(count)];
  });
}

function readScene(number: number, room: RoomType, text: string): Scene {
  const receptacles = text.split(', ').flatMap((entry) => {
    const [type = '', ...words] = entry.split(' ');
    return words.map((word, i) => ({
      name: `${type} ${words.length - i}`,
      class: type,
      place: Number.parseInt(word, 10),
      openable: word.endsWith('+'),
    }));
  });
  return { number, room, receptacles, places: 1 + Math.max(...receptacles.map(({ place }) => place)) };
}
