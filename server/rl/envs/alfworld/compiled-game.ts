import { AppError } from '../../../contract/error.ts';
import type { Game, GameObject, GameReceptacle } from './game.ts';

/** Index tables and ready-made texts of one game. Immutable apart from lazily filled text caches; share it freely. */
export interface CompiledGame {
  readonly game: Game;
  readonly receptacleCount: number;
  readonly objectCount: number;
  readonly locationCount: number;
  readonly receptacles: readonly CompiledReceptacle[];
  readonly objects: readonly CompiledObject[];
  readonly receptacleByName: ReadonlyMap<string, number>;
  readonly objectByName: ReadonlyMap<string, number>;
  /** `[location]` → receptacles standing there, in id order (the order of lists in texts). */
  readonly receptaclesAt: readonly (readonly number[])[];
  /** `[location]` → the same receptacles by name (the order of the admissible list). */
  readonly receptaclesAtByName: readonly (readonly number[])[];
  /** `[location]` → sorted `go to` commands that leave it; empty where one never stands. */
  readonly goCommands: readonly (readonly string[])[];
  /** Objects in the order of their names: the order of the admissible list. */
  readonly objectsByName: readonly number[];
  readonly lampsByName: readonly number[];
  readonly sliceablesByName: readonly number[];
  /** `[receptacle * objectCount + object]`: 1 where a `move` of this object into this receptacle is allowed. */
  readonly accepts: Uint8Array;
  /** Texts of `take` and of the two dialects' `move`, by the same index; filled when first asked for. */
  readonly pairTexts: { take: Map<number, string>; move: Map<number, string>; put: Map<number, string> };
  readonly goal: CompiledGoal;
  readonly roomSentence: string;
  readonly taskSentence: string;
}

export interface CompiledReceptacle extends Readonly<GameReceptacle> {
  readonly cleans: boolean;
  readonly heats: boolean;
  readonly cools: boolean;
  readonly openCommand: string;
  readonly closeCommand: string;
  readonly examineCommand: string;
}

export interface CompiledObject extends Readonly<GameObject> {
  readonly isKnife: boolean;
  /** `a mug 1`: the article is always "a". */
  readonly withArticle: string;
  readonly examineCommand: string;
  readonly useCommand: string;
}

/** Entities that can satisfy the goal, by index. */
export interface CompiledGoal {
  readonly objects: readonly number[];
  readonly targets: readonly number[];
  readonly lamps: readonly number[];
}

/**
 * Prepares a game for play: checks that its indices and names hold together and builds every table the simulator reads.
 * @throws AppError `bad-input` naming the game and the field that is wrong.
 */
export function compileGame(game: Game): CompiledGame {
  const { receptacles, objects } = game;
  const locationCount = game.locationNumbers.length;
  checkIndices(game);
  const receptacleByName = indexNames(game, receptacles, 'receptacles');
  const objectByName = indexNames(game, objects, 'objects');
  for (const name of objectByName.keys()) {
    if (receptacleByName.has(name)) fail(game, `"${name}" is both a receptacle and an object`);
  }

  const byName = sortByName(receptacles);
  const at = (order: readonly number[], location: number) =>
    order.filter((r) => receptacles[r]!.location === location);
  const inIdOrder = receptacles.map((_, r) => r);
  const locations = Array.from({ length: locationCount }, (_, location) => location);
  const objectsByName = sortByName(objects);
  const goByName = byName.map((r) => ({ r, command: `go to ${receptacles[r]!.name}` }));

  return {
    game,
    receptacleCount: receptacles.length,
    objectCount: objects.length,
    locationCount,
    receptacles: receptacles.map(compileReceptacle),
    objects: objects.map(compileObject),
    receptacleByName,
    objectByName,
    receptaclesAt: locations.map((location) => at(inIdOrder, location)),
    receptaclesAtByName: locations.map((location) => at(byName, location)),
    goCommands: locations.map((location) => {
      // Other places are never stood at, and a table over all of them would be half of a compiled game.
      if (location !== game.start && !receptacles.some((r) => r.location === location)) return [];
      return goByName.filter(({ r }) => receptacles[r]!.location !== location).map(({ command }) => command);
    }),
    objectsByName,
    lampsByName: objectsByName.filter((o) => objects[o]!.toggleable),
    sliceablesByName: objectsByName.filter((o) => objects[o]!.sliceable),
    accepts: compileAccepts(game),
    pairTexts: { take: new Map(), move: new Map(), put: new Map() },
    goal: compileGoal(game),
    roomSentence: `You are in the middle of a room. Looking quickly around you, you see ${joinList(
      receptacles.map((r) => `a ${r.name}`),
    )}.`,
    taskSentence: `Your task is to: ${game.goal}.`,
  };
}

/** List rule of spec/alfworld.md 5: `nothing`, `x`, or all joined by commas with `, and ` before the last. */
export function joinList(items: readonly string[]): string {
  const last = items.length - 1;
  if (last < 0) return 'nothing';
  let text = items[0]!;
  for (let i = 1; i < last; i++) text += `, ${items[i]}`;
  return last === 0 ? text : `${text}, and ${items[last]}`;
}

function compileReceptacle(receptacle: GameReceptacle): CompiledReceptacle {
  const { name, type } = receptacle;
  return {
    ...receptacle,
    // The domain names SinkType beside SinkBasinType; no known game has such a receptacle.
    cleans: type === 'sinkbasin' || type === 'sink',
    heats: type === 'microwave',
    cools: type === 'fridge',
    openCommand: `open ${name}`,
    closeCommand: `close ${name}`,
    examineCommand: `examine ${name}`,
  };
}

function compileObject(object: GameObject): CompiledObject {
  const { name, type } = object;
  return {
    ...object,
    isKnife: type === 'knife' || type === 'butterknife',
    withArticle: `a ${name}`,
    examineCommand: `examine ${name}`,
    useCommand: `use ${name}`,
  };
}

function compileAccepts(game: Game): Uint8Array {
  const { receptacles, objects } = game;
  const allowed = new Map<string, Set<string>>();
  for (const [receptacle, object] of game.canContain) {
    const objectTypes = allowed.get(receptacle) ?? new Set();
    allowed.set(receptacle, objectTypes.add(object));
  }
  const accepts = new Uint8Array(receptacles.length * objects.length);
  receptacles.forEach((receptacle, r) => {
    const objectTypes = receptacle.type === null ? undefined : allowed.get(receptacle.type);
    if (!objectTypes) return;
    objects.forEach((object, o) => {
      if (object.type !== null && objectTypes.has(object.type)) accepts[r * objects.length + o] = 1;
    });
  });
  return accepts;
}

function compileGoal(game: Game): CompiledGoal {
  const needs = {
    pick_and_place_simple: () => true,
    look_at_obj_in_light: () => true,
    pick_clean_then_place_in_recep: (o: GameObject) => o.cleanable,
    pick_heat_then_place_in_recep: (o: GameObject) => o.heatable,
    pick_cool_then_place_in_recep: (o: GameObject) => o.coolable,
    pick_two_obj_and_place: () => true,
  }[game.taskType];
  return {
    objects: indicesWhere(game.objects, (o) => o.type === game.object && needs(o)),
    targets: indicesWhere(game.receptacles, (r) => game.target !== null && r.type === game.target),
    lamps: indicesWhere(game.objects, (o) => game.lamp !== null && o.type === game.lamp && o.toggleable),
  };
}

function checkIndices(game: Game): void {
  const check = (index: number, length: number, field: string) => {
    if (!Number.isInteger(index) || index < 0 || index >= length)
      fail(game, `${field} is ${index}, not below ${length}`);
  };
  const locationCount = game.locationNumbers.length;
  check(game.start, locationCount, 'start');
  game.receptacles.forEach((r) => {
    check(r.location, locationCount, `the location of ${r.name}`);
  });
  for (const object of game.objects) {
    for (const r of object.receptacles)
      check(r, game.receptacles.length, `a receptacle index of ${object.name}`);
    for (const l of object.locations) check(l, locationCount, `a location index of ${object.name}`);
    for (const o of object.contents) check(o, game.objects.length, `a content index of ${object.name}`);
  }
}

function indexNames(game: Game, entities: readonly { name: string }[], field: string): Map<string, number> {
  const index = new Map<string, number>();
  entities.forEach(({ name }, i) => {
    if (index.has(name)) fail(game, `two ${field} are called "${name}"`);
    index.set(name, i);
  });
  return index;
}

function sortByName(entities: readonly { name: string }[]): number[] {
  const order = entities.map((_, i) => i);
  return order.sort((a, b) => (entities[a]!.name < entities[b]!.name ? -1 : 1));
}

function indicesWhere<T>(items: readonly T[], holds: (item: T) => boolean): number[] {
  return items.flatMap((item, i) => (holds(item) ? [i] : []));
}

function fail(game: Game, what: string): never {
  throw new AppError('bad-input', `ALFWorld game ${game.id} does not hold together: ${what}.`);
}
