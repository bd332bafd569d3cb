import { ABSENT, type Value } from '../graph.ts';
import { cast, int64s, MICROSOFT, node, nodeWithOutputs, reshaped, scalar, stored } from '../recorder.ts';
import { need, registerKernel } from './kernel.ts';
import { concat, slice, split } from './layout.ts';

/** Kernels TFJS has no name for; `ops.ts` calls them where the backend has them and composes plain operations elsewhere. */
export const RMS_NORM = 'HiperRmsNorm';
export const ROTARY = 'HiperRotary';
export const CAUSAL_ATTENTION = 'HiperCausalAttention';
export const ATTENTION_BY_ROW = 'HiperAttentionByRow';

/** x / rms(x) · weight over the last axis, and 1 / rms(x) for the gradient. */
function rmsNorm(x: Value, weight: Value, epsilon: number): [Value, Value] {
  const results = [
    { shape: x.shape, dtype: x.dtype },
    { shape: [...x.shape.slice(0, -1), 1], dtype: x.dtype },
  ];
  const attributes = { axis: -1, epsilon: { float: epsilon }, stash_type: 1 };
  const [normed, inverse] = nodeWithOutputs('SimplifiedLayerNormalization', [x, weight], results, attributes);
  return [normed!, inverse!];
}

/** Rotary embedding of x `[rows, positions, heads * size]` by tables `[1 or rows, positions, size]`, halves repeated. */
function rotary(x: Value, cos: Value, sin: Value): Value {
  const [rows, positions, width] = x.shape as [number, number, number];
  const [tableRows, , size] = cos.shape as [number, number, number];
  const half = (table: Value): Value => {
    const first = slice(table, [0, 0, 0], [tableRows, positions, size / 2]);
    return reshaped(first, [tableRows * positions, size / 2]);
  };
  const places = Array.from({ length: rows * positions }, (_, i) => (tableRows === 1 ? i % positions : i));
  const inputs = [x, reshaped(int64s(places), [rows, positions]), half(cos), half(sin)];
  return node('RotaryEmbedding', inputs, x.shape, x.dtype, { num_heads: width / size }, MICROSOFT);
}

/** Which scores GroupQueryAttention hands out. */
const AFTER_SOFTMAX = 2;

/** Whether ONNX Runtime's attention takes heads of this size. */
export function fitsCausalAttention(size: number): boolean {
  return size % 8 === 0;
}

/**
 * Causal attention of query `[rows, n, heads * size]` to key and value `[rows, n, keyValueHeads * size]`, and of a single row to `past` keys
 * and values by head before them: the mixed values, keys and values by head, and, where somebody reads them, the weights
 * `[rows, heads, n, positions]`. Behind a past, ONNX Runtime infers a wrong shape for keys and values: they must not be read. The softmax
 * reads what the mask leaves only: a score of −1e9 would become a subnormal number, which makes ONNX Runtime's softmax five times slower.
 */
function causalAttention(
  [query, key, value]: readonly [Value, Value, Value],
  past: readonly [Value, Value] | null,
  size: number,
): Value[] {
  const [rows, n, width] = query.shape as [number, number, number];
  const positions = n + (past?.[0].shape[2] ?? 0);
  const [heads, keyValueHeads] = [width / size, key.shape[2]! / size];
  const cache = { shape: [rows, keyValueHeads, positions, size], dtype: query.dtype };
  const weights = { shape: [rows, heads, n, positions], dtype: query.dtype };
  const lastPlaces = stored(new Int32Array(rows).fill(positions - 1), [rows]);
  const [pastKeys, pastValues] = past ?? [ABSENT, ABSENT];
  const inputs = [query, key, value, pastKeys, pastValues, lastPlaces, stored(Int32Array.of(positions), [1])];
  const plain = { num_heads: heads, kv_num_heads: keyValueHeads };
  const attributes = { ...plain, qk_output: AFTER_SOFTMAX };
  const results = [{ shape: query.shape, dtype: query.dtype }, cache, cache, weights];
  return nodeWithOutputs('GroupQueryAttention', inputs, results, attributes, MICROSOFT, plain);
}

/**
 * Causal attention of several new tokens a row, query `[rows, n, heads * size]`, key and value `[rows, n, keyValueHeads * size]`, behind
 * what a cache `[rows, keyValueHeads, capacity, size]` holds: `lengths [rows]` int32 places of each row. ONNX Runtime's attention
 * takes several tokens behind a cache for one row only; row by row, each costs what it is long, not what the cache has room for.
 */
function attentionByRow(
  [query, key, value, pastKeys, pastValues]: readonly [Value, Value, Value, Value, Value],
  lengths: Value,
  size: number,
): Value {
  const [rows, n, width] = query.shape as [number, number, number];
  const [, keyValueHeads, capacity] = pastKeys.shape as [number, number, number];
  const byRow = (all: Value): Value[] => split(all, Array(rows).fill(1), 0);
  const [queries, keys, values, oldKeys, oldValues] = [query, key, value, pastKeys, pastValues].map(byRow);
  // Places of a row with all its new tokens, less one: of the last.
  const ends = byRow(node('Add', [lengths, scalar(n - 1, 'int32')], [rows], 'int32'));
  const most = stored(Int32Array.of(capacity + n), [1]);
  const cache = { shape: [1, keyValueHeads, capacity + n, size], dtype: query.dtype };
  const attributes = { num_heads: width / size, kv_num_heads: keyValueHeads };
  const mixed = ends.map((end, row) => {
    const inputs = [queries, keys, values, oldKeys, oldValues].map((all) => all![row]!);
    const results = [{ shape: [1, n, width], dtype: query.dtype }, cache, cache];
    return nodeWithOutputs('GroupQueryAttention', [...inputs, end, most], results, attributes, MICROSOFT)[0]!;
  });
  return concat(mixed, 0);
}

export function registerFusedKernels(): void {
  registerKernel(RMS_NORM, (call) => {
    const x = call.backend.input(need(call, 'x'));
    const weight = call.backend.input(need(call, 'weight'));
    return rmsNorm(cast(x, 'float32'), weight, call.attrs.epsilon as number).map((value) =>
      call.backend.output(value),
    );
  });
  registerKernel(ROTARY, (call) => {
    const [x, cos, sin] = [need(call, 'x'), need(call, 'cos'), need(call, 'sin')].map((info) =>
      call.backend.input(info),
    );
    return call.backend.output(rotary(x!, cos!, sin!));
  });
  registerKernel(ATTENTION_BY_ROW, (call) => {
    const read = (name: string) => call.backend.input(need(call, name));
    const parts = [read('query'), read('key'), read('value'), read('pastKeys'), read('pastValues')] as const;
    return call.backend.output(attentionByRow(parts, read('lengths'), call.attrs.size as number));
  });
  registerKernel(CAUSAL_ATTENTION, (call) => {
    const read = (name: string) => call.backend.input(need(call, name));
    const past = call.inputs.pastKeys ? ([read('pastKeys'), read('pastValues')] as const) : null;
    const parts = [read('query'), read('key'), read('value')] as const;
    const results = causalAttention(parts, past, call.attrs.size as number);
    return results.map((result) => call.backend.output(result));
  });
}
