import type * as tf from '@tensorflow/tfjs-core';

/** Dtypes and shapes of a function's inputs: for each there is one compiled graph. */
export interface Signature {
  shapes: readonly (readonly number[])[];
  dtypes: readonly tf.DataType[];
}

export function signatureOf(inputs: readonly tf.Tensor[]): Signature {
  return { shapes: inputs.map(({ shape }) => [...shape]), dtypes: inputs.map(({ dtype }) => dtype) };
}

export function signatureKey(inputs: readonly tf.Tensor[]): string {
  return inputs.map((input) => `${input.dtype}${input.shape}`).join(';');
}

/** Whether the inputs have this signature: the fast path of every repeated call. */
export function matches({ shapes, dtypes }: Signature, inputs: readonly tf.Tensor[]): boolean {
  if (shapes.length !== inputs.length) return false;
  for (let i = 0; i < inputs.length; i++) {
    const input = inputs[i]!;
    const shape = shapes[i]!;
    if (input.dtype !== dtypes[i] || input.shape.length !== shape.length) return false;
    for (let axis = 0; axis < shape.length; axis++) if (input.shape[axis] !== shape[axis]) return false;
  }
  return true;
}
