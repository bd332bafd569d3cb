import * as tf from '@tensorflow/tfjs-core';
import type { Value } from '../graph.ts';
import {
  broadcastTo,
  cast,
  int64s,
  node,
  nodeWithOutputs,
  reshaped,
  sameShape,
  scalar,
  transposed,
} from '../recorder.ts';
import { need, positiveAxis, registerKernel, registerView } from './kernel.ts';

/** Kernels that move elements without computing with them. */

export function slice(
  x: Value,
  begin: readonly number[],
  size: readonly number[],
  strides?: readonly number[],
): Value {
  if (strides === undefined && sameShape(size, x.shape)) return x;
  const steps = strides ?? begin.map(() => 1);
  // A negative stride that ends before element 0 has no positive end; ONNX takes a far negative one.
  const end = begin.map((from, axis) => {
    const last = from + size[axis]! * steps[axis]!;
    return last < 0 ? -(x.shape[axis]! + 1) : last;
  });
  const axes = begin.map((_, axis) => axis);
  return node('Slice', [x, int64s(begin), int64s(end), int64s(axes), int64s(steps)], size, x.dtype);
}

export function concat(values: readonly Value[], axis: number): Value {
  const parts = values.filter((value) => value.shape[axis] !== 0);
  const first = values[0]!;
  if (parts.length === 0) return first;
  if (parts.length === 1) return parts[0]!;
  const total = parts.reduce((sum, value) => sum + value.shape[axis]!, 0);
  const shape = first.shape.map((size, i) => (i === axis ? total : size));
  return node('Concat', parts, shape, first.dtype, { axis });
}

/** Parts of x along an axis, of these sizes. */
export function split(x: Value, sizes: readonly number[], axis: number): Value[] {
  if (sizes.length === 1) return [x];
  const shapes = sizes.map((size) => x.shape.map((full, i) => (i === axis ? size : full)));
  const results = shapes.map((shape) => ({ shape, dtype: x.dtype }));
  return nodeWithOutputs('Split', [x, int64s(sizes)], results, { axis });
}

/** Repeats x along each axis; where only axes of size 1 repeat it is a broadcast. */
function tile(x: Value, reps: readonly number[]): Value {
  const shape = x.shape.map((size, axis) => size * reps[axis]!);
  const isBroadcast = reps.every((count, axis) => count === 1 || x.shape[axis] === 1);
  if (isBroadcast) return broadcastTo(x, shape);
  if (x.dtype === 'bool') return cast(tile(cast(x, 'int32'), reps), 'bool');
  return node('Tile', [x, int64s(reps)], shape, x.dtype);
}

export function pad(
  x: Value,
  paddings: readonly (readonly [number, number])[],
  value: number,
  mode: string,
): Value {
  const shape = x.shape.map((size, axis) => paddings[axis]![0] + size + paddings[axis]![1]);
  const pads = int64s([...paddings.map(([before]) => before), ...paddings.map(([, after]) => after)]);
  const inputs = mode === 'constant' ? [x, pads, scalar(value, x.dtype)] : [x, pads];
  return node('Pad', inputs, shape, x.dtype, { mode });
}

function registerShapeKernels(): void {
  registerView('Reshape', (call) => {
    const x = need(call, 'x');
    const shape = tf.util.inferFromImplicitShape(
      call.attrs.shape as number[],
      tf.util.sizeFromShape(x.shape),
    );
    return call.backend.alias(x, shape);
  });
  registerView('ExpandDims', (call) => {
    const x = need(call, 'input');
    const dim = call.attrs.dim as number;
    const rank = x.shape.length;
    tf.util.assert(-rank - 1 <= dim && dim <= rank, () => `Axis ${dim} is not in [${-rank - 1}, ${rank}].`);
    const shape = [...x.shape];
    shape.splice(positiveAxis(dim, rank + 1), 0, 1);
    return call.backend.alias(x, shape);
  });
  registerKernel('Transpose', (call) => {
    const x = call.backend.input(need(call, 'x'));
    return call.backend.output(transposed(x, call.attrs.perm as number[]));
  });
  registerKernel('Tile', (call) => {
    return call.backend.output(tile(call.backend.input(need(call, 'x')), call.attrs.reps as number[]));
  });
  registerKernel('PadV2', (call) => {
    const { paddings, constantValue } = call.attrs as { paddings: [number, number][]; constantValue: number };
    return call.backend.output(pad(call.backend.input(need(call, 'x')), paddings, constantValue, 'constant'));
  });
}

function registerSliceKernels(): void {
  registerKernel('Slice', (call) => {
    const info = need(call, 'x');
    const { begin, size } = call.attrs as { begin: number | number[]; size: number | number[] };
    const [from, sizes] = tf.slice_util.parseSliceParams(info as tf.Tensor, begin, size) as [
      number[],
      number[],
    ];
    tf.slice_util.assertParamsValid(info as tf.Tensor, from, sizes);
    return call.backend.output(slice(call.backend.input(info), from, sizes));
  });
  registerKernel('StridedSlice', (call) => {
    const info = need(call, 'x');
    const attrs = call.attrs as unknown as tf.StridedSliceAttrs;
    const parsed = tf.slice_util.sliceInfo(
      info.shape,
      attrs.begin,
      attrs.end,
      attrs.strides,
      attrs.beginMask,
      attrs.endMask,
      attrs.ellipsisMask,
      attrs.newAxisMask,
      attrs.shrinkAxisMask,
    );
    const lengths = tf.slice_util.computeOutShape(parsed.begin, parsed.end, parsed.strides);
    const size = lengths.map((length) => length + 0); // an empty axis comes as −0
    const sliced = slice(call.backend.input(info), parsed.begin, size, parsed.strides);
    return call.backend.output(reshaped(sliced, parsed.finalShape));
  });
  registerKernel('Reverse', (call) => {
    const x = call.backend.input(need(call, 'x'));
    const axes = tf.util.parseAxisParam(call.attrs.dims as number[], x.shape as number[]);
    const flipped = (axis: number): boolean => axes.includes(axis);
    const begin = x.shape.map((size, axis) => (flipped(axis) ? size - 1 : 0));
    const strides = x.shape.map((_, axis) => (flipped(axis) ? -1 : 1));
    return call.backend.output(axes.length === 0 ? x : slice(x, begin, x.shape, strides));
  });
  registerKernel('SplitV', (call) => {
    const info = need(call, 'x');
    const { numOrSizeSplits, axis } = call.attrs as { numOrSizeSplits: number | number[]; axis: number };
    const at = tf.util.parseAxisParam(axis, info.shape)[0] ?? 0;
    const sizes = tf.backend_util.prepareSplitSize(info as tf.Tensor, numOrSizeSplits, at);
    return split(call.backend.input(info), sizes, at).map((part) => call.backend.output(part));
  });
}

function registerJoinKernels(): void {
  registerKernel('Concat', (call) => {
    const values = Object.values(call.inputs).map((info) => call.backend.input(info));
    const axis = positiveAxis(call.attrs.axis as number, values[0]!.shape.length);
    const shapes = values.map(({ shape }) => shape as number[]);
    tf.backend_util.assertParamsConsistent(shapes, axis);
    return call.backend.output(concat(values, axis));
  });
  registerKernel('Pack', (call) => {
    const values = Object.values(call.inputs).map((info) => call.backend.input(info));
    const [first] = values as [Value];
    const axis = positiveAxis(call.attrs.axis as number, first.shape.length + 1);
    const expanded = values.map((value) => {
      tf.util.assertShapesMatch(
        first.shape as number[],
        value.shape as number[],
        'All tensors passed to stack must match.',
      );
      tf.util.assert(first.dtype === value.dtype, () => 'All tensors passed to stack must have one dtype.');
      const shape = [...value.shape];
      shape.splice(axis, 0, 1);
      return reshaped(value, shape);
    });
    return call.backend.output(concat(expanded, axis));
  });
  registerKernel('Unpack', (call) => {
    const x = call.backend.input(need(call, 'value'));
    const axis = positiveAxis(call.attrs.axis as number, x.shape.length);
    const shape = x.shape.filter((_, i) => i !== axis);
    const sizes = Array<number>(x.shape[axis]!).fill(1);
    return split(x, sizes, axis).map((part) => call.backend.output(reshaped(part, shape)));
  });
}

export function registerLayoutKernels(): void {
  registerShapeKernels();
  registerSliceKernels();
  registerJoinKernels();
}
