import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, it } from 'vitest';
import {
  type QuantizedMatrix,
  quantizedMatMul,
  quantizeMatrix,
  zeroByte,
} from '../../../../server/rl/tensor/quantized.ts';
import { openEngine } from '../../../../server/rl/tensor/select-engine.ts';
import { TEST_ENGINE } from '../test-engine.ts';
import { floats, openTested } from './compare-backends.ts';

beforeAll(openTested);

const [OUT, IN] = [48, 80];
const numbers = (shape: number[], seed: number) => tf.tensor(floats(shape, -1, 1, seed).values, shape);
const weight = () => numbers([OUT, IN], 1);

/** Largest difference, by the largest number of `want`. */
function difference(got: tf.Tensor, want: tf.Tensor): number {
  const largest = (x: tf.Tensor) => tf.max(tf.abs(x)).dataSync()[0] as number;
  expect(got.shape).toEqual(want.shape);
  return largest(tf.sub(got, want)) / largest(want);
}

/** The matrix as floats again, `[out, in]`: each unit vector is rounded to itself. */
function dequantized(matrix: QuantizedMatrix): tf.Tensor {
  return tf.transpose(quantizedMatMul(tf.eye(matrix.values.shape[0] as number), matrix));
}

describe('a matrix in 8 bits', () => {
  it('is the matrix within half a step of each output', () => {
    const matrix = quantizeMatrix(weight());
    expect(matrix.values.shape).toEqual([IN, OUT]);
    expect(difference(dequantized(matrix), weight())).toBeLessThan(0.5 / 127 + 1e-6);
  });

  it('is the same in unsigned bytes, which every processor adds exactly, as in its own', () => {
    const [x, dy] = [numbers([7, IN], 2), numbers([7, OUT], 3)];
    const results = (zero: number) => {
      const matrix = quantizeMatrix(weight(), zero);
      const pull = tf.grad((input) => tf.sum(tf.mul(quantizedMatMul(input, matrix), dy)));
      return [quantizedMatMul(x, matrix).dataSync(), pull(x).dataSync()];
    };
    expect(results(128)).toEqual(results(zeroByte()));
    const largest = quantizeMatrix(tf.ones([2, 64]), 128);
    const products = quantizedMatMul(tf.ones([1, 64]), largest).dataSync();
    for (const product of products) expect(product).toBeCloseTo(64, 4);
  });

  it('keeps an output that is zero throughout', () => {
    const matrix = quantizeMatrix(tf.zeros([OUT, IN]));
    expect(difference(tf.add(quantizedMatMul(numbers([3, IN], 2), matrix), 1), tf.ones([3, OUT]))).toBe(0);
  });

  it('multiplies as its formula does on plain operations', async () => {
    const [x, w] = [numbers([7, IN], 2), weight()];
    const results = async (engine: 'cpu' | null) => {
      if (engine) await openEngine({ engine, threads: 1 });
      const matrix = quantizeMatrix(w);
      const product = (input: tf.Tensor) => quantizedMatMul(input, matrix);
      const pull = tf.grad((input) => tf.sum(tf.mul(product(input), numbers([7, OUT], 3))));
      const found = [product(x), pull(x)].map((tensor) => tensor.arraySync() as number[][]);
      await tf.setBackend(TEST_ENGINE);
      return found.map((rows) => tf.tensor(rows));
    };
    const [fused, plain] = [await results(null), await results('cpu')];
    for (const [i, got] of fused.entries()) expect(difference(got, plain[i] as tf.Tensor)).toBeLessThan(1e-6);
  });

  it('is near the product of floats, forwards and backwards', () => {
    const [x, w, dy] = [numbers([50, IN], 2), weight(), numbers([50, OUT], 3)];
    const matrix = quantizeMatrix(w);
    const exact = tf.matMul(x as tf.Tensor2D, w as tf.Tensor2D, false, true);
    expect(difference(quantizedMatMul(x, matrix), exact)).toBeLessThan(0.015);
    const pull = tf.grad((input) => tf.sum(tf.mul(quantizedMatMul(input, matrix), dy)))(x);
    expect(difference(pull, tf.matMul(dy as tf.Tensor2D, w as tf.Tensor2D))).toBeLessThan(0.015);
  });

  it('gives a row the same bits whatever rows are beside it', () => {
    const [x, matrix] = [numbers([33, IN], 4), quantizeMatrix(weight())];
    const whole = quantizedMatMul(x, matrix).dataSync();
    for (const [first, rows] of [
      [0, 1],
      [5, 2],
      [10, 16],
    ] as const) {
      const part = quantizedMatMul(tf.slice(x, [first, 0], [rows, IN]), matrix).dataSync();
      expect(part).toEqual(whole.slice(first * OUT, (first + rows) * OUT));
    }
  });

  it('goes through a compiled function as an argument', async () => {
    const engine = await openTested();
    const [x, { values, scale }] = [numbers([4, IN], 5), quantizeMatrix(weight())];
    const run = engine.jit('quantized', ([input, ...matrix]) => {
      const [values0, scale0] = matrix as [tf.Tensor, tf.Tensor];
      return [quantizedMatMul(input as tf.Tensor, { values: values0, scale: scale0 })];
    });
    const [compiled] = await run([x, values, scale]);
    const eager = quantizedMatMul(x, { values, scale } satisfies QuantizedMatrix);
    expect(difference(compiled as tf.Tensor, eager)).toBeLessThan(1e-6);
    run.dispose();
  });
});
