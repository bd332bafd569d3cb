import { type Board, DIRECTIONS, type Direction, isFree, isSolved, move, neighbour } from './board.ts';

/** A board on the way: by which move it came from which. */
export interface Reached {
  board: Board;
  from: Reached | null;
  move: Direction | null;
  /** Moves since the start. */
  depth: number;
}

/** Boards with the same key are the same but for the numbers of their boxes. */
export const keyOf = ({ player, boxes }: Board): string => `${player} ${boxes.toSorted()}`;

/** All boards that can be reached, nearest first. */
export function* explore(
  starts: readonly Board[],
  next: (board: Board, direction: Direction) => readonly Board[],
): Generator<Reached> {
  const known = new Set(starts.map(keyOf));
  const queue = starts.map((board): Reached => ({ board, from: null, move: null, depth: 0 }));
  for (const reached of queue) {
    yield reached;
    for (const direction of DIRECTIONS)
      for (const board of next(reached.board, direction)) {
        const key = keyOf(board);
        if (known.has(key)) continue;
        known.add(key);
        queue.push({ board, from: reached, move: direction, depth: reached.depth + 1 });
      }
  }
}

/** A shortest solution; null where there is none. */
export function solve(board: Board): Direction[] | null {
  for (const reached of explore([board], (from, direction) => [move(from, direction)])) {
    if (!isSolved(reached.board)) continue;
    const moves: Direction[] = [];
    for (let at: Reached | null = reached; at?.move; at = at.from) moves.unshift(at.move);
    return moves;
  }
  return null;
}

/** A move in reverse: the player walks backwards, and a box before it may come along. */
export function pull(board: Board, direction: Direction): Board[] {
  const { width, boxes } = board;
  const player = neighbour(width, board.player, direction);
  if (!isFree(board, player)) return [];
  const box = boxes.indexOf(2 * board.player - player);
  const walked = { ...board, player };
  return box < 0 ? [walked] : [walked, { ...walked, boxes: boxes.with(box, board.player) }];
}

/** Moves that solve a board, by its key, of all boards of a room that some moves solve. */
export function movesLeft({ width, room }: Board, most: number): Map<string, number> {
  const cells = Array.from(room, (_, cell) => cell);
  const solved = { width, room, player: -1, boxes: cells.filter((cell) => room[cell] === 'O') };
  const starts = cells.filter((cell) => isFree(solved, cell)).map((player) => ({ ...solved, player }));
  const moves = new Map<string, number>();
  for (const { board, depth } of explore(starts, pull)) {
    if (depth > most) break;
    moves.set(keyOf(board), depth);
  }
  return moves;
}
