/**
 * Condenses a table of facts measured over the public ALFWorld games into `tables.json`, which the generator reads.
 *
 *     node server/rl/envs/alfworld/make-tables.ts ../shared/data/alfworld/tables.json
 *
 * Only counts and names are kept; coordinates and the original ids are not. Run it again when the source changes, then
 * `biome format --write` on the result.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import type { RoomType, StoredTables } from './tables.ts';

interface SourceReceptacle {
  type: string;
  openable: boolean;
  loc: number;
}

interface SourceObjectStats {
  presence: number;
  count: Record<string, number>;
  receptacles: Record<string, number>;
  not_in_any_receptacle: number;
}

/** The keys of the source table that are read here. */
interface Source {
  can_contain: Record<string, string[]>;
  movable_receptacle_classes: string[];
  observed_affordances: Record<string, { always: string[] }> & { never_pickupable: string[] };
  splits: { in_this_data: Record<string, { by_task: Record<string, number> }> };
  task_combos: { task: string; object: string; target: string; rooms: Record<string, number> }[];
  object_stats_by_room: Record<string, { games: number; objects: Record<string, SourceObjectStats> }>;
  objects_listed_in_several_receptacles: [string, string[], number][];
  target_stats_by_task: Record<
    string,
    { target_instances: Record<string, number>; start_closed: number; start_total: number }
  >;
  scenes: Record<string, { room: string; games: number; receptacles: SourceReceptacle[] }>;
}

const ROOMS: Record<string, RoomType> = {
  Kitchen: 'kitchen',
  LivingRoom: 'living room',
  Bedroom: 'bedroom',
  Bathroom: 'bathroom',
};

const ABILITIES: [source: string, word: string][] = [
  ['pickupable', 'take'],
  ['cleanable', 'clean'],
  ['heatable', 'heat'],
  ['coolable', 'cool'],
  ['toggleable', 'use'],
  ['sliceable', 'slice'],
  ['isReceptacleObject', 'hold'],
];

function condense(source: Source): StoredTables {
  return {
    about:
      'Facts measured over 4027 public ALFWorld games (MIT licence), condensed by make-tables.ts. Do not edit by hand.',
    tasks: condenseTasks(source),
    objects: condenseObjects(source),
    rooms: Object.fromEntries(
      Object.keys(ROOMS).map((room) => [ROOMS[room], condenseRoom(source, room)]),
    ) as StoredTables['rooms'],
    scenes: condenseScenes(source),
  };
}

function condenseTasks(source: Source): StoredTables['tasks'] {
  const shares = source.splits.in_this_data.train?.by_task ?? {};
  return Object.fromEntries(
    Object.entries(source.target_stats_by_task).map(([task, stats]) => [
      task,
      {
        games: shares[task] ?? 0,
        copies: histogram(stats.target_instances, 4),
        behindDoors: round(stats.start_closed / stats.start_total),
      },
    ]),
  ) as StoredTables['tasks'];
}

function condenseObjects(source: Source): StoredTables['objects'] {
  const classes = new Set<string>();
  for (const room of Object.values(source.object_stats_by_room)) {
    for (const name of Object.keys(room.objects)) classes.add(name);
  }
  const movable = new Set(source.movable_receptacle_classes);
  const objects: StoredTables['objects'] = {};
  for (const name of [...classes].sort()) {
    const can = ABILITIES.filter(([key]) => source.observed_affordances[key]?.always.includes(name));
    const fits = Object.keys(source.can_contain).filter(
      (holder) => !movable.has(holder) && source.can_contain[holder]?.includes(name),
    );
    objects[lower(name)] = {
      can: can.map(([, word]) => word).join(' '),
      fits: fits.map(lower).join(' '),
    };
  }
  return objects;
}

function condenseRoom(source: Source, room: string): StoredTables['rooms'][RoomType] {
  const stats = source.object_stats_by_room[room];
  if (!stats) throw new Error(`object_stats_by_room: no entry for ${room}`);
  const instances = countInstances(source, room);
  const objects: StoredTables['rooms'][RoomType]['objects'] = {};
  for (const [name, entry] of Object.entries(stats.objects)) {
    const starts = startRates(source, room, name, entry, instances);
    // The same unit as a rate per receptacle: one "nowhere" exists in every game.
    const nowhere = Math.round((10_000 * entry.not_in_any_receptacle) / stats.games);
    const copies = histogram(entry.count, 4);
    copies[0] = Math.max(0, stats.games - copies.reduce((a, b) => a + b, 0));
    objects[lower(name)] = { copies, nowhere, starts: countWords(starts) };
  }
  const combos: StoredTables['rooms'][RoomType]['combos'] = {};
  for (const task of new Set(source.task_combos.map((combo) => combo.task))) {
    const byObject: Record<string, Record<string, number>> = {};
    for (const combo of source.task_combos) {
      const games = combo.rooms[room];
      if (combo.task !== task || !games) continue;
      byObject[lower(combo.object)] = { ...byObject[lower(combo.object)], [lower(combo.target)]: games };
    }
    const words = Object.entries(byObject).map(([object, targets]) => [object, countWords(targets)]);
    if (words.length > 0) combos[task] = Object.fromEntries(words);
  }
  return { objects, combos };
}

/** How many receptacles of each class the games of one room type hold in total. */
function countInstances(source: Source, room: string): Map<string, number> {
  const counts = new Map<string, number>();
  for (const scene of Object.values(source.scenes)) {
    if (scene.room !== room) continue;
    for (const { type } of scene.receptacles) counts.set(type, (counts.get(type) ?? 0) + scene.games);
  }
  return counts;
}

/** Listings per 10,000 receptacles of a class; listings in several receptacles at once get an entry of their own. */
function startRates(
  source: Source,
  room: string,
  name: string,
  entry: SourceObjectStats,
  instances: Map<string, number>,
): Record<string, number> {
  const single = new Map(Object.entries(entry.receptacles));
  const joint = new Map<string, number>();
  for (const [object, holders, total] of source.objects_listed_in_several_receptacles) {
    if (object !== name || holders.length > 3 || mainRoom(source, name, holders) !== room) continue;
    const count = Math.min(total, ...holders.map((holder) => single.get(holder) ?? 0));
    if (count < 5) continue;
    for (const holder of holders) single.set(holder, Math.max(0, (single.get(holder) ?? 0) - count));
    joint.set(holders.join('+'), count);
  }
  const rates: Record<string, number> = {};
  for (const [holders, count] of [...single, ...joint]) {
    const total = instances.get(holders.split('+')[0] ?? '');
    if (total && count > 0) rates[lower(holders)] = Math.max(1, Math.round((10_000 * count) / total));
  }
  return rates;
}

/** The room type in which an object class is most often seen in all of the given receptacle classes. */
function mainRoom(source: Source, name: string, holders: string[]): string {
  const seen = (room: string) => {
    const found = source.object_stats_by_room[room]?.objects[name]?.receptacles ?? {};
    return Math.min(...holders.map((holder) => found[holder] ?? 0));
  };
  return Object.keys(ROOMS).reduce((best, room) => (seen(room) > seen(best) ? room : best));
}

function condenseScenes(source: Source): StoredTables['scenes'] {
  const scenes: StoredTables['scenes'] = {};
  for (const [number, scene] of Object.entries(source.scenes)) {
    // Its bathtub is listed as a second sink, out of order: a slip of the original data not worth a special case.
    if (number === '420') continue;
    const places = new Map<number, number>();
    const words: Record<string, string[]> = {};
    for (const { type, openable, loc } of scene.receptacles) {
      if (!places.has(loc)) places.set(loc, places.size);
      words[lower(type)] ??= [];
      words[lower(type)]?.push(`${places.get(loc)}${openable ? '+' : ''}`);
    }
    const receptacles = Object.entries(words).map(([type, list]) => [type, ...list].join(' '));
    scenes[number] = { room: ROOMS[scene.room] as RoomType, receptacles: receptacles.join(', ') };
  }
  return scenes;
}

/** `{'1': 5, '3': 2, '7': 1}` with at most 4 → `[0, 5, 0, 2, 1]`. */
function histogram(counts: Record<string, number>, most: number): number[] {
  const list = new Array<number>(most + 1).fill(0);
  for (const [value, count] of Object.entries(counts)) {
    const index = Math.min(most, Number(value));
    list[index] = (list[index] ?? 0) + count;
  }
  return list;
}

function lower(name: string): string {
  return name.toLowerCase();
}

function round(share: number): number {
  return Math.round(share * 1000) / 1000;
}

/** `{mug: 3, pan: 1}` → `mug 3, pan 1`. */
function countWords(counts: Record<string, number>): string {
  return Object.entries(counts)
    .map(([name, count]) => `${name} ${count}`)
    .join(', ');
}

const [path] = process.argv.slice(2);
if (!path) throw new Error('usage: make-tables.ts PATH_OF_SOURCE_TABLES_JSON');
const text = JSON.stringify(condense(JSON.parse(readFileSync(path, 'utf8'))), null, 1);
writeFileSync(new URL('./tables.json', import.meta.url), text);
console.log(`tables.json: ${text.length} bytes`);
