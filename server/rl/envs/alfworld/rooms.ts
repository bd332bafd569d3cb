import { Random } from '../../random.ts';
import type { GameReceptacle, Split, TaskType } from './game.ts';
import {
  abilitiesOf,
  applianceOf,
  type Combo,
  canContain,
  combosOf,
  forbiddenStart,
  objectClasses,
  objectStarts,
  type RoomType,
  SCENES,
  type Scene,
} from './tables.ts';

/** Rooms that generated valid_unseen games use and no other split does; the first of each row is so in the public data too. */
const HELD_OUT: Record<RoomType, readonly number[]> = {
  kitchen: [10, 7, 15, 22],
  'living room': [219, 203, 208, 223],
  bedroom: [308, 306, 314, 320],
  bathroom: [424, 406, 414, 422],
};

/** Receptacles that hold one thing; the others are never full. */
const HOLDS_ONE = new Set([
  'coffeemachine',
  'handtowelholder',
  'stoveburner',
  'toaster',
  'toiletpaperhanger',
  'towelholder',
]);

/** Floor plan numbers of a room type that a split may use, ascending. */
export function scenesOf(room: RoomType, split: Split): readonly number[] {
  return sceneLists[split === 'valid_unseen' ? 'heldOut' : 'known'][room];
}

function listScenes(isWanted: (scene: Scene) => boolean): Record<RoomType, number[]> {
  const lists: Record<RoomType, number[]> = { kitchen: [], 'living room': [], bedroom: [], bathroom: [] };
  for (const scene of SCENES.values()) if (isWanted(scene)) lists[scene.room].push(scene.number);
  return lists;
}

const sceneLists = {
  heldOut: listScenes(({ room, number }) => HELD_OUT[room].includes(number)),
  known: listScenes(({ room, number }) => !HELD_OUT[room].includes(number)),
};

/** A place where an object may start: one receptacle, or several that list it together. */
export interface Start {
  receptacles: readonly number[];
  weight: number;
  /** True when all of them have a door. */
  behindDoor: boolean;
}

interface Movable {
  class: string;
  /** `copies[n]`: weight of n copies. */
  copies: readonly number[];
  starts: readonly Start[];
  /** Weights of the starts, and last the weight of lying in no receptacle. */
  weights: readonly number[];
}

const rooms = new Map<number, GeneratorRoom>();

/** The room of a floor plan, prepared for drawing games; made once. */
export function roomOf(scene: number): GeneratorRoom {
  let room = rooms.get(scene);
  if (!room) {
    const facts = SCENES.get(scene);
    if (!facts) throw new RangeError(`scene ${scene}: not one of the known floor plans`);
    room = new GeneratorRoom(facts);
    rooms.set(scene, room);
  }
  return room;
}

/** One room of the tables: its receptacles, its fixed furniture, and where each object class may start. */
export class GeneratorRoom {
  readonly scene: number;
  readonly type: RoomType;
  readonly receptacles: readonly GameReceptacle[];
  /** How many objects each receptacle holds. */
  readonly capacities: readonly number[];
  /** Number of standing places. */
  readonly places: number;
  /** Pairs a `move` may make; shared by all games of the room, hence frozen. */
  readonly canContain: [string, string][];
  /** Things that cannot be carried (lamps, plants, windows): the same in every game of the room. */
  readonly furniture: readonly { class: string; receptacles: readonly number[] }[];
  readonly movables: readonly Movable[];
  readonly #byClass = new Map<string, number[]>();
  readonly #combos = new Map<TaskType, readonly Combo[]>();
  readonly #goalStarts = new Map<string, readonly Start[]>();

  constructor(scene: Scene) {
    this.scene = scene.number;
    this.type = scene.room;
    this.places = scene.places;
    this.receptacles = scene.receptacles.map(({ name, class: type, place, openable }) => ({
      name,
      class: type,
      type,
      location: place,
      openable,
      opened: false,
    }));
    this.capacities = this.receptacles.map((receptacle) => (HOLDS_ONE.has(receptacle.class) ? 1 : 127));
    this.receptacles.forEach((receptacle, r) => {
      const list = this.#byClass.get(receptacle.class);
      if (list) list.push(r);
      else this.#byClass.set(receptacle.class, [r]);
    });
    const holders = [...this.#byClass.keys()];
    const pairs = holders.flatMap((holder) =>
      objectClasses().flatMap((object): [string, string][] =>
        canContain(holder, object) ? [[holder, object]] : [],
      ),
    );
    for (const pair of pairs) Object.freeze(pair);
    this.canContain = Object.freeze(pairs) as [string, string][];

    const furniture: { class: string; receptacles: readonly number[] }[] = [];
    const movables: Movable[] = [];
    const random = new Random('alfworld furniture', scene.number);
    for (const [objectClass, { copies, nowhere }] of objectStarts(this.type)) {
      const starts = this.#startsOf(objectClass);
      const weights = [...starts.map(({ weight }) => weight), Math.max(nowhere, 1)];
      if (abilitiesOf(objectClass).pickupable) {
        movables.push({ class: objectClass, copies, starts, weights });
        continue;
      }
      for (let left = random.weighted(copies); left > 0; left--) {
        furniture.push({
          class: objectClass,
          receptacles: starts[random.weighted(weights)]?.receptacles ?? [],
        });
      }
    }
    this.furniture = furniture;
    this.movables = movables;
  }

  /** Goals of a task type that this room can hold. */
  combos(taskType: TaskType): readonly Combo[] {
    let combos = this.#combos.get(taskType);
    if (!combos) {
      combos = combosOf(this.type, taskType).filter((combo) => this.#canHold(taskType, combo));
      this.#combos.set(taskType, combos);
    }
    return combos;
  }

  /** Where copies of a goal's object may start: never in the target class (simple, two) nor in the goal's appliance. */
  goalStarts(taskType: TaskType, { object, target }: Combo): readonly Start[] {
    const forbidden = forbiddenStart(taskType, target);
    const key = `${object} ${forbidden}`;
    let starts = this.#goalStarts.get(key);
    if (!starts) {
      starts = this.#startsOf(object).filter(({ receptacles }) =>
        receptacles.every((r) => this.receptacles[r]?.class !== forbidden),
      );
      this.#goalStarts.set(key, starts);
    }
    return starts;
  }

  #canHold(taskType: TaskType, combo: Combo): boolean {
    if (this.goalStarts(taskType, combo).length === 0) return false;
    if (taskType === 'look_at_obj_in_light') {
      return this.furniture.some((thing) => thing.class === combo.target && thing.receptacles.length > 0);
    }
    const appliance = applianceOf(taskType);
    return (
      this.#byClass.has(combo.target) &&
      (appliance === undefined || this.#byClass.has(appliance)) &&
      canContain(combo.target, combo.object)
    );
  }

  #startsOf(objectClass: string): Start[] {
    const entry = objectStarts(this.type).get(objectClass);
    return (entry?.starts ?? []).flatMap(({ classes, rate }) => {
      const [first = '', ...others] = classes;
      const firsts = this.#byClass.get(first) ?? [];
      return firsts.flatMap((r): Start[] => {
        const receptacles = this.#withPartners(r, others);
        if (!receptacles) return [];
        return [
          { receptacles, weight: rate, behindDoor: receptacles.every((i) => this.receptacles[i]?.openable) },
        ];
      });
    });
  }

  /** `r` and one receptacle of each further class, the next ones in the room's order; null when there are too few. */
  #withPartners(r: number, classes: readonly string[]): number[] | null {
    const receptacles = [r];
    for (const wanted of classes) {
      const list = this.#byClass.get(wanted) ?? [];
      const after = list.indexOf(r) + 1;
      const partner = [...list.slice(after), ...list.slice(0, after)].find((i) => !receptacles.includes(i));
      if (partner === undefined) return null;
      receptacles.push(partner);
    }
    return receptacles;
  }
}
