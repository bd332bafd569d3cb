import * as tf from '@tensorflow/tfjs-core';
import type { Dtype, Value } from '../graph.ts';
import {
  broadcastTo,
  cast,
  filled,
  int64s,
  node,
  nodeWithOutputs,
  reshaped,
  scalar,
  transposed,
} from '../recorder.ts';
import { broadcastNode } from './elementwise.ts';
import { need, registerKernel } from './kernel.ts';
import { slice } from './layout.ts';

/** Gathers slices of x along an axis: the result has the indices' shape in place of that axis. */
export function gather(x: Value, indices: Value, axis: number): Value {
  const shape = [...x.shape.slice(0, axis), ...indices.shape, ...x.shape.slice(axis + 1)];
  return node('Gather', [x, indices], shape, x.dtype, { axis });
}

/** Indices whose data is there are checked at once; ONNX Runtime checks the others when the graph runs. */
export function assertIndices(kernelName: string, { data }: Value, size: number): void {
  for (const index of data ?? []) {
    if (index < 0 || index >= size) {
      throw new RangeError(`${kernelName}: the index value ${index} is not in [0, ${size - 1}]`);
    }
  }
}

/** Gather whose first `batchDims` axes of x and indices walk together. */
function batchedGather(x: Value, indices: Value, axis: number, batchDims: number): Value {
  const product = (sizes: readonly number[]): number => sizes.reduce((a, b) => a * b, 1);
  const batchShape = x.shape.slice(0, batchDims);
  const outerShape = x.shape.slice(batchDims, axis);
  const innerShape = x.shape.slice(axis + 1);
  const [batch, outer, inner] = [product(batchShape), product(outerShape), product(innerShape)];
  const size = x.shape[axis]!;
  const perBatch = product(indices.shape.slice(batchDims));

  // Rows of all batches below one another: row = batch · size + index.
  const rows = transposed(reshaped(x, [batch, outer, size, inner]), [0, 2, 1, 3]);
  const firstRow = reshaped(int64s(Array.from({ length: batch }, (_, i) => i * size)), [batch, 1]);
  const flatIndex = broadcastNode(
    'Add',
    cast(reshaped(indices, [batch, perBatch]), 'int64'),
    firstRow,
    'int64',
  );
  const picked = gather(reshaped(rows, [batch * size, outer, inner]), flatIndex, 0);
  const ordered = transposed(picked, [0, 2, 1, 3]);
  return reshaped(ordered, [...batchShape, ...outerShape, ...indices.shape.slice(batchDims), ...innerShape]);
}

/**
 * With several threads ORT splits the updates of one ScatterND among them without locks, so updates of the same row get
 * lost. It does so only above about 200,000 multiply-adds of work; pieces of this many elements stay in one thread.
 */
const SERIAL_SCATTER_ELEMENTS = 32_768;

/** Writes update slices over a copy of `base`. The indices must not repeat. */
function scatterUpdate(base: Value, indices: Value, updates: Value): Value {
  return node('ScatterND', [base, cast(indices, 'int64'), updates], base.shape, base.dtype, {
    reduction: 'none',
  });
}

/** Adds update slices `[count, …]` to a copy of `base`, in order, whatever the number of threads. */
export function scatterAdd(base: Value, indices: Value, updates: Value, threads: number): Value {
  const [count, depth] = indices.shape as [number, number];
  const sliceShape = updates.shape.slice(1);
  const rows = Math.max(1, Math.floor(SERIAL_SCATTER_ELEMENTS / sliceShape.reduce((a, b) => a * b, 1)));
  const add = (into: Value, at: Value, values: Value): Value =>
    node('ScatterND', [into, at, values], base.shape, base.dtype, { reduction: 'add' });
  const at = cast(indices, 'int64');
  if (threads === 1 || count <= rows) return add(base, at, updates);

  const sizes = Array.from({ length: Math.ceil(count / rows) }, (_, i) => Math.min(rows, count - i * rows));
  const parts = (value: Value, rest: readonly number[]): Value[] =>
    nodeWithOutputs(
      'Split',
      [value, int64s(sizes)],
      sizes.map((size) => ({ shape: [size, ...rest], dtype: value.dtype })),
      { axis: 0 },
    );
  const updateParts = parts(updates, sliceShape);
  return parts(at, [depth]).reduce((sum, part, i) => add(sum, part, updateParts[i]!), base);
}

/** Sums rows of x into `count` rows chosen by the segment ids; ids out of range are dropped. */
export function segmentSum(x: Value, segmentIds: Value, count: number, threads: number): Value {
  const rest = x.shape.slice(1);
  const ids = cast(segmentIds, 'int32');
  const tooSmall = broadcastNode('Less', ids, scalar(0, 'int32'), 'bool');
  const overflow = scalar(count, 'int32'); // one row more than asked for collects what is dropped
  const kept = node(
    'Min',
    [node('Where', [tooSmall, overflow, ids], ids.shape, 'int32'), overflow],
    ids.shape,
    'int32',
  );
  const zeros = broadcastTo(scalar(0, x.dtype), [count + 1, ...rest]);
  const sums = scatterAdd(zeros, reshaped(kept, [...ids.shape, 1]), x, threads);
  return slice(
    sums,
    sums.shape.map(() => 0),
    [count, ...rest],
  );
}

function oneHot(indices: Value, depth: number, on: number, off: number, dtype: Dtype): Value {
  const positions = node(
    'Unsqueeze',
    [cast(indices, 'int32'), int64s([indices.shape.length])],
    [...indices.shape, 1],
    'int32',
  );
  const classes = cast(int64s(Array.from({ length: depth }, (_, i) => i)), 'int32');
  const hits = broadcastNode('Equal', positions, classes, 'bool');
  if (dtype === 'bool') return on ? hits : node('Not', [hits], hits.shape, 'bool');
  return node('Where', [hits, scalar(on, dtype), scalar(off, dtype)], hits.shape, dtype);
}

export function registerIndexingKernels(): void {
  registerKernel('GatherV2', (call) => {
    const [xInfo, indicesInfo] = [need(call, 'x'), need(call, 'indices')];
    const x = call.backend.input(xInfo);
    const given = call.backend.input(indicesInfo);
    const axis = tf.util.parseAxisParam(call.attrs.axis as number, x.shape as number[])[0] ?? 0;
    assertIndices('GatherV2', given, x.shape[axis]!);
    const indices = cast(given, 'int32');
    const batchDims = (call.attrs.batchDims as number | undefined) ?? 0;
    const batchAxes = batchDims < 0 ? batchDims + indices.shape.length : batchDims;
    tf.backend_util.segment_util.collectGatherOpShapeInfo(
      xInfo as tf.Tensor,
      indicesInfo as tf.Tensor,
      axis,
      batchAxes,
    );
    const result = batchAxes === 0 ? gather(x, indices, axis) : batchedGather(x, indices, axis, batchAxes);
    return call.backend.output(result);
  });
  registerKernel('GatherNd', (call) => {
    const [paramsInfo, indicesInfo] = [need(call, 'params'), need(call, 'indices')];
    tf.gather_util.prepareAndValidate(paramsInfo, indicesInfo);
    const params = call.backend.input(paramsInfo);
    const indices = call.backend.input(indicesInfo);
    const depth = indices.shape.at(-1) ?? 0;
    const shape = [...indices.shape.slice(0, -1), ...params.shape.slice(depth)];
    return call.backend.output(node('GatherND', [params, cast(indices, 'int64')], shape, params.dtype));
  });
  registerKernel('ScatterNd', (call) => {
    const indices = call.backend.input(need(call, 'indices'));
    const updates = call.backend.input(need(call, 'updates'));
    const shape = call.attrs.shape as number[];
    const zeros = filled(shape, 0, updates.dtype);
    const { fittedIndices, fittedUpdates } = fitScatter(indices, updates, shape);
    return call.backend.output(
      scatterAdd(zeros, fittedIndices, fittedUpdates, call.backend.sessionOptions.threads),
    );
  });
  registerKernel('TensorScatterUpdate', (call) => {
    const base = call.backend.input(need(call, 'tensor'));
    const indices = call.backend.input(need(call, 'indices'));
    const updates = call.backend.input(need(call, 'updates'));
    const { fittedIndices, fittedUpdates } = fitScatter(indices, updates, base.shape);
    return call.backend.output(scatterUpdate(base, fittedIndices, fittedUpdates));
  });
  registerKernel('UnsortedSegmentSum', (call) => {
    const x = call.backend.input(need(call, 'x'));
    const segmentIds = call.backend.input(need(call, 'segmentIds'));
    const flatX = reshaped(x, [
      segmentIds.shape.reduce((a, b) => a * b, 1),
      ...x.shape.slice(segmentIds.shape.length),
    ]);
    const flatIds = reshaped(segmentIds, [flatX.shape[0]!]);
    return call.backend.output(
      segmentSum(flatX, flatIds, call.attrs.numSegments as number, call.backend.sessionOptions.threads),
    );
  });
  registerKernel('OneHot', (call) => {
    const { depth, onValue, offValue, dtype } = call.attrs as {
      depth: number;
      onValue: number;
      offValue: number;
      dtype?: Dtype;
    };
    const indices = call.backend.input(need(call, 'indices'));
    return call.backend.output(oneHot(indices, depth, onValue, offValue, dtype ?? 'float32'));
  });
}

/** TFJS lets a vector of indices stand for single-element index tuples and updates come flattened. */
function fitScatter(
  indices: Value,
  updates: Value,
  shape: readonly number[],
): { fittedIndices: Value; fittedUpdates: Value } {
  const depth = indices.shape.length < 2 ? 1 : indices.shape.at(-1)!;
  const count = indices.shape.reduce((a, b) => a * b, 1) / depth;
  return {
    fittedIndices: reshaped(indices, [count, depth]),
    fittedUpdates: reshaped(updates, [count, ...shape.slice(depth)]),
  };
}
