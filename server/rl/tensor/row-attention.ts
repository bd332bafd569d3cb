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
  /** `[count, said + count]`, 1 where a token may look (`causalMask`); null: everywhere. */
  mask: Uint8Array | null;
}

/**
 * Causal attention of new tokens, row by row, to what is kept of each row. Keys and values stay on the host, and each row costs what it
 * is long: nothing is padded, copied or compiled for a shape. ONNX Runtime only, whose tensors are the host's own.
 */
export interface RowAttention {
  /**
   * `query [tokens, heads * size]`, `key` and `value [tokens, keyValueHeads * size]` of all rows, packed → `[tokens, heads * size]`, 0 where
   * no row is. Appends keys and values to `kept`, one a row, which must have the places.
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

/** Which of `said + count` places each of `count` new tokens may look at; null where that is all of them. */
export function causalMask(said: number, count: number): Uint8Array | null {
  if (count === 1) return null;
  const places = said + count;
  const mask = new Uint8Array(count * places).fill(1);
  for (let token = 0; token < count; token++)
    mask.fill(0, token * places + said + token + 1, (token + 1) * places);
  return mask;
}
