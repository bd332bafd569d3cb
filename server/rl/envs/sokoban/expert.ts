import type { Random } from '../../random.ts';
import type { Expert, ExpertTurn } from '../environment.ts';
import { type Board, DIRECTIONS, type Direction, move } from './board.ts';
import { type RoomMemory, sayPush } from './memory.ts';

/** Walks a shortest solution; the sub-goal is the next push of it. Where there is none any more it walks about. */
export class SokobanExpert implements Expert {
  readonly #memory: RoomMemory;
  readonly #random: Random;
  #subgoal: string | null = null;

  constructor(memory: RoomMemory, random: Random) {
    this.#memory = memory;
    this.#random = random;
  }

  act(admissible: readonly string[]): ExpertTurn {
    const { board } = this.#memory;
    const subgoal = this.#nextPush(board) ?? this.#subgoal ?? sayPush(0, 'up');
    const switched = subgoal !== this.#subgoal;
    this.#subgoal = subgoal;
    return { switched, subgoal, action: this.#nextMove(board) ?? this.#random.pick(admissible) };
  }

  /** Undefined: the board is solved, or cannot be. */
  #nextMove(board: Board): Direction | undefined {
    const left = this.#memory.movesLeft(board);
    return DIRECTIONS.find((direction) => this.#memory.movesLeft(move(board, direction)) < left);
  }

  #nextPush(start: Board): string | null {
    for (let board = start, direction = this.#nextMove(board); direction; direction = this.#nextMove(board)) {
      const next = move(board, direction);
      const pushed = board.boxes.findIndex((box, i) => box !== next.boxes[i]);
      if (pushed >= 0) return sayPush(pushed, direction);
      board = next;
    }
    return null;
  }
}
