import * as tf from '@tensorflow/tfjs-core';
import { LARGEST, LEAST, QUANTIZED_MATMUL, ZERO } from './kernels/quantized.ts';
import { backendHas, differentiable } from './ops.ts';

/**
 * Matrices in 8 bits, for weights that training leaves alone: a quarter of the memory, and products of integers, which a CPU with
 * such instructions (VNNI, ARM's dot products) does two to three times as fast as those of floats, and others up to twice. Rows of x are rounded to 8
 * bits as they come (as in LLM.int8, Dettmers et al. 2022, without its outliers in 16 bits).
 */
export interface QuantizedMatrix {
  /** `[in, out]`, whole numbers from -127 to 127: int32 for TFJS, a byte each (`zeroByte`) where the engine can multiply them. */
  values: tf.Tensor;
  /** `[out]`: a column's numbers are its values times this. */
  scale: tf.Tensor;
}

/** Of this processor, once it is known. */
let zero: number | null = null;

/**
 * What stands for 0 in the bytes that the engine multiplies: 0 (signed bytes, the faster ones) where this processor adds their products
 * exactly, else 128. Without VNNI or its like, x86 adds products of signed and unsigned bytes in 16 bits and cuts off what is larger without a word;
 * those of unsigned ones it widens first.
 */
export function zeroByte(): number {
  if (!backendHas(QUANTIZED_MATMUL)) return 0;
  zero ??= addsExactly() ? 0 : ZERO;
  return zero;
}

/** Whether the largest products of signed bytes come out right. */
function addsExactly(): boolean {
  const length = 64;
  const sum = tf.tidy(() => {
    const values = byteTensor(new Int8Array(length * length).fill(LARGEST), [length, length], 0);
    return quantizedMatMul(tf.ones([2, length]), { values, scale: tf.ones([length]) }).dataSync();
  });
  const exact = LARGEST * length;
  return sum.every((number) => Math.abs(number / exact - 1) < 1e-3);
}

/** Rounds `weight [out, in]`, the orientation of Hugging Face, each output to a scale of its own. */
export function quantizeMatrix(weight: tf.Tensor, zero = zeroByte()): QuantizedMatrix {
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
  return { values: byteTensor(values, [input, out], zero), scale: tf.tensor(scale, [out]) };
}

function byteTensor(values: Int8Array, shape: number[], zero: number): tf.Tensor {
  // TFJS's own engines keep no bytes.
  if (!backendHas(QUANTIZED_MATMUL)) return made(Int32Array.from(values), shape);
  if (zero === 0) return made(values, shape);
  const unsigned = new Uint8Array(values.length);
  for (let i = 0; i < values.length; i++) unsigned[i] = (values[i] as number) + zero;
  return made(unsigned, shape);
}

function made(values: ArrayLike<number>, shape: number[]): tf.Tensor {
  return tf.engine().makeTensor(values as unknown as tf.DataValues, shape, 'int32') as tf.Tensor;
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
