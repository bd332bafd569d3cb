import type { Random } from '../../random.ts';
import { type Board, DIRECTIONS, isFree, neighbour } from './board.ts';
import { reverse } from './search.ts';

/** Size of a kind of room, its walls included. */
export interface RoomSize {
  rows: number;
  columns: number;
  boxes: number;
}

/** Moves of the reverse play, and then of the player alone: what is needed at most to solve a room. */
const REVERSE_MOVES = 12;
const STROLL_MOVES = 3;
const TURN_PROBABILITY = 0.35;
/** What a walk opens around itself, as offsets in rows and columns. */
// biome-ignore format: one opening a line
const OPENINGS = [
  [[0, -1], [0, 0], [0, 1]],
  [[-1, 0], [0, 0], [1, 0]],
  [[0, -1], [0, 0], [1, 0]],
  [[0, -1], [0, 0], [1, -1], [1, 0]],
  [[0, 0], [0, 1], [1, 0]],
] as const;

/**
 * A room as gym-sokoban makes them: a random walk opens the floor, boxes stand on their targets, and playing in reverse pulls
 * them away, as far as some moves go: so that it can be solved, within `REVERSE_MOVES + STROLL_MOVES`.
 */
export function generateRoom(size: RoomSize, random: Random): Board {
  for (;;) {
    const floor = openFloor(size, random);
    const cells = random.shuffle(Array.from(floor.keys()).filter((cell) => floor[cell] === '_'));
    const [player, ...targets] = cells.slice(0, size.boxes + 1);
    if (player === undefined || targets.length < size.boxes) continue;
    const room = floor.map((kind, cell) => (targets.includes(cell) ? 'O' : kind)).join('');
    const start = pullAway({ width: size.columns, room, player, boxes: targets }, targets);
    if (start) return stroll(start, random);
  }
}

function openFloor({ rows, columns }: RoomSize, random: Random): string[] {
  const floor: string[] = new Array(rows * columns).fill('#');
  const inside = (at: number, size: number) => Math.max(1, Math.min(size - 2, at));
  let [row, column] = [1 + random.int(rows - 2), 1 + random.int(columns - 2)];
  let step = random.pick(DIRECTIONS);
  for (let walked = 0; walked < Math.floor(1.7 * (rows + columns)); walked++) {
    if (random.chance(TURN_PROBABILITY)) step = random.pick(DIRECTIONS);
    row = inside(row + (step === 'down' ? 1 : step === 'up' ? -1 : 0), rows);
    column = inside(column + (step === 'right' ? 1 : step === 'left' ? -1 : 0), columns);
    for (const [down, right] of random.pick(OPENINGS)) {
      const [r, c] = [row + down, column + right];
      if (r === inside(r, rows) && c === inside(c, columns)) floor[r * columns + c] = '_';
    }
  }
  return floor;
}

/** The first of the boards with the boxes farthest from their targets, all of them off; null where there is none. */
function pullAway(solved: Board, targets: readonly number[]): Board | null {
  const { width, room } = solved;
  const distance = (a: number, b: number) =>
    Math.abs((a % width) - (b % width)) + Math.abs(Math.floor(a / width) - Math.floor(b / width));
  let best: Board | null = null;
  let bestScore = 0;
  for (const { board, moves } of reverse([solved])) {
    if (moves > REVERSE_MOVES) break;
    const score = board.boxes.reduce((sum, box, i) => sum + distance(box, targets[i] as number), 0);
    if (score <= bestScore || board.boxes.some((box) => room[box] === 'O')) continue;
    best = board;
    bestScore = score;
  }
  return best;
}

/** Some moves of the player, who would stand beside a box otherwise. */
function stroll(board: Board, random: Random): Board {
  let at = board;
  for (let moves = random.int(STROLL_MOVES + 1); moves > 0; moves--) {
    const free = DIRECTIONS.map((direction) => neighbour(at.width, at.player, direction)).filter((cell) =>
      isFree(at, cell),
    );
    if (free.length > 0) at = { ...at, player: random.pick(free) };
  }
  return at;
}
