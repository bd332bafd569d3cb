import type { Dtype, Value } from '../graph.ts';
import { broadcastTo, cast, filled, int64s, node, reshaped, scalar } from '../recorder.ts';
import { arithmetic, broadcastNode, where } from './elementwise.ts';
import { assertIndices, segmentSum } from './indexing.ts';
import { need, registerKernel } from './kernel.ts';
import type { KernelCall } from './kernel-call.ts';

/**
 * Counts, for each row of x `[rows, columns]`, how often each of 0 … size − 1 occurs, or sums the weights of its occurrences.
 * Larger values are left out.
 */
function countRows(x: Value, weights: Value, size: number, threads: number): Value {
  const [rows, columns] = x.shape as [number, number];
  const values = cast(x, 'int32');
  const firstBin = cast(
    reshaped(int64s(Array.from({ length: rows }, (_, row) => row * size)), [rows, 1]),
    'int32',
  );
  const bins = arithmetic('Add', values, firstBin);
  const inRange = broadcastNode('Less', values, scalar(size, 'int32'), 'bool');
  const kept = where(inRange, bins, scalar(-1, 'int32'), bins.shape, 'int32');
  const hasWeights = !weights.shape.includes(0);
  const summed = hasWeights
    ? reshaped(weights, [rows * columns])
    : filled([rows * columns], 1, weights.dtype);
  const counts = segmentSum(summed, reshaped(kept, [rows * columns]), rows * size, threads);
  return reshaped(counts, [rows, size]);
}

/** Counts of all of x, or of each of its rows. */
function bincount(call: KernelCall, byRow: boolean): Value {
  const x = call.backend.input(need(call, 'x'));
  const given = call.backend.input(need(call, 'weights'));
  const weights = given.dtype === 'bool' ? cast(given, 'int32') : given;
  const { size, binaryOutput } = call.attrs as { size: number; binaryOutput?: boolean };
  assertIndices('Bincount', x, Number.POSITIVE_INFINITY);
  const isVector = !byRow || x.shape.length < 2;
  const matrix = isVector ? reshaped(x, [1, x.shape.reduce((a, b) => a * b, 1)]) : x;
  const once = binaryOutput === true && !isVector;
  const ones = filled([0], 0, weights.dtype); // no weights: every occurrence counts 1
  const counts = countRows(matrix, once ? ones : weights, size, call.backend.sessionOptions.threads);
  const limited = once ? broadcastNode('Min', counts, scalar(1, counts.dtype), counts.dtype) : counts;
  return cast(isVector ? reshaped(limited, [size]) : limited, given.dtype);
}

/** Values at sparse places, a default everywhere else. */
function sparseToDense(call: KernelCall): Value {
  const indices = call.backend.input(need(call, 'sparseIndices'));
  const values = call.backend.input(need(call, 'sparseValues'));
  const fallback = cast(call.backend.input(need(call, 'defaultValue')), values.dtype);
  const shape = call.attrs.outputShape as number[];
  const depth = indices.shape.length < 2 ? 1 : indices.shape[1]!;
  const count = indices.shape[0] ?? 1;
  const places = reshaped(indices, [count, depth]);
  const updates = broadcastTo(values, [count, ...shape.slice(depth)]);
  const base = broadcastTo(reshaped(fallback, []), shape);
  return node('ScatterND', [base, cast(places, 'int64'), updates], shape, values.dtype as Dtype, {
    reduction: 'none',
  });
}

export function registerCountingKernels(): void {
  registerKernel('Bincount', (call) => call.backend.output(bincount(call, false)));
  registerKernel('DenseBincount', (call) => call.backend.output(bincount(call, true)));
  registerKernel('SparseToDense', (call) => call.backend.output(sparseToDense(call)));
}
