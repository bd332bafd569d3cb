import type * as tf from '@tensorflow/tfjs-core';

/** Logits and hidden states of the next token of every row; plain arrays, row-major. */
export interface NextToken {
  /** `[rows, vocabulary]`, or `[rows, columns]` where only some were asked for. */
  logits: Float32Array;
  /** `[rows, width]`: what a value head reads. */
  hidden: Float32Array;
}

/** Reads both off their tensors, which it disposes. */
export async function readNextToken(logits: tf.Tensor, hidden: tf.Tensor): Promise<NextToken> {
  const [values, states] = (await Promise.all([logits.data(), hidden.data()])) as [
    Float32Array,
    Float32Array,
  ];
  logits.dispose();
  hidden.dispose();
  return { logits: values, hidden: states };
}
