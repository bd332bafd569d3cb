import type * as tf from '@tensorflow/tfjs-core';
import type { TokenIds } from './token-ids.ts';

/** What a conversation's rows hold: their tokens, and the last of each (0 where nothing was said); both `[rows]`. */
export interface Said {
  lengths: Int32Array;
  previous: Int32Array;
}

/** What a call makes of new tokens; the caller disposes the tensors. */
export interface Fed {
  /** `[results, width]`: of each fed row's last new token at least. */
  hidden: tf.Tensor;
  /** `[rows]`: the result of a row, -1 where nothing was fed. */
  resultOf: Int32Array;
  /** At the new tokens what the layers below the lowest that is trained make of them, `[tokens, width]`; null where there are none. */
  frozen: tf.Tensor | null;
  /** Where in `frozen` a row's new token is. */
  tokenAt(row: number, index: number): number;
}

/** Keys and values of all that a conversation's rows have said. */
export interface ConversationCache {
  /** Most new tokens a row that go into one call, where so many of `rows` rows have several: what bounds its memory. */
  longestPiece(several: number, rows: number): number;
  /** Makes room for rows of up to so many tokens. */
  reserve(longest: number): Promise<void>;
  /** Reads new tokens behind what was said, and keeps theirs. */
  feed(news: readonly (TokenIds | null)[], said: Said): Promise<Fed>;
  /** Goes on with some rows only, in this order; a row may come several times. */
  keep(rows: readonly number[]): Promise<void>;
  dispose(): void;
}
