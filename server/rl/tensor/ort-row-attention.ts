import { encodeModel, type OnnxValueInfo } from './onnx-encoder.ts';
import type { OrtBackend } from './ort-backend.ts';
import { type OrtTensor, toOrtTensor } from './ort-session.ts';
import type { KeptRow, RowAttention } from './row-attention.ts';

/** The first version of the standard set with Attention. */
const OPSET = 23;

/** `RowAttention` by ONNX Runtime's own operator: one session takes whatever lengths there are. */
export function openRowAttention(
  backend: OrtBackend,
  { heads, keyValueHeads }: { heads: number; keyValueHeads: number },
): RowAttention {
  const open = (inputs: readonly OnnxValueInfo[]) => {
    const output: OnnxValueInfo = { name: 'mixed', dtype: 'float32', shape: null };
    const names = inputs.map(({ name }) => name);
    const attributes = { q_num_heads: heads, kv_num_heads: keyValueHeads };
    const attention = { op: 'Attention', domain: '', inputs: names, outputs: ['mixed'], attributes };
    const graph = { name: 'row attention', nodes: [attention], initializers: [], inputs, outputs: [output] };
    return backend.open(encodeModel({ ...graph, inputs: [...inputs] }, OPSET), ['mixed']);
  };
  const floats = ['query', 'keys', 'values'].map(
    (name): OnnxValueInfo => ({ name, dtype: 'float32', shape: null }),
  );
  const single = open(floats);
  const several = open([...floats, { name: 'mask', dtype: 'bool', shape: null }]);

  return {
    attend(query, key, value, rows, kept) {
      const [queries, keys, values] = [query, key, value].map((part) => backend.ortTensor(part).data) as [
        Float32Array,
        Float32Array,
        Float32Array,
      ];
      const width = queries.length / (query.shape[0] as number);
      const keptWidth = keys.length / (query.shape[0] as number);
      const mixed = new Float32Array(queries.length);
      rows.forEach(({ first, count, said, mask }, index) => {
        const own = kept[index] as KeptRow;
        const places = said + count;
        const [from, to] = [first * keptWidth, (first + count) * keptWidth];
        own.keys.set(keys.subarray(from, to), said * keptWidth);
        own.values.set(values.subarray(from, to), said * keptWidth);
        const all = (held: Float32Array) =>
          toOrtTensor('float32', [1, places, keptWidth], held.subarray(0, places * keptWidth));
        const part = queries.subarray(first * width, (first + count) * width);
        const feeds: Record<string, OrtTensor> = {
          query: toOrtTensor('float32', [1, count, width], part),
          keys: all(own.keys),
          values: all(own.values),
        };
        if (mask) feeds.mask = toOrtTensor('bool', [count, places], mask);
        const { mixed: result } = backend.run(mask ? several : single, feeds);
        mixed.set(result?.data as Float32Array, first * width);
      });
      return backend.adopt(mixed, [query.shape[0] as number, width], 'float32');
    },
    dispose() {
      single.dispose();
      several.dispose();
    },
  };
}
