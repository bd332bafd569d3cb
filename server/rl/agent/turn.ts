import type { TurnFormat } from '../../contract/estimators.ts';
import type { Level } from '../../contract/metrics.ts';
import type { Memory, Strategy } from '../envs/environment.ts';
import type { TokenIds } from '../model/token-ids.ts';

export type { TurnFormat };

/** Number of each level in arrays, in the order they are emitted. */
export const LEVEL_CODE: Record<Level, number> = { switch: 0, high: 1, low: 2 };

/** Stands for a level where a token belongs to none, and nothing trains it: free text outside of all blocks. */
export const NO_LEVEL = 255;

/** What may be said on one turn. */
export interface TurnGrammar {
  format: TurnFormat;
  /** The environment's commands that do something now. */
  admissible: readonly string[];
  /** The sub-goal in force, which KEEP copies; null on the first turn, which must SWITCH. Plan-Execute only. */
  current: string | null;
  /** What has been seen, which decides what sub-goals and strategies can be said. */
  memory: Memory;
  /** The strategy in force; null on the first turn, which chooses one. Strategy format only. */
  strategy?: Strategy | null;
}

/** Walks a response token by token; at every position only the allowed ids may come. */
export interface ResponseDecoder {
  /**
   * Ids allowed at the next position; one id = forced, null = the whole vocabulary. Shared between turns: do not write. Empty
   * once done.
   */
  allowed(): TokenIds | null;
  /** Emits the next token. Throws AppError `bad-input` for an id that is not allowed. */
  push(id: number): void;
  /** Tokens emitted so far. */
  readonly length: number;
  /** Position of the first action token once it is known, else null; behind a sub-goal of free text, only `response()` tells it. */
  readonly lowPosition: number | null;
  readonly done: boolean;
  /** The finished turn. Throws AppError before `done`. */
  response(): TurnResponse;
}

/** One emitted (or demonstrated) turn. Arrays are per position, all of the same length. */
export interface TurnResponse {
  ids: TokenIds;
  /** Level of each position as `LEVEL_CODE`, or `NO_LEVEL`. */
  level: Uint8Array;
  /** Ids that were allowed at each position: the support of the constrained distribution; null: all. */
  allowed: readonly (TokenIds | null)[];
  /** Positions with more than one allowed id; all others have log-probability 0. */
  decisions: readonly number[];
  /** True when the turn is a boundary (SWITCH); false for KEEP and in the other formats. */
  switched: boolean;
  /** The sub-goal in force after this turn, such as `get mug cabinet`, or what free text said; null in the other formats. */
  subgoal: string | null;
  /** The strategy in force after this turn; null in the other formats. */
  strategy: Strategy | null;
  /** The environment command. */
  action: string;
  /** Position of the first action token; in Plan-Execute the low-level value is read there (spec/hae.md 1.3). */
  lowPosition: number;
  /** Free text: whether it did not obey its format, and whether it said nothing at all. */
  malformed: boolean;
  empty: boolean;
}
