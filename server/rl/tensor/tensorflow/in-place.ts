import * as tf from '@tensorflow/tfjs-core';
import type { Signature } from '../signature.ts';
import type { Metadata, Scatter, TensorflowBackend } from './backend.ts';

/**
 * A result that is a donated input with some slices overwritten (a KV cache after one step). The function hands out the slices, and they are
 * written into the input's memory when it has run, so that nothing reads what is not to be there yet.
 */
interface InPlaceUpdate {
  /** Positions of the donated input and of the result. */
  input: number;
  result: number;
  /** Positions among the operands: rows of the input, its indexed axes taken as one, int32 `[count]`; what they become, `[count, …]`. */
  places: number;
  slices: number;
}

/** The function that writes, and what it is fed behind the donated inputs. */
export interface InPlaceWrites {
  name: string;
  updates: InPlaceUpdate[];
  operands: Signature;
}

/** Results of a recorded function, taken apart. */
interface TakenApart {
  updates: InPlaceUpdate[];
  /** What the updates write; layers of a cache share places. */
  operands: tf.Tensor[];
  /** Results that are no such updates. */
  others: tf.Tensor[];
}

/** Finds the results that overwrite slices of a donated input and nothing else. Called while recording. */
export function takeApart(
  results: readonly tf.Tensor[],
  parameters: readonly tf.Tensor[],
  donated: readonly number[],
  scatters: ReadonlyMap<object, Scatter>,
): TakenApart {
  const updates: InPlaceUpdate[] = [];
  const operands: tf.Tensor[] = [];
  const others: tf.Tensor[] = [];
  const known: { indices: tf.Tensor; sizes: string; places: number }[] = [];
  const placesOf = (indices: tf.Tensor, sizes: number[]): number => {
    const found = known.find((one) => one.indices === indices && one.sizes === String(sizes));
    if (found) return found.places;
    const strides = sizes.map((_, axis) => sizes.slice(axis + 1).reduce((a, b) => a * b, 1));
    const rows = tf.sum(tf.mul(indices, tf.tensor(strides, [sizes.length], 'int32')), 1);
    const places = operands.push(rows) - 1;
    known.push({ indices, sizes: String(sizes), places });
    return places;
  };
  for (const [result, tensor] of results.entries()) {
    const scatter = scatters.get(tensor.dataId);
    const base = scatter?.tensor.dataId;
    const input = scatter ? parameters.findIndex(({ dataId }) => dataId === base) : -1;
    const isUpdate =
      scatter !== undefined &&
      donated.includes(input) &&
      !updates.some((update) => update.input === input) &&
      !results.some(({ dataId }) => dataId === base) &&
      tensor.dtype === 'float32' &&
      scatter.indices.rank === 2 &&
      !scatter.indices.isDisposed &&
      !scatter.updates.isDisposed;
    if (isUpdate) {
      const places = placesOf(scatter.indices, tensor.shape.slice(0, scatter.indices.shape[1]));
      updates.push({ input, result, places, slices: operands.push(scatter.updates) - 1 });
    } else others.push(tensor);
  }
  return { updates, operands, others };
}

/**
 * Makes the function that writes: it takes the donated inputs, one an update, and the operands; its results are these inputs, in the same
 * memory. A place beyond one of them is counted round, where TensorFlow's `TensorScatterUpdate` would complain.
 */
export function traceWrites(
  backend: TensorflowBackend,
  { name, updates, operands }: InPlaceWrites,
  inputs: readonly tf.Tensor[],
): void {
  const { binding } = backend;
  const [float, int] = [backend.getDTypeInteger('float32'), backend.getDTypeInteger('int32')];
  const type = (attribute: string, value: number) => ({
    name: attribute,
    type: binding.TF_ATTR_TYPE,
    value,
  });
  const run = (op: string, attributes: unknown[], ids: number[]) =>
    (binding.executeOp(op, attributes, ids, 1)[0] as Metadata).id;
  const reshape = (id: number, shape: readonly number[]) => {
    const to = binding.createTensor([shape.length], int, Int32Array.from(shape));
    return run('Reshape', [type('T', float), type('Tshape', int)], [id, to]);
  };
  const shapes = updates.map(({ input }) => inputs[input]!.shape);
  const fed = [...shapes, ...operands.shapes].map((shape) => [...shape]);
  const dtypes = [...shapes.map(() => 'float32' as const), ...operands.dtypes];
  try {
    const symbols = binding.beginTrace(
      dtypes.map((dtype) => backend.getDTypeInteger(dtype)),
      fed,
    );
    const idOf = (position: number) => symbols[position]!.id;
    const results = updates.map(({ places, slices }, index) => {
      const shape = shapes[index] as number[];
      const [, ...slice] = operands.shapes[slices] as number[];
      const rows = reshape(idOf(index), [-1, ...slice]);
      const [at, values] = [idOf(shapes.length + places), idOf(shapes.length + slices)];
      // Its result is in the memory of its first input, whoever else holds it.
      return reshape(run('InplaceUpdate', [type('T', float)], [rows, at, values]), shape);
    });
    binding.endTrace(name, results, false);
  } finally {
    binding.dropTrace();
  }
}

/** A tensor's own copy, by its number: nobody else holds its memory. */
export function copyOf(backend: TensorflowBackend, id: number): number {
  const { binding } = backend;
  const attribute = { name: 'T', type: binding.TF_ATTR_TYPE, value: backend.getDTypeInteger('float32') };
  return (binding.executeOp('DeepCopy', [attribute], [id], 1)[0] as Metadata).id;
}
