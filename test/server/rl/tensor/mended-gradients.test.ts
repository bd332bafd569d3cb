import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, expect, it } from 'vitest';
import { registerStockGradients } from '../../../../server/rl/tensor/gradients.ts';
import { openTested } from './compare-backends.ts';

/** The eight gradients that TFJS gets wrong: with ones as the gradient of the result, what those of the inputs must be. */
const CASES: [
  kernel: string,
  inputs: () => tf.Tensor[],
  fn: (...x: tf.Tensor[]) => tf.Tensor,
  want: number[][],
][] = [
  ['Maximum', () => [row(1, 5), row(3)], (a, b) => tf.maximum(a!, b!), [[0, 1], [1]]],
  ['Minimum', () => [row(1, 5), row(3)], (a, b) => tf.minimum(a!, b!), [[1, 0], [1]]],
  ['SquaredDifference', () => [row(1, 5), row(3)], (a, b) => tf.squaredDifference(a!, b!), [[-4, 4], [0]]],
  ['Cumsum', () => [tf.reshape(row(1, 2, 3, 4), [2, 2])], (x) => tf.cumsum(x!, 0), [[2, 2, 1, 1]]],
  [
    'BatchMatMul',
    () => [tf.reshape(row(1, 2), [2, 1, 1]), tf.reshape(row(3), [1, 1, 1])],
    (a, b) => tf.matMul(a!, b!),
    [[3, 3], [3]],
  ],
  ['Tile', () => [row(1, 2)], (x) => tf.tile(x!, [3]), [[3, 3]]],
  ['Prod', () => [row(0, 2, 4)], (x) => tf.prod(x!), [[8, 0, 0]]],
  [
    'GatherV2',
    () => [tf.reshape(row(1, 2, 3, 4), [2, 2])],
    (x) => tf.gather(x!, tf.tensor2d([[1], [0]], [2, 1], 'int32'), 1, 1),
    [[0, 1, 1, 0]],
  ],
];

function row(...values: number[]): tf.Tensor {
  return tf.tensor1d(values);
}

// As on a machine where the big tfjs package was loaded first, which @tensorflow/tfjs-node-gpu does.
beforeAll(async () => {
  await registerStockGradients();
  expect(tf.getGradient('Sum')).toBeDefined();
  await openTested();
}, 60_000);

it.each(CASES)(
  'mends the gradient of %s though TFJS’s own were registered first',
  async (_kernel, inputs, fn, want) => {
    const gradients = tf.grads((...x: tf.Tensor[]) => tf.sum(fn(...x)) as tf.Scalar)(inputs());
    expect(await Promise.all(gradients.map(async (gradient) => [...(await gradient.data())]))).toEqual(want);
  },
);
