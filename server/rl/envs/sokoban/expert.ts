import type { Random } from '../../random.ts';
import type { Expert, ExpertTurn } from '../environment.ts';
import { type Direction, move } from './board.ts';
import { type RoomMemory, sayPush } from './memory.ts';
import { solve } from './search.ts';

/** Walks a shortest solution; the sub-goal is the next push of it. Where there is none any more it walks about. */
export class SokobanExpert implements Expert {
  readonly #memory: RoomMemory;
  readonly #random: Random;
  #plan: Direction[] = [];
  /** The board that the plan is for. */
  #expected = '';
  #subgoal: string | null = null;

  constructor(memory: RoomMemory, random: Random) {
    this.#memory = memory;
    this.#random = random;
  }

  act(admissible: readonly string[]): ExpertTurn {
    const { board } = this.#memory;
    if (JSON.stringify(board) !== this.#expected) this.#plan = solve(board) ?? [];
    const subgoal = this.#nextPush() ?? this.#subgoal ?? sayPush(0, 'up');
    const switched = subgoal !== this.#subgoal;
    this.#subgoal = subgoal;
    const planned = this.#plan.shift();
    if (planned) this.#expected = JSON.stringify(move(board, planned));
    const action = planned ?? this.#random.pick(admissible);
    return { switched, subgoal, action };
  }

  #nextPush(): string | null {
    let { board } = this.#memory;
    for (const direction of this.#plan) {
      const next = move(board, direction);
      const pushed = board.boxes.findIndex((box, i) => box !== next.boxes[i]);
      if (pushed >= 0) return sayPush(pushed, direction);
      board = next;
    }
    return null;
  }
}
