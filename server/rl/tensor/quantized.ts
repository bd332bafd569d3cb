import * as tf from '@tensorflow/tfjs-core';
import { AppError } from '../../contract/error.ts';
import { LARGEST, LEAST, QUANTIZED_MATMUL } from './kernels/quantized.ts';
import { backendHas, differentiable } from './ops.ts';

/**
 * Matrices in 8 bits, for weights that training leaves alone: a quarter of the memory, and products of integers, which a CPU with
 * such instructions (VNNI, ARM's dot products) does two to three times as fast as those of floats. Rows of x are rounded to 8
 * bits as they come (as in LLM.int8, Dettmers et al. 2022, without its outliers in 16 bits).
 */
export interface QuantizedMatrix {
  /** `[in, out]`, whole numbers from -127 to 127: int32 for TFJS, a byte each where the engine can multiply them. */
  values: tf.Tensor;
  /** `[out]`: a column's numbers are its values times this. */
  scale: tf.Tensor;
}

/**
 * Throws AppError `unsupported` where the processor's products of bytes are not exact: without VNNI or its like, x86 adds pairs of them in
 * 16 bits, and what is larger is cut off without a word.
 */
export function requireExactBytes(): void {
  const [largest, length] = [LARGEST, 64];
  const product = tf.tidy(() => {
    const matrix = {
      values: byteTensor(new Int8Array(length * length).fill(largest), [length, length]),
      scale: tf.ones([length]),
    };
    return quantizedMatMul(tf.ones([2, length]), matrix).dataSync();
  });
  requireProducts(product, largest * length);
}

/** Throws unless all of `products` are `exact`. */
export function requireProducts(products: ArrayLike<number>, exact: number): void {
  for (let i = 0; i < products.length; i++)
    if (!(Math.abs((products[i] as number) / exact - 1) < 1e-3))
      throw new AppError(
        'unsupported',
        `frozenWeights: this processor does not multiply bytes exactly (${products[i]} in the place of ${exact}): choose float32`,
      );
}

/** Rounds `weight [out, in]`, the orientation of Hugging Face, each output to a scale of its own. */
export function quantizeMatrix(weight: tf.Tensor): QuantizedMatrix {
  const [out, input] = weight.shape as [number, number];
  const numbers = weight.dataSync();
  const values = new Int8Array(input * out);
  const scale = new Float32Array(out);
  for (let o = 0; o < out; o++) {
    const row = numbers.subarray(o * input, (o + 1) * input);
    let largest = 0;
    for (const value of row) largest = Math.max(largest, Math.abs(value));
    scale[o] = largest / LARGEST;
    const perStep = largest > 0 ? LARGEST / largest : 0;
    for (let i = 0; i < input; i++) values[i * out + o] = Math.round((row[i] as number) * perStep);
  }
  return { values: byteTensor(values, [input, out]), scale: tf.tensor(scale, [out]) };
}

/** The matrix as floats again, `[out, in]`. */
export function dequantizeMatrix({ values, scale }: QuantizedMatrix): tf.Tensor {
  return tf.tidy(() => tf.transpose(tf.mul(tf.cast(values, 'float32'), scale), [1, 0]));
}

function byteTensor(values: Int8Array, shape: number[]): tf.Tensor {
  // TFJS's own engines keep no bytes.
  const kept = backendHas(QUANTIZED_MATMUL) ? values : Int32Array.from(values);
  return tf.engine().makeTensor(kept as unknown as tf.DataValues, shape, 'int32') as tf.Tensor;
}

/**
 * `x [n, in]` times a matrix: `[n, out]`. The gradient takes x for what it was before rounding (straight through), and is itself
 * rounded to 8 bits by rows.
 */
export function quantizedMatMul(x: tf.Tensor, { values, scale }: QuantizedMatrix): tf.Tensor {
  const apply = differentiable((...inputs) => {
    const [input, save] = inputs as [tf.Tensor, tf.GradSaveFunc];
    save([values, scale]);
    return {
      value: multiply(input, values, scale, false),
      gradFunc: (dy, saved) => {
        const [values0, scale0] = saved as [tf.Tensor, tf.Tensor];
        const none = tf.ones([values0.shape[0] as number]);
        return [multiply(tf.mul(dy, scale0), values0, none, true)];
      },
    };
  });
  return apply(x);
}

/** `x [n, in]` times `values [in, out]` (or, transposed, `[out, in]`), and by column `scale [out]`. */
function multiply(x: tf.Tensor, values: tf.Tensor, scale: tf.Tensor, transposed: boolean): tf.Tensor {
  if (backendHas(QUANTIZED_MATMUL))
    return tf
      .engine()
      .runKernel(QUANTIZED_MATMUL, { x, weight: values, scale }, { transposed }) as unknown as tf.Tensor;
  const step = tf.mul(tf.maximum(tf.max(tf.abs(x), 1, true), LEAST), 1 / LARGEST);
  const rounded = tf.round(tf.div(x, step));
  const product = tf.matMul(
    rounded as tf.Tensor2D,
    tf.cast(values, 'float32') as tf.Tensor2D,
    false,
    transposed,
  );
  return tf.mul(tf.mul(product, scale), step);
}
