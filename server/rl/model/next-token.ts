import type * as tf from '@tensorflow/tfjs-core';

/** Logits and hidden states of the next token of every row; plain arrays, row-major. */
export interface NextToken {
  /** `[rows, vocabulary]`, or `[rows, columns]` where only some were asked for. */
  logits: Float32Array;
  /** `[rows, width]`: what a value head reads. */
  hidden: Float32Array;
}

/** Reads both off their tensors, which it disposes; `read` says what of the logits, absent or null: all. */
export async function readNextToken(
  logits: tf.Tensor,
  hidden: tf.Tensor,
  read?: ((logits: tf.Tensor) => Promise<Float32Array>) | null,
): Promise<NextToken> {
  try {
    const [values, states] = (await Promise.all([read ? read(logits) : logits.data(), hidden.data()])) as [
      Float32Array,
      Float32Array,
    ];
    return { logits: values, hidden: states };
  } finally {
    logits.dispose();
    hidden.dispose();
  }
}
