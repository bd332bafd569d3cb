import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, describe, it } from 'vitest';
import { causalAttention } from '../../../../server/rl/tensor/causal-attention.ts';
import * as ops from '../../../../server/rl/tensor/ops.ts';
import { bools, exactly, floats, openTested, type Sample } from './compare-backends.ts';
import { expectGradient } from './finite-differences.ts';

beforeAll(openTested);

type Case = [name: string, samples: Sample[], fn: (...inputs: tf.Tensor[]) => tf.Tensor];

/** Values at least 0.1 apart from one another, from zero and from ±1, so that no step crosses a kink. */
function apart(shape: number[], offset = 0): Sample {
  const size = shape.reduce((a, b) => a * b, 1);
  const values = Array.from({ length: size }, (_, i) => ((i * 11) % size) * 0.2 - size * 0.1 + 0.05 + offset);
  return { shape, dtype: 'float32', values };
}

const rows = exactly([2, 0, 2, 1], [4], 'int32');

/** Every differentiable kernel a policy, its losses and its optimiser run, at odd and broadcasting shapes. */
const KERNELS: Case[] = [
  ['add', [floats([3, 1, 2]), floats([5, 1], -1, 1, 2)], (a, b) => tf.add(a!, b!)],
  ['addN', [floats([3]), floats([3], -1, 1, 2)], (a, b) => tf.addN([a!, b!, a!])],
  ['sub', [floats([2]), floats([3, 1], -1, 1, 2)], (a, b) => tf.sub(a!, b!)],
  ['mul', [floats([3, 1]), floats([1, 5], -1, 1, 2)], (a, b) => tf.mul(a!, b!)],
  ['div', [floats([3, 2]), floats([2], 1, 3, 2)], (a, b) => tf.div(a!, b!)],
  ['maximum', [apart([3, 3]), apart([3], 0.1)], (a, b) => tf.maximum(a!, b!)],
  ['minimum', [apart([3, 3]), apart([3, 1], 0.1)], (a, b) => tf.minimum(a!, b!)],
  ['squaredDifference', [floats([3, 2]), floats([2])], (a, b) => tf.squaredDifference(a!, b!)],
  ['neg, exp', [floats([5])], (x) => tf.neg(tf.exp(x!))],
  ['log', [floats([5], 0.5, 3)], (x) => tf.log(x!)],
  ['sqrt', [floats([5], 0.5, 3)], (x) => tf.sqrt(x!)],
  ['rsqrt', [floats([5], 0.5, 3)], (x) => tf.rsqrt(x!)],
  ['square', [floats([5])], (x) => tf.square(x!)],
  ['sigmoid', [floats([5])], (x) => tf.sigmoid(x!)],
  ['tanh', [floats([5])], (x) => tf.tanh(x!)],
  ['relu', [apart([7])], (x) => tf.relu(x!)],
  ['clipByValue', [apart([9])], (x) => tf.clipByValue(x!, -0.5, 0.6)],
  ['where', [bools([3, 2]), floats([3, 2]), floats([3, 2], -1, 1, 2)], (c, a, b) => tf.where(c!, a!, b!)],
  ['sum', [floats([3, 1, 5])], (x) => tf.sum(x!, [0, -1])],
  ['mean', [floats([3, 2, 5])], (x) => tf.mean(x!, 1, true)],
  ['max', [apart([3, 5])], (x) => tf.max(x!, -1)],
  ['min', [apart([3, 5])], (x) => tf.min(x!, 0)],
  ['prod', [floats([2, 3], 0.5, 1.5)], (x) => tf.prod(x!, 1)],
  ['cumsum', [floats([3, 2, 2])], (x) => tf.cumsum(x!, 1, true, true)],
  ['softmax', [floats([3, 7])], (x) => tf.softmax(x!)],
  ['logSoftmax', [floats([3, 7])], (x) => ops.logSoftmax(x!)],
  ['logSumExp', [floats([3, 7])], (x) => tf.logSumExp(x!, -1)],
  ['reshape, transpose', [floats([2, 3, 5])], (x) => tf.reshape(tf.transpose(x!, [2, 0, 1]), [5, 6])],
  ['cast', [floats([3])], (x) => tf.mul(tf.cast(x!, 'float32'), 2)],
  ['tile', [floats([2, 3])], (x) => tf.tile(x!, [3, 2])],
  ['concat', [floats([2, 3]), floats([2, 1])], (a, b) => tf.concat([a!, b!, a!], 1)],
  ['slice', [floats([3, 5])], (x) => tf.slice(x!, [1, 2], [2, 2])],
  ['split', [floats([3, 5])], (x) => tf.mul(tf.split(x!, [2, 3], 1)[1]!, 3)],
  ['stack', [floats([3]), floats([3])], (a, b) => tf.stack([a!, b!], 1)],
  ['gather', [floats([3, 2]), rows], (x, i) => tf.gather(x!, i!)],
  ['gather along the last axis', [floats([2, 3]), rows], (x, i) => tf.gather(x!, i!, -1)],
  ['unsortedSegmentSum', [floats([4, 3]), rows], (x, i) => tf.unsortedSegmentSum(x!, i as tf.Tensor1D, 3)],
  ['matMul', [floats([3, 5]), floats([5, 2])], (a, b) => tf.matMul(a!, b!)],
  ['matMul, transposed', [floats([5, 3]), floats([2, 5])], (a, b) => tf.matMul(a!, b!, true, true)],
  ['matMul, broadcast batch', [floats([2, 3, 2]), floats([1, 2, 3])], (a, b) => tf.matMul(a!, b!)],
];

const FUSED: Case[] = [
  ['rmsNorm', [floats([3, 5]), floats([5])], (x, w) => ops.rmsNorm(x!, w!, 1e-6)],
  ['silu', [floats([7])], (x) => ops.silu(x!)],
  ['swiGlu', [floats([3, 5]), floats([3, 5], -1, 1, 2)], (g, u) => ops.swiGlu(g!, u!)],
  ['rotary', [floats([1, 3, 8])], (x) => ops.rotary(x!, tf.fill([1, 3, 4], 0.6), tf.fill([1, 3, 4], 0.8))],
  ...[4, 8].map((size): Case => {
    const [query, key, value] = [4, 2, 2].map((heads, seed) => floats([2, 3, heads * size], -1, 1, seed + 1));
    const run = (...[q, k, v]: tf.Tensor[]) => causalAttention(q!, k!, v!, size);
    return [`causalAttention, heads of ${size}`, [query!, key!, value!], run];
  }),
  ['pickColumns', [floats([4, 3]), rows], (x, i) => ops.pickColumns(x!, i!)],
];

/** TFJS's cpu kernels cannot be the oracle here: they swap height and width, or take a filter for a cube. */
const WRONG_ON_CPU: Case[] = [
  ['resizeBilinear', [floats([1, 3, 4, 2])], (x) => tf.image.resizeBilinear(x as tf.Tensor4D, [5, 2])],
  ['maxPool3d', [apart([1, 2, 3, 4, 1])], (x) => tf.maxPool3d(x as tf.Tensor5D, [2, 3, 2], 1, 'same')],
];

describe('gradients are those of finite differences', () => {
  it.each([...KERNELS, ...FUSED, ...WRONG_ON_CPU])('%s', (_name, samples, fn) => expectGradient(samples, fn));
});
