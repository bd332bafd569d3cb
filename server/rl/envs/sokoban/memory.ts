import type { Memory } from '../environment.ts';
import { type Board, countPlaced, DIRECTIONS, type Direction, read } from './board.ts';
import { solver } from './search.ts';

/** A sub-goal: a run of pushes of one box in one direction, and the walk that takes. */
export interface Subgoal {
  box: number;
  direction: Direction;
}

/** More moves than these are not counted. */
export const MOST_MOVES = 20;

const subgoalLists = new Map<number, readonly string[]>();

/** `push box 1 left`: boxes are numbered in the first observation's reading order. */
export const sayPush = (box: number, direction: Direction): string => `push box ${box + 1} ${direction}`;

/** Null for a text of another kind, as free text may be. */
export function readSubgoal(text: string): Subgoal | null {
  const [, number, direction] = text.match(/^push box (\d) (up|down|left|right)$/) ?? [];
  return number ? { box: Number(number) - 1, direction: direction as Direction } : null;
}

function subgoalsOf(boxes: number): readonly string[] {
  const known = subgoalLists.get(boxes);
  if (known) return known;
  const all = Array.from({ length: boxes }, (_, box) =>
    DIRECTIONS.map((direction) => sayPush(box, direction)),
  ).flat();
  subgoalLists.set(boxes, all);
  return all;
}

/** A room as it was seen last; all of it is always in sight. */
export class RoomMemory implements Memory {
  readonly task = 'Push every box (X) onto a target (O).';
  board: Board;
  steps = 0;
  lastCommand: string | null = null;
  #solver: ReturnType<typeof solver> | null = null;

  constructor(firstObservation: string) {
    this.board = read(firstObservation);
  }

  update(command: string, observation: string): void {
    const seen = read(observation);
    const known = this.board.boxes;
    const moved = seen.boxes.find((box) => !known.includes(box));
    // One box at most has moved; every other keeps its number.
    this.board = { ...seen, boxes: known.map((box) => (seen.boxes.includes(box) ? box : (moved ?? box))) };
    this.steps++;
    this.lastCommand = command;
  }

  subgoals(): readonly string[] {
    return subgoalsOf(this.board.boxes.length);
  }

  get placed(): number {
    return countPlaced(this.board);
  }

  /** Moves that solve a board of this room; `MOST_MOVES` where it takes more, or where nothing does. */
  movesLeft(board: Board = this.board): number {
    this.#solver ??= solver(this.board, MOST_MOVES);
    return this.#solver(board);
  }
}
