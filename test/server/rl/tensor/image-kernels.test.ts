import * as tf from '@tensorflow/tfjs-core';
import { beforeAll } from 'vitest';
import { type Case, check, DIFFERENTIABLE, exactly, floats, ints, openTested } from './compare-backends.ts';

beforeAll(openTested);

const image = (x: tf.Tensor | undefined): tf.Tensor4D => x as tf.Tensor4D;
const volume = (x: tf.Tensor | undefined): tf.Tensor5D => x as tf.Tensor5D;

check('convolution', [
  [
    'conv2d, valid, odd sizes, a rest that is never read',
    [floats([2, 8, 7, 3]), floats([3, 2, 3, 5], -1, 1, 2)],
    (x, w) => tf.conv2d(image(x), image(w), [3, 2], 'valid'),
    DIFFERENTIABLE,
  ],
  [
    'conv2d, same',
    [floats([1, 5, 6, 2]), floats([3, 4, 2, 3], -1, 1, 2)],
    (x, w) => tf.conv2d(image(x), image(w), 2, 'same'),
    DIFFERENTIABLE,
  ],
  [
    'conv2d, explicit padding',
    [floats([1, 5, 6, 2]), floats([2, 3, 2, 3], -1, 1, 2)],
    (x, w) =>
      tf.conv2d(image(x), image(w), 1, [
        [0, 0],
        [1, 2],
        [3, 0],
        [0, 0],
      ]),
    DIFFERENTIABLE,
  ],
  [
    'conv2d, dilated',
    [floats([1, 9, 8, 2]), floats([2, 3, 2, 3], -1, 1, 2)],
    (x, w) => tf.conv2d(image(x), image(w), 1, 'valid', 'NHWC', [3, 2]),
  ],
  [
    'conv1d',
    [floats([2, 9, 3]), floats([4, 3, 2])],
    (x, w) => tf.conv1d(x as tf.Tensor3D, w as tf.Tensor3D, 2, 'same'),
  ],
  [
    'conv2dTranspose',
    [floats([1, 3, 4, 2]), floats([3, 2, 5, 2], -1, 1, 2)],
    (x, w) => tf.conv2dTranspose(image(x), image(w), [1, 5, 8, 5], 2, 'same'),
    DIFFERENTIABLE,
  ],
  [
    'depthwiseConv2d',
    [floats([2, 6, 5, 3]), floats([3, 2, 3, 2], -1, 1, 2)],
    (x, w) => tf.depthwiseConv2d(image(x), image(w), 2, 'valid'),
    DIFFERENTIABLE,
  ],
  [
    'conv3d',
    [floats([2, 4, 5, 6, 2]), floats([2, 3, 2, 2, 3], -1, 1, 2)],
    (x, w) => tf.conv3d(volume(x), volume(w), [1, 2, 2], 'same'),
    DIFFERENTIABLE,
  ],
  [
    'fused bias and prelu',
    [floats([1, 5, 4, 2]), floats([2, 2, 2, 3], -1, 1, 2), floats([3]), floats([3], 0, 1, 3)],
    (x, filter, bias, preluActivationWeights) =>
      tf.fused.conv2d({
        x: image(x),
        filter: image(filter),
        strides: 1,
        pad: 'valid',
        bias: bias!,
        activation: 'prelu',
        preluActivationWeights: preluActivationWeights!,
      }),
  ],
]);

check('pooling', [
  ['maxPool', [floats([2, 7, 6, 3])], (x) => tf.maxPool(image(x), [3, 2], 2, 'same'), DIFFERENTIABLE],
  ['avgPool', [floats([2, 7, 6, 3])], (x) => tf.avgPool(image(x), [3, 2], [2, 1], 'valid'), DIFFERENTIABLE],
  ['avgPool over a border', [floats([1, 5, 5, 2])], (x) => tf.avgPool(image(x), 3, 2, 'same')],
  ['maxPool3d', [floats([1, 4, 5, 6, 2])], (x) => tf.maxPool3d(volume(x), 3, 2, 'same'), DIFFERENTIABLE],
  [
    'avgPool3d',
    [floats([1, 4, 5, 6, 2])],
    (x) => tf.avgPool3d(volume(x), [2, 3, 2], 1, 'valid'),
    DIFFERENTIABLE,
  ],
  ['maxPool of int32', [ints([1, 4, 4, 1])], (x) => tf.maxPool(image(x), 2, 2, 'valid')],
  [
    'maxPoolWithArgmax',
    [floats([2, 5, 4, 3])],
    (x) => Object.values(tf.maxPoolWithArgmax(image(x), 2, 2, 'same', true)),
  ],
]);

check('resizing', [
  ['bilinear up', [floats([2, 3, 4, 2])], (x) => tf.image.resizeBilinear(image(x), [7, 5])],
  ['bilinear down', [floats([1, 5, 5, 2])], (x) => tf.image.resizeBilinear(image(x), [3, 4]), DIFFERENTIABLE],
  [
    'bilinear, aligned corners',
    [floats([1, 5, 5, 2])],
    (x) => tf.image.resizeBilinear(image(x), [7, 3], true),
    DIFFERENTIABLE,
  ],
  [
    'bilinear, half-pixel centres',
    [floats([1, 4, 5, 2])],
    (x) => tf.image.resizeBilinear(image(x), [7, 3], false, true),
  ],
  [
    'nearest',
    [floats([1, 4, 5, 2])],
    (x) => tf.image.resizeNearestNeighbor(image(x), [7, 3]),
    DIFFERENTIABLE,
  ],
  [
    'nearest, half-pixel centres',
    [floats([1, 4, 5, 2])],
    (x) => tf.image.resizeNearestNeighbor(image(x), [3, 9], false, true),
  ],
]);

check('sampling', [
  [
    'cropAndResize, bilinear and nearest, partly outside',
    [floats([2, 5, 6, 3]), floats([4, 4], -0.2, 1.3, 2), exactly([1, 0, 1, 0], [4], 'int32')],
    (x, boxes, images) =>
      (['bilinear', 'nearest'] as const).map((method) =>
        tf.image.cropAndResize(image(x), boxes as tf.Tensor2D, images as tf.Tensor1D, [3, 4], method, 7),
      ),
  ],
  [
    'cropAndResize to one pixel',
    [floats([1, 5, 6, 1]), exactly([0.2, 0.1, 0.9, 0.4], [1, 4]), exactly([0], [1], 'int32')],
    (x, boxes, images) =>
      tf.image.cropAndResize(image(x), boxes as tf.Tensor2D, images as tf.Tensor1D, [1, 1]),
  ],
  [
    'rotateWithOffset',
    [floats([2, 5, 7, 3])],
    (x) => [
      tf.image.rotateWithOffset(image(x), 0.7),
      tf.image.rotateWithOffset(image(x), -2, [1, 2, 3], [0.2, 0.9]),
    ],
  ],
  ...(['constant', 'nearest', 'reflect', 'wrap'] as const).map(
    (fillMode): Case => [
      `transform, ${fillMode}`,
      [floats([1, 5, 6, 2]), exactly([0.8, 0.31, -3.1, -0.27, 1.1, 2.37, 0.01, 0.02], [1, 8])],
      (x, transforms) =>
        (['bilinear', 'nearest'] as const).map((interpolation) =>
          tf.image.transform(image(x), transforms as tf.Tensor2D, interpolation, fillMode, 5, [9, 11]),
        ),
    ],
  ),
]);

check('rearranging', [
  [
    'spaceToBatchND and back',
    [floats([1, 4, 5, 2])],
    (x) => {
      const batches = tf.spaceToBatchND(
        x!,
        [2, 3],
        [
          [0, 0],
          [1, 0],
        ],
      );
      return [
        batches,
        tf.batchToSpaceND(
          batches,
          [2, 3],
          [
            [0, 1],
            [1, 0],
          ],
        ),
      ];
    },
    DIFFERENTIABLE,
  ],
  ['depthToSpace', [floats([2, 3, 1, 12])], (x) => tf.depthToSpace(image(x), 2)],
  [
    'mirrorPad',
    [floats([3, 4])],
    (x) => [
      tf.mirrorPad(
        x!,
        [
          [2, 1],
          [0, 3],
        ],
        'reflect',
      ),
      tf.mirrorPad(
        x!,
        [
          [3, 0],
          [1, 2],
        ],
        'symmetric',
      ),
    ],
  ],
  ['diag', [floats([2, 3]), ints([4])], (x, y) => [tf.diag(x!), tf.diag(y!)]],
  ['flipLeftRight', [floats([2, 3, 4, 1])], (x) => tf.image.flipLeftRight(image(x))],
]);

check('normalisation and others', [
  [
    'batchNorm',
    [floats([2, 3, 4]), floats([4]), floats([4], 0.1, 2, 2), floats([4], -1, 1, 3), floats([4], 0.5, 2, 4)],
    (x, mean, variance, offset, scale) =>
      tf.batchNorm(
        x!,
        mean as tf.Tensor1D,
        variance as tf.Tensor1D,
        offset as tf.Tensor1D,
        scale as tf.Tensor1D,
        0.01,
      ),
    DIFFERENTIABLE,
  ],
  [
    'localResponseNormalization',
    [floats([1, 2, 3, 7])],
    (x) => tf.localResponseNormalization(image(x), 2, 1.5, 0.4, 0.7),
    DIFFERENTIABLE,
  ],
  [
    'einsum',
    [floats([2, 3, 4]), floats([4, 5])],
    (a, b) => [tf.einsum('bij,jk->bik', a!, b!), tf.einsum('bij->jb', a!), tf.einsum('bij->', a!)],
  ],
  ['selu and relu6', [floats([3, 5], -8, 8)], (x) => [tf.selu(x!), tf.relu6(x!)], DIFFERENTIABLE],
  ['elu', [floats([3, 5])], (x) => tf.elu(x!), DIFFERENTIABLE],
  [
    'atan2',
    [exactly([1, -1, 1, -1, 0, 0, 2, -2, 3]), exactly([1, 1, -1, -1, 0, -3, 0, 0, 9])],
    (a, b) => tf.atan2(a!, b!),
  ],
  [
    'atan2 of infinities',
    [exactly([Infinity, -Infinity, 1, 1]), exactly([Infinity, -Infinity, Infinity, -Infinity])],
    (a, b) => tf.atan2(a!, b!),
  ],
  ['bitwiseAnd', [ints([3, 4], -9, 9), ints([3, 4], 0, 9, 2)], (a, b) => tf.bitwiseAnd(a!, b!)],
  [
    'dilation2d',
    [floats([2, 5, 6, 2]), floats([2, 3, 2], -1, 1, 2)],
    (x, w) => tf.dilation2d(image(x), w as tf.Tensor3D, [2, 1], 'same', [1, 2]),
    DIFFERENTIABLE,
  ],
  [
    'bincount',
    [ints([3, 5], 0, 7), floats([3, 5])],
    (x, w) => [
      tf.denseBincount(x as tf.Tensor2D, w as tf.Tensor2D, 5),
      tf.denseBincount(x as tf.Tensor2D, w as tf.Tensor2D, 5, true),
      tf.bincount(tf.reshape(x!, [15]), tf.tensor1d([]), 6),
    ],
  ],
  [
    'sparseToDense',
    [exactly([0, 1, 2, 0], [2, 2], 'int32'), floats([2]), exactly([7], [])],
    (i, v, d) => tf.sparseToDense(i as tf.Tensor2D, v as tf.Tensor1D, [3, 2], d as tf.Scalar),
  ],
]);
