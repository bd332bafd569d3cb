import type * as tf from '@tensorflow/tfjs-core';

/** Keys and values of one row in one layer, place after place, each `[places, keyValueHeads * size]`. */
export interface KeptRow {
  keys: Float32Array;
  values: Float32Array;
}

/** A row with new tokens. */
export interface AttendingRow {
  /** Which of the packed tokens is its first new one, and how many there are. */
  first: number;
  count: number;
  /** Places kept before them. */
  said: number;
  /** `[count * queries of a token, said + count]`, 1 where a token may look (`causalMask`); null: everywhere. */
  mask: Uint8Array | null;
}

/**
 * Causal attention of new tokens, row by row, to what is kept of each row. Keys and values stay on the host, and each row costs what it
 * is long: nothing is padded, copied or compiled for a shape. Heads that share keys are queries of one token: keys and values are read
 * once for all of them, which is most of what a few new tokens cost. ONNX Runtime only, whose tensors are the host's own.
 */
export interface RowAttention {
  /**
   * `query [tokens, queries of a token * keyValueHeads * size]`, `key` and `value [tokens, keyValueHeads * size]` of all rows, packed → as
   * query, 0 where no row is. Appends keys and values to `kept`, one a row, which must have the places.
   */
  attend(
    query: tf.Tensor,
    key: tf.Tensor,
    value: tf.Tensor,
    rows: readonly AttendingRow[],
    kept: readonly KeptRow[],
  ): tf.Tensor;
  dispose(): void;
}

/** Which of `said + count` places each query of `count` new tokens, `queries` of a token, may look at; null where that is all of them. */
export function causalMask(said: number, count: number, queries: number): Uint8Array | null {
  if (count === 1) return null;
  const places = said + count;
  const mask = new Uint8Array(count * queries * places).fill(1);
  for (let row = 0; row < count * queries; row++)
    mask.fill(0, row * places + said + Math.floor(row / queries) + 1, (row + 1) * places);
  return mask;
}
