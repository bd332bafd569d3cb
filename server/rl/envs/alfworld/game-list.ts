import type { Dialect, Game, TaskType } from './game.ts';

/** How many games were left out, by reason, such as `not solvable`. */
export type LeftOut = Readonly<Record<string, number>>;

/** The games of one split. Ids and task types are at hand; a game itself is built when asked for (about 1-2 ms). */
export interface GameList {
  readonly length: number;
  /** Text dialect of the data release the games come from. */
  readonly dialect: Dialect;
  /** Games of the data that are not in the list, by reason. */
  readonly leftOut: LeftOut;
  /** Builds game `index` afresh: callers who play it often keep what they compile from it. */
  get(index: number): Game;
  id(index: number): string;
  taskType(index: number): TaskType;
}

/** A list over games that are in memory already. */
export function listGames(games: readonly Game[], dialect: Dialect = '2.1.3'): GameList {
  const at = (index: number) => {
    const game = games[index];
    if (!game) throw outOfRange(index, games.length);
    return game;
  };
  return {
    length: games.length,
    dialect,
    leftOut: {},
    get: at,
    id: (index) => at(index).id,
    taskType: (index) => at(index).taskType,
  };
}

/** A list that loads itself when first used, so that an evaluation never pays for the training split. */
export function lazyGameList(load: () => GameList): GameList {
  let loaded: GameList | null = null;
  const list = () => {
    loaded ??= load();
    return loaded;
  };
  return {
    get length() {
      return list().length;
    },
    get dialect() {
      return list().dialect;
    },
    get leftOut() {
      return list().leftOut;
    },
    get: (index) => list().get(index),
    id: (index) => list().id(index),
    taskType: (index) => list().taskType(index),
  };
}

export function outOfRange(index: number, length: number): RangeError {
  return new RangeError(`There is no game ${index}: the list holds ${length}.`);
}
