import type { Value } from './graph.ts';
import type { TensorData } from './ort-tensor.ts';

/**
 * A result that is a donated input with some slices overwritten (a KV cache after one step). Handing the whole tensor
 * out of ONNX Runtime would copy it; instead the graph hands out the slices and they are written into the input's memory.
 */
export interface InPlaceUpdate {
  /** Position of the donated input. */
  input: number;
  /** int32 `[count, depth]`: where each slice goes, as index tuples into the first `depth` axes. */
  indices: Value;
  /** `[count, …]` */
  updates: Value;
}

/** The update behind a result, if it overwrites slices of a donated input and nothing else. */
export function findInPlaceUpdate(
  result: Value,
  parameters: readonly Value[],
  donated: ReadonlySet<number>,
): InPlaceUpdate | null {
  const recorded = result.data === null ? result.node : null;
  if (recorded === null || recorded.op !== 'ScatterND' || recorded.attributes.reduction !== 'none')
    return null;
  const [base, indices, updates] = recorded.inputs;
  if (base === undefined || indices === undefined || updates === undefined) return null;
  const input = parameters.indexOf(base);
  if (!donated.has(input)) return null;
  // The kernel casts the indices to int64 for ONNX; here the int32 before the cast is wanted.
  const source = indices.node?.op === 'Cast' ? indices.node.inputs[0] : undefined;
  return source?.dtype === 'int32' ? { input, indices: source, updates } : null;
}

/** Writes `updates [count, …]` over slices of `target`, row-major of `shape`. */
export function writeSlices(
  target: TensorData,
  shape: readonly number[],
  indices: Int32Array,
  updates: TensorData,
  count: number,
): void {
  if (count === 0) return;
  const depth = indices.length / count;
  const sliceSize = updates.length / count;
  const strides = Array<number>(depth);
  let stride = sliceSize;
  for (let axis = depth - 1; axis >= 0; axis--) {
    strides[axis] = stride;
    stride *= shape[axis]!;
  }
  const [to, from] = [target as Float32Array, updates as Float32Array];
  for (let row = 0; row < count; row++) {
    let offset = 0;
    for (let axis = 0; axis < depth; axis++) {
      const index = indices[row * depth + axis]!;
      if (index < 0 || index >= shape[axis]!) {
        throw new RangeError(
          `tensorScatterUpdate: index ${index} is outside axis ${axis} of size ${shape[axis]}`,
        );
      }
      offset += index * strides[axis]!;
    }
    const start = row * sliceSize;
    for (let i = 0; i < sliceSize; i++) to[offset + i] = from[start + i]!;
  }
}
