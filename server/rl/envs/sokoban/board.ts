/*
 * A room of Sokoban as text, in the symbols of gym-sokoban's text mode that RAGEN and verl-agent play: `#` wall, `_` floor,
 * `O` target, `X` box, `√` box on a target, `P` player, `S` player on a target.
 */

export const DIRECTIONS = ['up', 'down', 'left', 'right'] as const;
export type Direction = (typeof DIRECTIONS)[number];

/** Cells are numbered row by row. */
export interface Board {
  readonly width: number;
  /** What never moves, a character a cell: `#`, `_` or `O`. */
  readonly room: string;
  readonly player: number;
  /** Where every box is, each at its own place in the list however they are pushed. */
  readonly boxes: readonly number[];
}

export function neighbour(width: number, cell: number, direction: Direction): number {
  return cell + { up: -width, down: width, left: -1, right: 1 }[direction];
}

export const isFree = ({ room, boxes }: Board, cell: number): boolean =>
  room[cell] !== '#' && !boxes.includes(cell);

/** The board after a move, which pushes a box that is in the way; the same board where that is not possible. */
export function move(board: Board, direction: Direction): Board {
  const player = neighbour(board.width, board.player, direction);
  if (isFree(board, player)) return { ...board, player };
  const box = board.boxes.indexOf(player);
  const behind = neighbour(board.width, player, direction);
  if (box < 0 || !isFree(board, behind)) return board;
  return { ...board, player, boxes: board.boxes.with(box, behind) };
}

/** The moves that move something; all of them where none does. The same array for the same moves. */
export function movesOf(board: Board): readonly Direction[] {
  const able = DIRECTIONS.map((direction) => move(board, direction) !== board);
  return MOVES[able.reduce((sum, can, i) => sum + (can ? 2 ** i : 0), 0)] as Direction[];
}

/** By the sum of 2^i of the directions in it. */
const MOVES = Array.from({ length: 16 }, (_, sum) =>
  DIRECTIONS.filter((_, i) => sum === 0 || Math.floor(sum / 2 ** i) % 2 === 1),
);

/** How many boxes are on targets. */
export function countPlaced({ room, boxes }: Board): number {
  return boxes.filter((box) => room[box] === 'O').length;
}

export const isSolved = (board: Board): boolean => countPlaced(board) === board.boxes.length;

/** What is seen of a cell. */
export function symbolAt({ room, player, boxes }: Board, cell: number): string {
  const onTarget = room[cell] === 'O';
  if (cell === player) return onTarget ? 'S' : 'P';
  if (boxes.includes(cell)) return onTarget ? '√' : 'X';
  return room[cell] as string;
}

/** The board as lines of symbols. */
export function draw(board: Board): string {
  const symbols = Array.from(board.room, (_, cell) => symbolAt(board, cell)).join('');
  return (symbols.match(new RegExp(`.{${board.width}}`, 'gu')) ?? []).join('\n');
}

/** The board that lines of symbols show, its boxes in reading order. */
export function read(text: string): Board {
  const symbols = text.replaceAll('\n', '');
  const cellsOf = (...kinds: string[]) =>
    Array.from(symbols).flatMap((symbol, cell) => (kinds.includes(symbol) ? [cell] : []));
  return {
    width: text.indexOf('\n'),
    room: symbols.replace(/[√S]/g, 'O').replace(/[XP]/g, '_'),
    player: cellsOf('P', 'S')[0] ?? -1,
    boxes: cellsOf('X', '√'),
  };
}
