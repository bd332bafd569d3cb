import { Value } from './graph.ts';
import type { OnnxAttribute, OnnxDtype } from './onnx-encoder.ts';
import { ONNX_TYPE } from './onnx-encoder.ts';

/** Small builders of graph values, the words kernels are written in. */

export const MICROSOFT = 'com.microsoft';

type Attributes = Readonly<Record<string, OnnxAttribute>>;

/** Records one operator with one result. */
export function node(
  op: string,
  inputs: readonly Value[],
  shape: readonly number[],
  dtype: OnnxDtype,
  attributes: Attributes = {},
  domain = '',
): Value {
  const output = new Value(dtype, shape);
  output.node = { op, domain, inputs, attributes, outputs: [output] };
  return output;
}

/**
 * Records one operator with several results, one per shape. `withoutLast` are the attributes with which it leaves the last one
 * out, for when nobody reads it.
 */
export function nodeWithOutputs(
  op: string,
  inputs: readonly Value[],
  results: readonly { shape: readonly number[]; dtype: OnnxDtype }[],
  attributes: Attributes = {},
  domain = '',
  withoutLast?: Attributes,
): Value[] {
  const outputs = results.map(({ shape, dtype }) => new Value(dtype, shape));
  const recorded = { op, domain, inputs, attributes, outputs, ...(withoutLast ? { withoutLast } : {}) };
  for (const output of outputs) output.node = recorded;
  return outputs;
}

function inline(dtype: OnnxDtype, shape: readonly number[], data: NonNullable<Value['data']>): Value {
  const value = new Value(dtype, shape);
  value.data = data;
  value.inline = true;
  return value;
}

/** Axes, shapes, starts: a vector of int64 baked into the graph. */
export function int64s(values: readonly number[]): Value {
  return inline('int64', [values.length], BigInt64Array.from(values, BigInt));
}

/** A rank-0 int64 baked into the graph. */
export function int64(value: number): Value {
  return inline('int64', [], BigInt64Array.of(BigInt(value)));
}

/** A rank-0 constant baked into the graph. */
export function scalar(value: number, dtype: OnnxDtype = 'float32'): Value {
  if (dtype === 'float32') return inline(dtype, [], Float32Array.of(value));
  if (dtype === 'int32') return inline(dtype, [], Int32Array.of(value));
  if (dtype === 'bool') return inline(dtype, [], Uint8Array.of(value ? 1 : 0));
  return int64(value);
}

/** A vector of one number, unsigned bytes, baked into the graph. */
export function bytes(length: number, value: number): Value {
  return inline('uint8', [length], new Uint8Array(length).fill(value));
}

/** A table computed here: fed to the graph like a tensor's data, not baked into it. */
export function stored(data: Float32Array | Int32Array, shape: readonly number[]): Value {
  const value = new Value(data instanceof Float32Array ? 'float32' : 'int32', shape);
  value.data = data;
  return value;
}

/** A constant of some shape, stored as one number wherever its consumers broadcast. */
export function filled(shape: readonly number[], value: number, dtype: OnnxDtype = 'float32'): Value {
  const single = scalar(value, dtype);
  return shape.length === 0 ? single : broadcastTo(single, shape);
}

export function broadcastTo(value: Value, shape: readonly number[]): Value {
  if (sameShape(value.shape, shape)) return value;
  const expanded = node('Expand', [value, int64s(shape)], shape, value.dtype);
  expanded.broadcastOf = value;
  return expanded;
}

export function reshaped(value: Value, shape: readonly number[]): Value {
  return sameShape(value.shape, shape) ? value : node('Reshape', [value, int64s(shape)], shape, value.dtype);
}

export function cast(value: Value, dtype: OnnxDtype): Value {
  return value.dtype === dtype ? value : node('Cast', [value], value.shape, dtype, { to: ONNX_TYPE[dtype] });
}

export function transposed(value: Value, perm: readonly number[]): Value {
  if (perm.every((axis, i) => axis === i)) return value;
  const shape = perm.map((axis) => value.shape[axis]!);
  const long = perm.filter((axis) => value.shape[axis] !== 1);
  const isStill = long.every((axis, i) => i === 0 || axis > long[i - 1]!) && !shape.includes(0);
  if (isStill) return reshaped(value, shape); // nothing moves
  return node('Transpose', [value], shape, value.dtype, { perm });
}

export function sameShape(a: readonly number[], b: readonly number[]): boolean {
  return a.length === b.length && a.every((size, i) => size === b[i]);
}

/** The number a constant value holds everywhere, or null. */
export function uniformNumber(value: Value): number | null {
  const source = value.broadcastOf ?? value;
  if (!source.inline || source.shape.length > 0 || source.data === null) return null;
  return Number(source.data[0]);
}
