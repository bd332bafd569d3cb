import * as tf from '@tensorflow/tfjs-core';
import type { Value } from '../graph.ts';
import { cast, filled, int64s, node, nodeWithOutputs, reshaped, scalar } from '../recorder.ts';
import { need, positiveAxis, registerKernel } from './kernel.ts';
import { concat, slice } from './layout.ts';

/** TFJS reduction kernel → ONNX operator. */
const REDUCTIONS: Record<string, string> = {
  Sum: 'ReduceSum',
  Prod: 'ReduceProd',
  Max: 'ReduceMax',
  Min: 'ReduceMin',
};

function reducedShape(shape: readonly number[], axes: readonly number[], keepDims: boolean): number[] {
  if (keepDims) return shape.map((size, axis) => (axes.includes(axis) ? 1 : size));
  return shape.filter((_, axis) => !axes.includes(axis));
}

export function reduce(op: string, x: Value, axes: readonly number[], keepDims: boolean): Value {
  const shape = reducedShape(x.shape, axes, keepDims);
  if (axes.length === 0 || axes.every((axis) => x.shape[axis] === 1)) return reshaped(x, shape);
  return node(op, [x, int64s(axes)], shape, x.dtype, { keepdims: keepDims ? 1 : 0 });
}

/** Max or Min that is not-a-number where one of its elements is; ONNX Runtime's depends on the order of the elements. */
function extremum(op: string, x: Value, axes: readonly number[], keepDims: boolean): Value {
  const result = reduce(op, x, axes, keepDims);
  if (x.dtype !== 'float32' || result.node?.op !== op) return result;
  const broken = cast(node('IsNaN', [x], x.shape, 'bool'), 'float32');
  const anyBroken = cast(reduce('ReduceMax', broken, axes, keepDims), 'bool');
  return node('Where', [anyBroken, scalar(Number.NaN), result], result.shape, 'float32');
}

/** One number of a reduction over nothing. */
function emptyReduction(op: string): number {
  if (op === 'ReduceSum') return 0;
  if (op === 'ReduceProd') return 1;
  return op === 'ReduceMax' ? Number.NEGATIVE_INFINITY : Number.POSITIVE_INFINITY;
}

/** Max calls its axes `reductionIndices`, every other reduction `axis`. */
function axesOf(attrs: Record<string, unknown>, shape: readonly number[]): number[] {
  return tf.util.parseAxisParam(
    (attrs.axis ?? attrs.reductionIndices ?? shape.map((_, i) => i)) as number | number[],
    shape as number[],
  );
}

function registerPlainReductions(): void {
  for (const [name, op] of Object.entries(REDUCTIONS)) {
    registerKernel(name, (call) => {
      const input = call.backend.input(need(call, 'x'));
      const x = input.dtype === 'bool' ? cast(input, 'int32') : input;
      const axes = axesOf(call.attrs, x.shape);
      const keepDims = call.attrs.keepDims === true;
      if (x.shape.includes(0)) {
        return call.backend.output(
          filled(reducedShape(x.shape, axes, keepDims), emptyReduction(op), x.dtype),
        );
      }
      const compute = name === 'Max' || name === 'Min' ? extremum : reduce;
      return call.backend.output(compute(op, x, axes, keepDims));
    });
  }
  registerKernel('Mean', (call) => {
    const x = cast(call.backend.input(need(call, 'x')), 'float32');
    const axes = axesOf(call.attrs, x.shape);
    const keepDims = call.attrs.keepDims === true;
    if (x.shape.includes(0)) {
      return call.backend.output(filled(reducedShape(x.shape, axes, keepDims), Number.NaN));
    }
    return call.backend.output(reduce('ReduceMean', x, axes, keepDims));
  });
  for (const [name, op] of [
    ['All', 'ReduceMin'],
    ['Any', 'ReduceMax'],
  ] as const) {
    registerKernel(name, (call) => {
      const x = cast(cast(call.backend.input(need(call, 'x')), 'bool'), 'int32');
      const axes = axesOf(call.attrs, x.shape);
      return call.backend.output(cast(reduce(op, x, axes, call.attrs.keepDims === true), 'bool'));
    });
  }
  for (const name of ['ArgMax', 'ArgMin']) {
    registerKernel(name, (call) => {
      const input = call.backend.input(need(call, 'x'));
      const axis = axesOf({ axis: call.attrs.axis ?? 0 }, input.shape)[0] ?? 0;
      const shape = reducedShape(input.shape, [axis], false);
      const x = cast(input, 'float32');
      // TFJS passes over not-a-number.
      const worst = scalar(name === 'ArgMax' ? Number.NEGATIVE_INFINITY : Number.POSITIVE_INFINITY);
      const comparable = node('Where', [node('IsNaN', [x], x.shape, 'bool'), worst, x], x.shape, 'float32');
      const index = node(name, [comparable], shape, 'int64', { axis, keepdims: 0 });
      return call.backend.output(cast(index, 'int32'));
    });
  }
}

function cumulativeSum(x: Value, axis: number, exclusive: boolean, reverse: boolean): Value {
  const attributes = { exclusive: exclusive ? 1 : 0, reverse: reverse ? 1 : 0 };
  return node('CumSum', [x, scalar(axis, 'int64')], x.shape, x.dtype, attributes);
}

/** ONNX has no cumulative product: log2(n) products with a copy shifted by 1, 2, 4, … elements, ones moving in. */
function cumulativeProduct(x: Value, axis: number, exclusive: boolean, reverse: boolean): Value {
  const size = x.shape[axis]!;
  const shifted = (value: Value, by: number): Value => {
    const ones = filled(
      value.shape.map((full, i) => (i === axis ? by : full)),
      1,
      value.dtype,
    );
    const begin = value.shape.map((_, i) => (i === axis && reverse ? by : 0));
    const kept = slice(
      value,
      begin,
      value.shape.map((full, i) => (i === axis ? full - by : full)),
    );
    return concat(reverse ? [kept, ones] : [ones, kept], axis);
  };
  let result = exclusive && size > 0 ? shifted(x, 1) : x;
  for (let by = 1; by < size; by *= 2) result = node('Mul', [result, shifted(result, by)], x.shape, x.dtype);
  return result;
}

/** The k largest along the last axis, in descending order (equal ones as they stand in x), with their positions. */
function topK(x: Value, k: number): [Value, Value] {
  const shape = [...x.shape.slice(0, -1), k];
  const results = [
    { shape, dtype: x.dtype },
    { shape, dtype: 'int64' as const },
  ];
  const attributes = { axis: -1, largest: 1, sorted: 1 };
  const [values, indices] = nodeWithOutputs('TopK', [x, int64s([k])], results, attributes);
  return [values!, cast(indices!, 'int32')];
}

/** Softmax over the last axis of any rank (TFJS always asks for the last one). */
function registerSoftmax(): void {
  registerKernel('Softmax', (call) => {
    const x = cast(call.backend.input(need(call, 'logits')), 'float32');
    const axis = positiveAxis((call.attrs.dim as number | undefined) ?? -1, x.shape.length);
    return call.backend.output(node('Softmax', [x], x.shape, 'float32', { axis }));
  });
  registerKernel('LogSoftmax', (call) => {
    const x = cast(call.backend.input(need(call, 'logits')), 'float32');
    const axis = positiveAxis((call.attrs.axis as number | undefined) ?? -1, x.shape.length);
    return call.backend.output(node('LogSoftmax', [x], x.shape, 'float32', { axis }));
  });
}

export function registerReductionKernels(): void {
  registerPlainReductions();
  registerSoftmax();
  registerKernel('Cumsum', (call) => {
    const input = call.backend.input(need(call, 'x'));
    const x = input.dtype === 'bool' ? cast(input, 'int32') : input;
    const axis = positiveAxis((call.attrs.axis as number | undefined) ?? 0, x.shape.length);
    return call.backend.output(
      cumulativeSum(x, axis, call.attrs.exclusive === true, call.attrs.reverse === true),
    );
  });
  registerKernel('Cumprod', (call) => {
    const input = call.backend.input(need(call, 'x'));
    const x = input.dtype === 'bool' ? cast(input, 'int32') : input;
    const axis = positiveAxis((call.attrs.axis as number | undefined) ?? 0, x.shape.length);
    const { exclusive, reverse } = call.attrs;
    return call.backend.output(cumulativeProduct(x, axis, exclusive === true, reverse === true));
  });
  registerKernel('TopK', (call) => {
    const x = call.backend.input(need(call, 'x'));
    const [values, indices] = topK(x, call.attrs.k as number);
    return [call.backend.output(values), call.backend.output(indices)];
  });
}
