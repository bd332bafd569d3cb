import * as tf from '@tensorflow/tfjs-core';
import { beforeAll } from 'vitest';
import { bools, check, DIFFERENTIABLE, exactly, floats, ints, openTested } from './compare-backends.ts';

/** tfjs-node keeps float32, where TFJS makes int32. */
const FLOAT_QUOTIENT = { not: 'tensorflow' } as const;
/** tfjs-node tells TensorFlow a wrong dtype. */
const NO_MEAN = { not: 'tensorflow' } as const;
/** TensorFlow refuses ids beyond the segments on a CPU, and leaves them out on a GPU. */
const IDS_REFUSED = { not: 'tensorflow' } as const;

beforeAll(openTested);

const SPECIALS = exactly([
  0,
  -0,
  1,
  -1,
  Number.POSITIVE_INFINITY,
  Number.NEGATIVE_INFINITY,
  Number.NaN,
  3e-8,
  -3e-8,
  80,
]);

check('one argument', [
  ['exp', [floats([3, 5])], (x) => tf.exp(x!), DIFFERENTIABLE],
  ['log', [floats([3, 5], 0.1, 4)], (x) => tf.log(x!), DIFFERENTIABLE],
  ['log1p', [floats([3, 5], -0.9, 4)], (x) => tf.log1p(x!), DIFFERENTIABLE],
  ['expm1', [floats([3, 5])], (x) => tf.expm1(x!), DIFFERENTIABLE],
  ['neg', [floats([7])], (x) => tf.neg(x!), DIFFERENTIABLE],
  ['neg of int32', [ints([7])], (x) => tf.neg(x!)],
  ['sigmoid', [floats([3, 5], -6, 6)], (x) => tf.sigmoid(x!), DIFFERENTIABLE],
  ['tanh', [floats([3, 5])], (x) => tf.tanh(x!), DIFFERENTIABLE],
  ['sqrt', [floats([3, 5], 0.1, 4)], (x) => tf.sqrt(x!), DIFFERENTIABLE],
  ['rsqrt', [floats([3, 5], 0.1, 4)], (x) => tf.rsqrt(x!), DIFFERENTIABLE],
  ['square', [floats([3, 5])], (x) => tf.square(x!), DIFFERENTIABLE],
  ['square of int32', [ints([3, 5])], (x) => tf.square(x!)],
  ['abs', [floats([3, 5])], (x) => tf.abs(x!), DIFFERENTIABLE],
  ['abs of int32', [ints([3, 5])], (x) => tf.abs(x!)],
  ['sign', [floats([3, 5])], (x) => tf.sign(x!), DIFFERENTIABLE],
  ['relu', [floats([3, 5])], (x) => tf.relu(x!), DIFFERENTIABLE],
  ['relu of int32', [ints([3, 5])], (x) => tf.relu(x!)],
  ['elu', [floats([3, 5])], (x) => tf.elu(x!)],
  ['leakyRelu', [floats([3, 5])], (x) => tf.leakyRelu(x!, 0.3), DIFFERENTIABLE],
  ['prelu', [floats([3, 5]), floats([5], 0, 1)], (x, a) => tf.prelu(x!, a!)],
  ['step', [floats([3, 5])], (x) => tf.step(x!, 0.2)],
  ['softplus', [floats([3, 5], -30, 30)], (x) => tf.softplus(x!), DIFFERENTIABLE],
  ['erf', [floats([3, 5])], (x) => tf.erf(x!), DIFFERENTIABLE],
  ['sin', [floats([3, 5])], (x) => tf.sin(x!), DIFFERENTIABLE],
  ['cos', [floats([3, 5])], (x) => tf.cos(x!), DIFFERENTIABLE],
  ['tan', [floats([3, 5], -1, 1)], (x) => tf.tan(x!), DIFFERENTIABLE],
  ['floor', [floats([3, 5])], (x) => tf.floor(x!), DIFFERENTIABLE],
  ['ceil', [floats([3, 5])], (x) => tf.ceil(x!)],
  ['round half to even', [exactly([-2.5, -1.5, -0.5, 0.5, 1.5, 2.5, 0.2, -0.7])], (x) => tf.round(x!)],
  ['reciprocal', [floats([3, 5], 0.2, 3)], (x) => tf.reciprocal(x!), DIFFERENTIABLE],
  ['clipByValue', [floats([3, 5])], (x) => tf.clipByValue(x!, -0.5, 1), DIFFERENTIABLE],
  ['clipByValue of int32', [ints([3, 5])], (x) => tf.clipByValue(x!, -1, 2)],
  ['isNaN', [SPECIALS], (x) => tf.isNaN(x!)],
  ['isInf', [SPECIALS], (x) => tf.isInf(x!)],
  ['isFinite', [SPECIALS], (x) => tf.isFinite(x!)],
  ['exp of specials', [SPECIALS], (x) => tf.exp(x!)],
  ['log1p of specials', [SPECIALS], (x) => tf.log1p(x!)],
  ['expm1 of specials', [SPECIALS], (x) => tf.expm1(x!)],
  ['relu and step of specials', [SPECIALS], (x) => [tf.relu(x!), tf.step(x!)]],
  ['logicalNot', [bools([4])], (x) => tf.logicalNot(x!)],
  ['scalar', [exactly([2], [])], (x) => tf.exp(x!), DIFFERENTIABLE],
  ['empty', [exactly([], [0, 3])], (x) => tf.exp(x!)],
]);

check('two arguments', [
  ['add', [floats([3, 5]), floats([3, 5], -2, 2, 2)], (a, b) => tf.add(a!, b!), DIFFERENTIABLE],
  ['add broadcast', [floats([3, 1, 5]), floats([4, 1], -2, 2, 2)], (a, b) => tf.add(a!, b!), DIFFERENTIABLE],
  ['add int32', [ints([3, 5]), ints([5])], (a, b) => tf.add(a!, b!)],
  ['add int32 to float32', [ints([3, 5]), floats([5])], (a, b) => tf.add(a!, b!)],
  [
    'addN',
    [floats([3, 5]), floats([3, 5], 0, 1, 2), floats([3, 5], 0, 1, 3)],
    (...x) => tf.addN(x),
    DIFFERENTIABLE,
  ],
  ['sub broadcast', [floats([5]), floats([4, 1], -2, 2, 2)], (a, b) => tf.sub(a!, b!), DIFFERENTIABLE],
  ['mul broadcast', [floats([2, 3, 1]), floats([1, 5], -2, 2, 2)], (a, b) => tf.mul(a!, b!), DIFFERENTIABLE],
  ['mul int32', [ints([3, 5]), ints([3, 1])], (a, b) => tf.mul(a!, b!)],
  ['div broadcast', [floats([2, 3, 5]), floats([5], 0.5, 3, 2)], (a, b) => tf.div(a!, b!), DIFFERENTIABLE],
  ['floorDiv', [floats([3, 5], -9, 9), floats([5], 0.5, 3)], (a, b) => tf.floorDiv(a!, b!), FLOAT_QUOTIENT],
  ['floorDiv int32', [ints([3, 5], -9, 9), ints([5], 1, 4)], (a, b) => tf.floorDiv(a!, b!)],
  ['mod', [floats([3, 5], -9, 9), floats([5], 0.5, 3)], (a, b) => tf.mod(a!, b!)],
  ['mod int32', [ints([3, 5], -9, 9), ints([5], 1, 4)], (a, b) => tf.mod(a!, b!)],
  ['maximum', [floats([3, 5]), floats([5], -2, 2, 2)], (a, b) => tf.maximum(a!, b!), DIFFERENTIABLE],
  ['minimum', [floats([3, 5]), floats([5], -2, 2, 2)], (a, b) => tf.minimum(a!, b!), DIFFERENTIABLE],
  ['maximum int32', [ints([3, 5]), ints([5], -3, 4, 2)], (a, b) => tf.maximum(a!, b!)],
  ['pow', [floats([3, 5], 0.2, 3), floats([3, 5], -2, 2, 2)], (a, b) => tf.pow(a!, b!), DIFFERENTIABLE],
  ['pow int32', [ints([3, 5], 1, 4), ints([5], 0, 3)], (a, b) => tf.pow(a!, b!)],
  [
    'squaredDifference',
    [floats([3, 5]), floats([5], -2, 2, 2)],
    (a, b) => tf.squaredDifference(a!, b!),
    DIFFERENTIABLE,
  ],
  ['comparisons', [ints([3, 5]), ints([5], -3, 4, 2)], (a, b) => comparisons(a!, b!)],
  ['comparisons of floats', [SPECIALS, floats([10])], (a, b) => comparisons(a!, b!)],
  ['comparisons of bools', [bools([3, 5]), bools([5], 2)], (a, b) => [tf.equal(a!, b!), tf.notEqual(a!, b!)]],
  [
    'logical',
    [bools([3, 5]), bools([5], 2)],
    (a, b) => [tf.logicalAnd(a!, b!), tf.logicalOr(a!, b!), tf.logicalXor(a!, b!)],
  ],
  [
    'where',
    [bools([3, 5]), floats([3, 5]), floats([3, 5], 0, 1, 2)],
    (c, a, b) => tf.where(c!, a!, b!),
    DIFFERENTIABLE,
  ],
  ['where broadcast', [bools([3, 1]), floats([5]), floats([], 0, 1, 2)], (c, a, b) => tf.where(c!, a!, b!)],
  [
    'where with constants',
    [bools([3, 5]), floats([3, 5])],
    (c, a) => tf.where(c!, a!, tf.zerosLike(a!)),
    DIFFERENTIABLE,
  ],
  ['where int32', [bools([3, 5]), ints([3, 5]), ints([3, 5], 0, 3, 2)], (c, a, b) => tf.where(c!, a!, b!)],
  ['where bool', [bools([3, 5]), bools([3, 5], 2), bools([3, 5], 3)], (c, a, b) => tf.where(c!, a!, b!)],
]);

function comparisons(a: tf.Tensor, b: tf.Tensor): tf.Tensor[] {
  return [
    tf.equal(a, b),
    tf.notEqual(a, b),
    tf.less(a, b),
    tf.lessEqual(a, b),
    tf.greater(a, b),
    tf.greaterEqual(a, b),
  ];
}

check('reductions', [
  ['sum of all', [floats([3, 5, 2])], (x) => tf.sum(x!), DIFFERENTIABLE],
  [
    'sum over axes',
    [floats([3, 5, 2])],
    (x) => [tf.sum(x!, 1), tf.sum(x!, [0, -1], true), tf.sum(x!, -1)],
    DIFFERENTIABLE,
  ],
  ['sum of int32 and bool', [ints([3, 5]), bools([3, 5])], (x, y) => [tf.sum(x!, 0), tf.sum(y!, 1)]],
  [
    'mean',
    [floats([3, 5, 2])],
    (x) => [tf.mean(x!), tf.mean(x!, -1, true), tf.mean(x!, [0, 1])],
    DIFFERENTIABLE,
  ],
  ['mean of int32', [ints([3, 5])], (x) => tf.mean(x!, 1), NO_MEAN],
  ['max', [floats([3, 5, 2])], (x) => [tf.max(x!), tf.max(x!, -1, true), tf.max(x!, [0, 2])], DIFFERENTIABLE],
  ['min', [floats([3, 5, 2])], (x) => [tf.min(x!), tf.min(x!, 1)], DIFFERENTIABLE],
  ['max of int32', [ints([3, 5])], (x) => [tf.max(x!, 1), tf.min(x!)]],
  ['prod', [floats([3, 5], 0.5, 1.5)], (x) => [tf.prod(x!), tf.prod(x!, 1, true)], DIFFERENTIABLE],
  ['all and any', [bools([3, 5])], (x) => [tf.all(x!), tf.any(x!, 1), tf.all(x!, 0, true)]],
  ['argMax and argMin', [floats([3, 5])], (x) => [tf.argMax(x!, -1), tf.argMin(x!, 0)]],
  ['argMax of int32', [ints([3, 5])], (x) => tf.argMax(x!, 1)],
  ['sum of nothing', [exactly([], [0, 3])], (x) => [tf.sum(x!), tf.sum(x!, 0), tf.prod(x!, 0)]],
  ['softmax', [floats([3, 4, 5], -8, 8)], (x) => tf.softmax(x!), DIFFERENTIABLE],
  ['logSoftmax', [floats([3, 5], -8, 8)], (x) => tf.logSoftmax(x!), DIFFERENTIABLE],
  ['logSumExp', [floats([3, 5], -8, 8)], (x) => tf.logSumExp(x!, -1), DIFFERENTIABLE],
  [
    'cumprod',
    [floats([3, 5])],
    (x) => [tf.cumprod(x!, 1), tf.cumprod(x!, 0, true), tf.cumprod(x!, 1, true, true)],
  ],
  [
    'softmax with a mask',
    [exactly([1, 2, -1e9, -1e9, 3, -1e9], [2, 3])],
    (x) => tf.softmax(x!),
    DIFFERENTIABLE,
  ],
  [
    'cumsum',
    [floats([3, 5])],
    (x) => [tf.cumsum(x!, 1), tf.cumsum(x!, 0, true), tf.cumsum(x!, 1, false, true)],
    DIFFERENTIABLE,
  ],
  ['cumsum of int32', [ints([3, 5])], (x) => tf.cumsum(x!, 1, true, true)],
  ['topk', [floats([3, 7])], (x) => Object.values(tf.topk(x!, 3))],
  ['topk of int32', [exactly([5, 2, 9, 1], [4], 'int32')], (x) => Object.values(tf.topk(x!, 2))],
]);

check('layout', [
  ['reshape', [floats([3, 4])], (x) => tf.reshape(x!, [2, -1]), DIFFERENTIABLE],
  ['reshape then compute', [floats([3, 4])], (x) => tf.exp(tf.reshape(tf.exp(x!), [2, 6])), DIFFERENTIABLE],
  [
    'expandDims and squeeze',
    [floats([3, 1, 4])],
    (x) => [tf.expandDims(x!, -1), tf.expandDims(x!, 1), tf.squeeze(x!)],
    DIFFERENTIABLE,
  ],
  [
    'cast',
    [floats([3, 4], -3, 3)],
    (x) => [tf.cast(x!, 'int32'), tf.cast(x!, 'bool'), tf.cast(x!, 'float32')],
  ],
  [
    'cast of int32 and bool',
    [ints([5]), bools([5])],
    (x, y) => [tf.cast(x!, 'float32'), tf.cast(x!, 'bool'), tf.cast(y!, 'int32'), tf.cast(y!, 'float32')],
  ],
  [
    'transpose',
    [floats([2, 3, 4])],
    (x) => [tf.transpose(x!), tf.transpose(x!, [1, 0, 2]), tf.transpose(x!, [0, 1, 2])],
    DIFFERENTIABLE,
  ],
  ['tile', [floats([2, 3])], (x) => tf.tile(x!, [2, 3]), DIFFERENTIABLE],
  ['tile of ones', [floats([1, 3, 1])], (x) => tf.tile(x!, [4, 1, 2]), DIFFERENTIABLE],
  ['tile of bool', [bools([2, 3])], (x) => tf.tile(x!, [2, 1])],
  ['broadcastTo', [floats([3, 1])], (x) => tf.broadcastTo(x!, [2, 3, 4])],
  [
    'concat',
    [floats([2, 3]), floats([2, 1], 0, 1), floats([2, 4], 0, 1)],
    (...x) => tf.concat(x, 1),
    DIFFERENTIABLE,
  ],
  ['concat of int32', [ints([2, 3]), ints([4, 3])], (...x) => tf.concat(x, -2)],
  [
    'slice',
    [floats([3, 5, 2])],
    (x) => [tf.slice(x!, [1, 0, 0], [2, -1, 1]), tf.slice(x!, [0, 2], [-1, 2])],
    DIFFERENTIABLE,
  ],
  [
    'stridedSlice',
    [floats([4, 6])],
    (x) => [tf.stridedSlice(x!, [0, 1], [4, 6], [2, 2]), tf.stridedSlice(x!, [3, 5], [0, 0], [-1, -2])],
  ],
  [
    'stridedSlice with masks',
    [floats([4, 6])],
    (x) => [
      tf.stridedSlice(x!, [1, 0], [4, 6], [1, 1], 0, 0, 0, 0, 1),
      tf.stridedSlice(x!, [0], [0], [-1], 1, 1),
    ],
  ],
  [
    'stack and unstack',
    [floats([2, 3]), floats([2, 3], 0, 1)],
    (a, b) => [tf.stack([a!, b!], 1), ...tf.unstack(a!, 1)],
    DIFFERENTIABLE,
  ],
  ['split', [floats([4, 6])], (x) => [...tf.split(x!, 3, 1), ...tf.split(x!, [1, 3], 0)], DIFFERENTIABLE],
  [
    'pad',
    [floats([2, 3])],
    (x) =>
      tf.pad(
        x!,
        [
          [1, 2],
          [0, 3],
        ],
        0.5,
      ),
    DIFFERENTIABLE,
  ],
  [
    'pad of int32',
    [ints([2, 3])],
    (x) =>
      tf.pad(
        x!,
        [
          [1, 2],
          [0, 3],
        ],
        7,
      ),
  ],
  [
    'reverse',
    [floats([3, 5])],
    (x) => [tf.reverse(x!), tf.reverse(x!, 1), tf.reverse(x!, [-2])],
    DIFFERENTIABLE,
  ],
]);

check('indexing', [
  ['gather', [floats([5, 3]), ints([2, 4], 0, 5)], (x, i) => tf.gather(x!, i!), DIFFERENTIABLE],
  [
    'gather with repeats',
    [floats([5, 3]), exactly([1, 1, 4, 1], [4], 'int32')],
    (x, i) => tf.gather(x!, i!),
    DIFFERENTIABLE,
  ],
  [
    'gather along axis 1',
    [floats([2, 5, 3]), ints([4], 0, 5)],
    (x, i) => tf.gather(x!, i!, 1),
    DIFFERENTIABLE,
  ],
  [
    'gather with batchDims',
    [floats([2, 5, 3]), ints([2, 4], 0, 5)],
    (x, i) => tf.gather(x!, i!, 1, 1),
    DIFFERENTIABLE,
  ],
  [
    'gather with batchDims and outer axis',
    [floats([2, 3, 5]), ints([2, 4], 0, 5)],
    (x, i) => tf.gather(x!, i!, 2, 1),
  ],
  ['gatherND', [floats([4, 3]), exactly([0, 1, 3, 2, 0, 1], [3, 2], 'int32')], (x, i) => tf.gatherND(x!, i!)],
  [
    'scatterND',
    [exactly([4, 1, 4], [3, 1], 'int32'), floats([3, 2])],
    (i, u) => tf.scatterND(i!, u!, [6, 2]),
  ],
  [
    'tensorScatterUpdate',
    [floats([4, 3]), exactly([0, 1, 3, 2], [2, 2], 'int32'), floats([2])],
    (x, i, u) => tf.tensorScatterUpdate(x!, i!, u!),
  ],
  [
    'unsortedSegmentSum',
    [floats([6, 3]), exactly([0, 2, 2, -1, 9, 0], [6], 'int32')],
    (x, i) => tf.unsortedSegmentSum(x!, i! as tf.Tensor1D, 4),
    IDS_REFUSED,
  ],
  [
    'gradient of unsortedSegmentSum',
    [floats([6, 3]), exactly([0, 2, 2, 3, 1, 0], [6], 'int32')],
    (x, i) => tf.unsortedSegmentSum(x!, i! as tf.Tensor1D, 4),
    DIFFERENTIABLE,
  ],
  [
    'oneHot',
    [exactly([0, 2, -1, 5], [4], 'int32')],
    (i) => [tf.oneHot(i!, 3), tf.oneHot(i!, 3, 2, -1), tf.oneHot(i!, 3, 1, 0, 'int32')],
  ],
]);

check('creation', [
  ['zerosLike and onesLike', [floats([2, 3])], (x) => [tf.zerosLike(x!), tf.onesLike(x!)]],
  [
    'fill of each dtype',
    [],
    () => [tf.fill([2, 3], 4), tf.fill([2], 3, 'int32'), tf.zeros([2], 'bool'), tf.ones([], 'int32')],
  ],
  ['range', [], () => [tf.range(0, 5), tf.range(5, 0, -2, 'int32'), tf.range(1, 2, 0.25), tf.range(3, 0)]],
  ['linspace', [], () => tf.linspace(0, 1, 5)],
  [
    'ones in arithmetic',
    [floats([3, 4])],
    (x) => [tf.mul(x!, tf.ones([3, 4])), tf.add(tf.zeros([2, 3, 4]), x!), tf.mul(tf.ones([2, 1, 4]), x!)],
    DIFFERENTIABLE,
  ],
  [
    'constants alone',
    [],
    () => [tf.add(tf.ones([2, 2]), tf.fill([2, 2], 3)), tf.mul(tf.zeros([3]), tf.ones([3]))],
  ],
]);
