import { geometricSize } from '../../model/geometric-size.ts';
import { paddedPositions } from '../../model/prompt-batch.ts';
import { countParameters, type PolicyShape, policyParameters } from '../../model/shape.ts';

/** Rows of a compiled call at most: a mini-batch is worked through in parts of this size that stay in cache. */
const MOST_ROWS = 16;
/** Up to so many weights a policy is small: padding costs little beside it, and a graph of it compiles in no time. */
const SMALL_WEIGHTS = 10_000_000;
/** Padded tokens of a compiled call at most; a small policy's turns, none of which is longer than 128, come 16 at a time. */
const SMALL_TOKENS = 2048;
const LARGE_TOKENS = 1024;
/** Beyond so many positions a small policy's sizes grow by steps of a third or a half: few graphs exist. */
const FINE_POSITIONS = 128;
/** Positions at least of rows that are longer or of a large policy, and the least step between a large policy's sizes. */
const LEAST_POSITIONS = 64;
/** Where it is longer, the step is that part of the next power of two: at most a quarter of a row is padding. */
const STEPS = 8;
/** A large policy's rows of more positions are a call each: they fill it, and together they would only be padded to the longest. */
const SHARED_POSITIONS = 128;
/** A vocabulary up to this size is always scored whole. */
const WHOLE_VOCABULARY = 1024;
/** Columns at least where not all are scored: less would not be noticed, and would be one more graph. */
const LEAST_COLUMNS = 256;
/** Decisions at least of free text among others. */
const LEAST_FREE = 16;
/** A call of large sizes has room for a decision in so many tokens, and for a turn, at least. */
const TOKENS_A_DECISION = 8;
const TOKENS_A_TURN = 32;

/**
 * The sizes that the compiled calls of a policy's training are padded to, chosen by the policy's size: rows of like length
 * share a call of at most `microTokens` padded tokens, but for the long ones of a large policy, and few sizes exist, because each
 * combination is a graph of its own (2-4 s to compile at 135 million weights).
 */
export class BatchSizes {
  readonly vocabulary: number;
  readonly microTokens: number;
  readonly isSmall: boolean;

  constructor(shape: PolicyShape, microTokens?: number) {
    this.vocabulary = shape.vocabulary;
    this.isSmall = countParameters(policyParameters(shape)) <= SMALL_WEIGHTS;
    this.microTokens = microTokens ?? (this.isSmall ? SMALL_TOKENS : LARGE_TOKENS);
  }

  /** Positions for rows of at most so many tokens. */
  positions(longest: number): number {
    if (this.#isFine(longest)) return paddedPositions(longest);
    if (this.isSmall) return geometricSize(longest, LEAST_POSITIONS);
    const step = Math.max(LEAST_POSITIONS, 2 ** Math.ceil(Math.log2(Math.max(1, longest))) / STEPS);
    return Math.max(1, Math.ceil(longest / step)) * step;
  }

  /** Rows of so many positions that fit into one call: at least one. */
  capacity(positions: number): number {
    if (!this.isSmall && positions > SHARED_POSITIONS) return 1;
    const fitting = Math.min(MOST_ROWS, Math.max(1, this.microTokens / positions));
    return 2 ** Math.floor(Math.log2(fitting));
  }

  /** Rows of a call of so many rows: all that fit where that is cheap, so that one graph is enough. */
  rows(count: number, positions: number): number {
    return this.#isFine(positions) ? this.capacity(positions) : 2 ** Math.ceil(Math.log2(Math.max(1, count)));
  }

  /** Decisions of a call. */
  decisions(count: number, rows: number, positions: number): number {
    if (!this.#isFine(positions))
      return geometricSize(Math.max(count, (rows * positions) / TOKENS_A_DECISION), 1);
    const step = 2 * rows;
    return Math.max(step, Math.ceil(count / step) * step);
  }

  /** Turns of a call whose values are learned. */
  turns(count: number, rows: number, positions: number): number {
    if (this.#isFine(positions) && count <= rows) return rows;
    return geometricSize(Math.max(count, rows, (rows * positions) / TOKENS_A_TURN), 1);
  }

  /** Columns of the output table for decisions among so many ids altogether; null: all, in their order. */
  columns(count: number): number | null {
    if (this.vocabulary <= WHOLE_VOCABULARY) return null;
    const columns = geometricSize(count, LEAST_COLUMNS);
    return columns < this.vocabulary ? columns : null;
  }

  /** Decisions of a call that are among all ids where others are not. */
  free(count: number): number {
    return geometricSize(count, LEAST_FREE);
  }

  #isFine(positions: number): boolean {
    return this.isSmall && positions <= FINE_POSITIONS;
  }
}
