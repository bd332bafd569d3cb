import { type Board, DIRECTIONS, type Direction, isFree, neighbour } from './board.ts';

/** Boards with the same key are the same but for the numbers of their boxes. */
const keyOf = ({ player, boxes }: Board): string => `${player} ${boxes.toSorted()}`;

/** All boards from which moves lead to one of `ends`, and how many it takes at least; nearest first. */
export function* reverse(ends: readonly Board[]): Generator<{ board: Board; moves: number }> {
  const known = new Set(ends.map(keyOf));
  const queue = ends.map((board) => ({ board, moves: 0 }));
  for (const { board, moves } of queue) {
    yield { board, moves };
    for (const before of DIRECTIONS.flatMap((direction) => pull(board, direction))) {
      const key = keyOf(before);
      if (known.has(key)) continue;
      known.add(key);
      queue.push({ board: before, moves: moves + 1 });
    }
  }
}

/** A move in reverse: the player walks backwards, and a box before it may come along. */
function pull(board: Board, direction: Direction): Board[] {
  const { width, boxes } = board;
  const player = neighbour(width, board.player, direction);
  if (!isFree(board, player)) return [];
  const box = boxes.indexOf(2 * board.player - player);
  const walked = { ...board, player };
  return box < 0 ? [walked] : [walked, { ...walked, boxes: boxes.with(box, board.player) }];
}

/** Tells how many moves solve a board of a room; `most` where it takes more, or where none do. */
export function solver({ width, room }: Board, most: number): (board: Board) => number {
  const cells = Array.from(room, (_, cell) => cell);
  const solved = { width, room, player: -1, boxes: cells.filter((cell) => room[cell] === 'O') };
  const ends = cells.filter((cell) => isFree(solved, cell)).map((player) => ({ ...solved, player }));
  const left = new Map<string, number>();
  for (const { board, moves } of reverse(ends)) {
    if (moves >= most) break;
    left.set(keyOf(board), moves);
  }
  return (board) => left.get(keyOf(board)) ?? most;
}
