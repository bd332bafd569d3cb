import type { Step, TextEnvironment } from '../environment.ts';
import { type Board, countPlaced, DIRECTIONS, draw, isSolved, move, movesOf } from './board.ts';

/** Rewards as in gym-sokoban: of every step, of a box that comes to a target (less where it leaves one), of the end. */
const STEP_REWARD = -0.1;
const BOX_REWARD = 1;
const END_REWARD = 10;

/** One room being played. A move that moves nothing is not admissible: it is a step lost. */
export class SokobanGame implements TextEnvironment {
  readonly gameId: string;
  readonly taskType: string;
  readonly #start: Board;
  readonly #stepLimit: number;
  #board: Board;
  #steps = 0;

  constructor(gameId: string, taskType: string, start: Board, stepLimit: number) {
    this.gameId = gameId;
    this.taskType = taskType;
    this.#start = start;
    this.#board = start;
    this.#stepLimit = stepLimit;
  }

  reset(): string {
    this.#board = this.#start;
    this.#steps = 0;
    return draw(this.#board);
  }

  step(command: string): Step {
    const before = this.#board;
    const direction = DIRECTIONS.find((name) => name === command);
    if (direction) this.#board = move(before, direction);
    const won = isSolved(this.#board);
    const placed = countPlaced(this.#board) - countPlaced(before);
    const truncated = !won && ++this.#steps >= this.#stepLimit;
    return {
      observation: draw(this.#board),
      reward: STEP_REWARD + BOX_REWARD * placed + (won ? END_REWARD : 0),
      done: won || truncated,
      truncated,
      won,
    };
  }

  admissible(): readonly string[] {
    return movesOf(this.#board);
  }
}
