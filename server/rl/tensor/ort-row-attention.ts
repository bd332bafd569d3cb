import { encodeModel, type OnnxNode, type OnnxValueInfo } from './onnx-encoder.ts';
import type { OrtBackend } from './ort-backend.ts';
import type { OrtSession } from './ort-session.ts';
import { type OrtTensor, toOrtTensor } from './ort-tensor.ts';
import type { AttendingRow, KeptRow, RowAttention } from './row-attention.ts';

/** The first version of the standard set with Attention. */
const OPSET = 23;
/** Rows with one new token go into one call, so many at most: a call costs as much as attention to a hundred places. */
const TOGETHER = 8;

/** `RowAttention` by ONNX Runtime's own operator: one session takes whatever lengths there are. */
export function openRowAttention(backend: OrtBackend, keyValueHeads: number): RowAttention {
  const attributes = { q_num_heads: keyValueHeads, kv_num_heads: keyValueHeads };
  /** Of rows with one new token, by their number. */
  const single = new Map<number, OrtSession>();
  let several: OrtSession | null = null;

  /** `query [rows, queries of a token, …]` to `keys` and `values` of each → `mixed`, of the same shape. */
  const openSingle = (rows: number): OrtSession => {
    const each = (name: string) => Array.from({ length: rows }, (_, row) => `${name}${row}`);
    const names = { query: each('query'), keys: each('keys'), values: each('values'), mixed: each('mixed') };
    const nodes = names.query.map(
      (query, row): OnnxNode => ({
        ...{ op: 'Attention', domain: '', attributes },
        inputs: [query, names.keys[row] as string, names.values[row] as string],
        outputs: [names.mixed[row] as string],
      }),
    );
    const split = {
      ...{ op: 'Split', domain: '', attributes: { axis: 0, num_outputs: rows } },
      ...{ inputs: ['query'], outputs: names.query },
    };
    const join = {
      ...{ op: 'Concat', domain: '', attributes: { axis: 0 } },
      ...{ inputs: names.mixed, outputs: ['mixed'] },
    };
    const inputs = ['query', ...names.keys, ...names.values].map(float);
    return open(backend, [split, ...nodes, join], inputs);
  };
  const openSeveral = (): OrtSession => {
    const inputs = ['query', 'keys', 'values', 'mask'];
    const attention = { op: 'Attention', domain: '', inputs, outputs: ['mixed'], attributes };
    const mask: OnnxValueInfo = { name: 'mask', dtype: 'bool', shape: null };
    return open(backend, [attention], [...inputs.slice(0, 3).map(float), mask]);
  };

  return {
    attend(query, key, value, rows, kept) {
      const tokens = query.shape[0] as number;
      const [queries, keys, values] = [query, key, value].map((part) => backend.ortTensor(part).data) as [
        Float32Array,
        Float32Array,
        Float32Array,
      ];
      const [width, keptWidth] = [queries.length / tokens, keys.length / tokens];
      const mixed = new Float32Array(queries.length);
      rows.forEach(({ first, count, said }, index) => {
        const own = kept[index] as KeptRow;
        const [from, to] = [first * keptWidth, (first + count) * keptWidth];
        own.keys.set(keys.subarray(from, to), said * keptWidth);
        own.values.set(values.subarray(from, to), said * keptWidth);
      });
      const held = (all: Float32Array, { said, count }: AttendingRow): OrtTensor =>
        toOrtTensor('float32', [1, said + count, keptWidth], all.subarray(0, (said + count) * keptWidth));
      /** Attention of the tokens from `first` on, `count` of each of `batch` rows. */
      const run = (
        session: OrtSession,
        first: number,
        [batch, count]: [number, number],
        feeds: Record<string, OrtTensor>,
      ): void => {
        const part = queries.subarray(first * width, (first + batch * count) * width);
        feeds.query = toOrtTensor('float32', [batch, (count * width) / keptWidth, keptWidth], part);
        mixed.set(backend.run(session, feeds).mixed?.data as Float32Array, first * width);
      };
      for (let index = 0; index < rows.length; ) {
        const row = rows[index] as AttendingRow;
        if (row.mask) {
          several ??= openSeveral();
          const { keys: ownKeys, values: ownValues } = kept[index] as KeptRow;
          const places = row.said + row.count;
          const mask = toOrtTensor('bool', [row.mask.length / places, places], row.mask);
          const feeds = { keys: held(ownKeys, row), values: held(ownValues, row), mask };
          run(several, row.first, [1, row.count], feeds);
          index++;
          continue;
        }
        const feeds: Record<string, OrtTensor> = {};
        let together = 0;
        for (; together < TOGETHER; together++) {
          const next = rows[index + together];
          if (!next || next.mask || next.first !== row.first + together) break;
          const own = kept[index + together] as KeptRow;
          feeds[`keys${together}`] = held(own.keys, next);
          feeds[`values${together}`] = held(own.values, next);
        }
        const session = single.get(together) ?? openSingle(together);
        single.set(together, session);
        run(session, row.first, [together, 1], feeds);
        index += together;
      }
      return backend.adopt(mixed, [tokens, width], 'float32');
    },
    dispose() {
      for (const session of single.values()) session.dispose();
      single.clear();
      several?.dispose();
      several = null;
    },
  };
}

function float(name: string): OnnxValueInfo {
  return { name, dtype: 'float32', shape: null };
}

function open(backend: OrtBackend, nodes: OnnxNode[], inputs: OnnxValueInfo[]): OrtSession {
  const graph = { name: 'row attention', nodes, initializers: [], inputs, outputs: [float('mixed')] };
  return backend.open(encodeModel(graph, OPSET), ['mixed']);
}
