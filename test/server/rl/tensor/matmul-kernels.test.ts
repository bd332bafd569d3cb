import * as tf from '@tensorflow/tfjs-core';
import { beforeAll } from 'vitest';
import { check, DIFFERENTIABLE, floats, openTested } from './compare-backends.ts';

beforeAll(openTested);

check('matrix product', [
  ['2-D', [floats([3, 5]), floats([5, 2])], (a, b) => tf.matMul(a!, b!), DIFFERENTIABLE],
  ['transposed a', [floats([5, 3]), floats([5, 2])], (a, b) => tf.matMul(a!, b!, true), DIFFERENTIABLE],
  [
    'transposed b',
    [floats([3, 5]), floats([2, 5])],
    (a, b) => tf.matMul(a!, b!, false, true),
    DIFFERENTIABLE,
  ],
  [
    'both transposed',
    [floats([5, 3]), floats([2, 5])],
    (a, b) => tf.matMul(a!, b!, true, true),
    DIFFERENTIABLE,
  ],
  ['batched', [floats([2, 3, 4, 5]), floats([2, 3, 5, 7])], (a, b) => tf.matMul(a!, b!), DIFFERENTIABLE],
  [
    'batched, transposed',
    [floats([2, 3, 4, 5]), floats([2, 3, 7, 5])],
    (a, b) => tf.matMul(a!, b!, false, true),
    DIFFERENTIABLE,
  ],
  [
    'broadcast batch',
    [floats([2, 3, 4, 5]), floats([1, 3, 5, 2])],
    (a, b) => tf.matMul(a!, b!),
    DIFFERENTIABLE,
  ],
  [
    'of a transpose',
    [floats([2, 4, 3]), floats([2, 4, 5])],
    (a, b) => tf.matMul(tf.transpose(a!, [0, 2, 1]), b!),
    DIFFERENTIABLE,
  ],
  [
    'of two transposes',
    [floats([4, 3]), floats([5, 4])],
    (a, b) => tf.matMul(tf.transpose(a!), tf.transpose(b!)),
    DIFFERENTIABLE,
  ],
  [
    'of heads',
    [floats([2, 4, 3, 5]), floats([2, 4, 3, 5], 0, 1)],
    (a, b) => tf.matMul(tf.transpose(a!, [0, 2, 1, 3]), tf.transpose(b!, [0, 2, 3, 1])),
    DIFFERENTIABLE,
  ],
  ['dot', [floats([5]), floats([5], 0, 1)], (a, b) => tf.dot(a!, b!), DIFFERENTIABLE],
  [
    'fused with bias and relu',
    [floats([3, 5]), floats([5, 2]), floats([2])],
    (a, b, bias) =>
      tf.fused.matMul({ a: a as tf.Tensor2D, b: b as tf.Tensor2D, bias: bias!, activation: 'relu' }),
    DIFFERENTIABLE,
  ],
]);
