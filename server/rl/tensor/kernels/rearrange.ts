import * as tf from '@tensorflow/tfjs-core';
import type { Value } from '../graph.ts';
import { broadcastTo, cast, int64s, reshaped, scalar, stored, transposed } from '../recorder.ts';
import { broadcastNode, where } from './elementwise.ts';
import { gather } from './indexing.ts';
import { need, registerKernel } from './kernel.ts';
import { pad, slice } from './layout.ts';

/** Kernels that move elements between axes, or repeat them, by plain reshapes, transposes, slices and gathers. */

function product(sizes: readonly number[]): number {
  return sizes.reduce((a, b) => a * b, 1);
}

/** Splits the spatial axes into blocks and moves the places inside a block to the batch axis. */
function spaceToBatch(x: Value, blockShape: number[], paddings: [number, number][]): Value {
  const rest = x.shape.slice(1 + blockShape.length).map((): [number, number] => [0, 0]);
  const padded = pad(x, [[0, 0], ...paddings, ...rest], 0, 'constant');
  const [shape, size] = [padded.shape as number[], product(blockShape)];
  const split = tf.backend_util.getReshaped(shape, blockShape, size, false);
  const perm = tf.backend_util.getPermuted(split.length, blockShape.length, false);
  const joined = tf.backend_util.getReshapedPermuted(shape, blockShape, size, false);
  return reshaped(transposed(reshaped(padded, split), perm), joined);
}

function batchToSpace(x: Value, blockShape: number[], crops: [number, number][]): Value {
  const [shape, size, rank] = [x.shape as number[], product(blockShape), blockShape.length];
  const split = tf.backend_util.getReshaped(shape, blockShape, size);
  const perm = tf.backend_util.getPermuted(split.length, rank);
  const joined = tf.backend_util.getReshapedPermuted(shape, blockShape, size);
  const full = reshaped(transposed(reshaped(x, split), perm), joined);
  const rest = joined.slice(rank + 1);
  const begin = [...tf.backend_util.getSliceBeginCoords(crops, rank), ...rest.map(() => 0)];
  return slice(full, begin, [...tf.backend_util.getSliceSize(joined, crops, rank), ...rest]);
}

/** Moves groups of channels into blocks of height and width; x `[batch, height, width, channels]`. */
function depthToSpace(x: Value, block: number): Value {
  const [batch, height, width, channels] = x.shape as [number, number, number, number];
  const depth = channels / block ** 2;
  const split = reshaped(x, [batch, height, width, block, block, depth]);
  return reshaped(transposed(split, [0, 1, 3, 2, 4, 5]), [batch, height * block, width * block, depth]);
}

/** Pads each axis with its own mirror image, without the border element (`reflect`) or with it (`symmetric`). */
function mirrorPad(x: Value, paddings: readonly [number, number][], offset: 0 | 1): Value {
  return paddings.reduce((padded, [before, after], axis) => {
    if (before + after === 0) return padded;
    const size = x.shape[axis]!;
    const sources = Int32Array.from({ length: before + size + after }, (_, i) => {
      const place = i - before;
      if (place < 0) return -place - offset;
      return place < size ? place : 2 * (size - 1) - place + offset;
    });
    return gather(padded, stored(sources, [sources.length]), axis);
  }, x);
}

/** x, flattened, on the diagonal of a matrix of zeros. */
function diagonal(x: Value): Value {
  const size = product(x.shape);
  const numbers = int64s(Array.from({ length: size }, (_, i) => i));
  const onDiagonal = broadcastNode('Equal', numbers, reshaped(numbers, [size, 1]), 'bool');
  const rows = broadcastTo(reshaped(x, [size]), [size, size]);
  const zero = cast(scalar(0), x.dtype);
  return reshaped(where(onDiagonal, rows, zero, [size, size], x.dtype), [...x.shape, ...x.shape]);
}

export function registerRearrangeKernels(): void {
  const register = (
    name: string,
    input: string,
    compute: (x: Value, attrs: Record<string, unknown>) => Value,
  ): void =>
    registerKernel(name, (call) =>
      call.backend.output(compute(call.backend.input(need(call, input)), call.attrs)),
    );
  register('SpaceToBatchND', 'x', (x, attrs) =>
    spaceToBatch(x, attrs.blockShape as number[], attrs.paddings as [number, number][]),
  );
  register('BatchToSpaceND', 'x', (x, attrs) =>
    batchToSpace(x, attrs.blockShape as number[], attrs.crops as [number, number][]),
  );
  register('DepthToSpace', 'x', (x, attrs) => depthToSpace(x, attrs.blockSize as number));
  register('MirrorPad', 'x', (x, attrs) =>
    mirrorPad(x, attrs.paddings as [number, number][], attrs.mode === 'reflect' ? 0 : 1),
  );
  register('Diag', 'x', diagonal);
  register('FlipLeftRight', 'image', (image) => {
    const [batch, height, width, channels] = image.shape as [number, number, number, number];
    return slice(image, [0, 0, width - 1, 0], [batch, height, width, channels], [1, 1, -1, 1]);
  });
}
