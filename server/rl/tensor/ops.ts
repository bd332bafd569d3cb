import * as tf from '@tensorflow/tfjs-core';
import { ATTENTION_BY_ROW, fitsCausalAttention, RMS_NORM, ROTARY } from './kernels/fused.ts';
import { FEW_ROWS_MATMUL } from './kernels/matmul.ts';

/**
 * The pieces of a transformer that gain from a fused kernel or a hand-written gradient. Every function works on every
 * engine: where the backend lacks the kernel, plain TFJS operations compute the same.
 */

/** Whether the engine in use has a kernel of its own of this name. */
export function backendHas(kernelName: string): boolean {
  return tf.getKernel(kernelName, tf.getBackend()) !== undefined;
}

type CustomGradient = (...inputs: (tf.Tensor | tf.GradSaveFunc)[]) => {
  value: tf.Tensor;
  gradFunc: (dy: tf.Tensor, saved: tf.Tensor[]) => tf.Tensor[];
};

/** `tf.customGrad` with types that fit functions of a fixed number of tensors. */
export function differentiable(fn: CustomGradient): (...inputs: tf.Tensor[]) => tf.Tensor {
  return tf.customGrad(fn as unknown as Parameters<typeof tf.customGrad>[0]);
}

/** RMSNorm over the last axis: `x / sqrt(mean(x²) + epsilon) · weight`, x `[…, width]`, weight `[width]`. */
export function rmsNorm(x: tf.Tensor, weight: tf.Tensor, epsilon: number): tf.Tensor {
  const width = weight.size;
  const rows = x.size / width;
  const normalize = (input: tf.Tensor, scale: tf.Tensor): [tf.Tensor, tf.Tensor] => {
    if (backendHas(RMS_NORM)) {
      const results = tf.engine().runKernel(RMS_NORM, { x: input, weight: scale }, { epsilon });
      return results as unknown as [tf.Tensor, tf.Tensor];
    }
    const inverse = tf.rsqrt(tf.add(tf.mean(tf.square(input), -1, true), epsilon));
    return [tf.mul(tf.mul(input, inverse), scale), inverse];
  };
  const apply = differentiable((...inputs) => {
    const [input, scale, save] = inputs as [tf.Tensor, tf.Tensor, tf.GradSaveFunc];
    const [value, inverse] = normalize(input, scale);
    save([input, scale, inverse]);
    // With r = 1/rms: dweight = Σ dy·x·r; dx = dy·weight·r − x·r³·mean(dy·x·weight).
    const gradFunc = (dy: tf.Tensor, saved: tf.Tensor[]): tf.Tensor[] => {
      const [x0, w0, r] = saved as [tf.Tensor, tf.Tensor, tf.Tensor];
      const product = tf.reshape(tf.mul(dy, x0), [rows, width]);
      const dWeight = tf.matMul(tf.reshape(r, [1, rows]), product);
      const along = tf.matMul(product, tf.reshape(tf.div(w0, width), [width, 1]));
      const pull = tf.mul(tf.reshape(along, r.shape), tf.mul(tf.square(r), r));
      return [tf.sub(tf.mul(tf.mul(dy, w0), r), tf.mul(x0, pull)), tf.reshape(dWeight, w0.shape)];
    };
    return { value, gradFunc };
  });
  return apply(x, weight);
}

/** SwiGLU's gate: `gate · sigmoid(gate) · up`, both of one shape. */
export function swiGlu(gate: tf.Tensor, up: tf.Tensor): tf.Tensor {
  const apply = differentiable((...inputs) => {
    const [g, u, save] = inputs as [tf.Tensor, tf.Tensor, tf.GradSaveFunc];
    const s = tf.sigmoid(g);
    const swished = tf.mul(g, s);
    const value = tf.mul(swished, u);
    save([u, s, swished, value]);
    // d swish = s + swish − swish·s; times up, that is value + s·(up − value)
    const gradFunc = (dy: tf.Tensor, saved: tf.Tensor[]): tf.Tensor[] => {
      const [u0, s0, swish0, y0] = saved as [tf.Tensor, tf.Tensor, tf.Tensor, tf.Tensor];
      return [tf.mul(dy, tf.add(y0, tf.mul(s0, tf.sub(u0, y0)))), tf.mul(dy, swish0)];
    };
    return { value, gradFunc };
  });
  return apply(gate, up);
}

/** SiLU (swish): `x · sigmoid(x)`. */
export function silu(x: tf.Tensor): tf.Tensor {
  const apply = differentiable((...inputs) => {
    const [input, save] = inputs as [tf.Tensor, tf.GradSaveFunc];
    const s = tf.sigmoid(input);
    const value = tf.mul(input, s);
    save([s, value]);
    const gradFunc = (dy: tf.Tensor, saved: tf.Tensor[]): tf.Tensor[] => {
      const [s0, y0] = saved as [tf.Tensor, tf.Tensor];
      return [tf.mul(dy, tf.add(tf.sub(y0, tf.mul(y0, s0)), s0))];
    };
    return { value, gradFunc };
  });
  return apply(x);
}

function rotateOnce(x: tf.Tensor, cos: tf.Tensor, sin: tf.Tensor): tf.Tensor {
  if (backendHas(ROTARY)) return tf.engine().runKernel(ROTARY, { x, cos, sin }) as unknown as tf.Tensor;
  const [rows, positions, width] = x.shape as [number, number, number];
  const [tableRows, , size] = cos.shape as [number, number, number];
  const table = (values: tf.Tensor): tf.Tensor => tf.reshape(values, [tableRows, positions, 1, size]);
  const heads = tf.reshape(x, [rows, positions, width / size, size]);
  const [first, second] = tf.split(heads, 2, 3) as [tf.Tensor, tf.Tensor];
  const turned = tf.concat([tf.neg(second), first], 3);
  return tf.reshape(tf.add(tf.mul(heads, table(cos)), tf.mul(turned, table(sin))), x.shape);
}

/**
 * Rotary embedding in the layout of Hugging Face: x `[rows, positions, heads * size]`; `cos` and `sin`
 * `[1 or rows, positions, size]` with their two halves equal. The tables get no gradient.
 */
export function rotary(x: tf.Tensor, cos: tf.Tensor, sin: tf.Tensor): tf.Tensor {
  const apply = differentiable((...inputs) => {
    const [input, save] = inputs as [tf.Tensor, tf.GradSaveFunc];
    save([cos, sin]);
    const gradFunc = (dy: tf.Tensor, saved: tf.Tensor[]): tf.Tensor[] => {
      const [cos0, sin0] = saved as [tf.Tensor, tf.Tensor];
      return [rotateOnce(dy, cos0, tf.neg(sin0))]; // turning back is the transpose of turning
    };
    return { value: rotateOnce(input, cos, sin), gradFunc };
  });
  return apply(x);
}

/** `[rows, positions, heads * size]` → `[rows, heads, positions, size]`. */
export function splitHeads(x: tf.Tensor, size: number): tf.Tensor {
  const [rows, positions, width] = x.shape as [number, number, number];
  return tf.transpose(tf.reshape(x, [rows, positions, width / size, size]), [0, 2, 1, 3]);
}

/** `[rows, heads, positions, size]` → `[rows, positions, heads * size]`. */
export function joinHeads(x: tf.Tensor): tf.Tensor {
  const [rows, heads, positions, size] = x.shape as [number, number, number, number];
  return tf.reshape(tf.transpose(x, [0, 2, 1, 3]), [rows, positions, heads * size]);
}

/** Heads that share a key and value head, one below the other: `[rows, heads, n, m]` → `[rows, keyValueHeads, heads / keyValueHeads * n, m]`. */
export function groupHeads(x: tf.Tensor, keyValueHeads: number): tf.Tensor {
  const [rows, heads, n, m] = x.shape as [number, number, number, number];
  return tf.reshape(x, [rows, keyValueHeads, (heads / keyValueHeads) * n, m]);
}

/** Keys and values, `[rows, keyValueHeads, positions, size]`. */
export interface KeysAndValues {
  key: tf.Tensor;
  value: tf.Tensor;
}

/** What is below the token's own score by this counts for nothing in float32. */
const NOTHING = 40;

/**
 * Attention of one token a row to a cache, and to itself, as if they were one: query `[rows, keyValueHeads, n, size]`, n heads sharing
 * keys; `seen [rows, 1, 1, positions]` bool says which places of the cache count, `own` is of one position. The cache is only
 * read. Places that do not count get e^-40 of the token's own weight, not a score of −1e9, which would become a subnormal
 * number: those make ONNX Runtime's softmax several times slower.
 */
export function attendToCache(
  query: tf.Tensor,
  cache: KeysAndValues,
  seen: tf.Tensor,
  own: KeysAndValues,
): tf.Tensor {
  const scale = 1 / Math.sqrt(query.shape[3]!);
  // A single position is cheaper as an element-wise product than as thousands of 1×1 matrix products.
  const ownScore = tf.mul(tf.sum(tf.mul(query, own.key), -1, true), scale);
  const scores = tf.mul(fewRowsMatMul(query, cache.key, true), scale);
  const counted = tf.where(seen, scores, tf.sub(ownScore, NOTHING));
  const weights = tf.softmax(tf.concat([counted, ownScore], -1));
  const [toCache, toOwn] = tf.split(weights, [scores.shape[3]!, 1], 3) as [tf.Tensor, tf.Tensor];
  return tf.add(fewRowsMatMul(toCache, cache.value, false), tf.mul(toOwn, own.value));
}

/** `a [rows, heads, n, k]` times `b [rows, heads, k, m]`, or `[rows, heads, m, k]` transposed, n being small: `[rows, heads, n, m]`. */
function fewRowsMatMul(a: tf.Tensor, b: tf.Tensor, transposeB: boolean): tf.Tensor {
  if (!backendHas(FEW_ROWS_MATMUL)) return tf.matMul(a, b, false, transposeB);
  return tf.engine().runKernel(FEW_ROWS_MATMUL, { a, b }, { transposeB }) as unknown as tf.Tensor;
}

/**
 * `attendToCache` for several tokens a row: query `[rows, heads, n, size]`; `own` of the row's m new tokens, which come behind the cache;
 * `self [rows, keyValueHeads, n, size]`, the key of each query's own token; `ownSeen [1 or rows, 1, 1 or heads / keyValueHeads · n, m]` bool,
 * which of `own` count. Returns `[rows, n, heads * size]`.
 */
export function attendToCacheAndOwn(
  query: tf.Tensor,
  cache: KeysAndValues,
  seen: tf.Tensor,
  own: KeysAndValues,
  ownSeen: tf.Tensor,
  self: tf.Tensor,
): tf.Tensor {
  const [rows, heads, n, size] = query.shape as [number, number, number, number];
  const [, keyValueHeads, capacity] = cache.key.shape as [number, number, number];
  const group = heads / keyValueHeads;
  const scale = 1 / Math.sqrt(size);
  const grouped = groupHeads(query, keyValueHeads);
  const toCache = tf.mul(tf.matMul(grouped, cache.key, false, true), scale);
  const toOwn = tf.mul(tf.matMul(grouped, own.key, false, true), scale);
  // Every token counts itself: what lies far enough below that is nothing.
  const byGroup = tf.reshape(query, [rows, keyValueHeads, group, n, size]);
  const selfScore = tf.mul(tf.sum(tf.mul(byGroup, tf.expandDims(self, 2)), -1, true), scale);
  const nothing = tf.sub(tf.reshape(selfScore, [rows, keyValueHeads, group * n, 1]), NOTHING);
  const scores = tf.concat([tf.where(seen, toCache, nothing), tf.where(ownSeen, toOwn, nothing)], -1);
  const [fromCache, fromOwn] = tf.split(tf.softmax(scores), [capacity, own.key.shape[2]!], 3) as [
    tf.Tensor,
    tf.Tensor,
  ];
  const mixed = tf.add(tf.matMul(fromCache, cache.value), tf.matMul(fromOwn, own.value));
  return joinHeads(tf.reshape(mixed, [rows, heads, n, size]));
}

/** From so many new tokens on, attention row by row gains more than its nodes cost to compile. */
const MANY_TOKENS = 16;

/**
 * Causal attention of n new tokens a row behind what a cache holds: query `[rows, n, heads * size]`, key and value of the new tokens
 * `[rows, n, keyValueHeads * size]`, `lengths [rows]` int32 places of the cache that count. Returns `[rows, n, heads * size]`.
 */
export function attendBehindCache(
  query: tf.Tensor,
  { key, value }: KeysAndValues,
  cache: KeysAndValues,
  lengths: tf.Tensor,
): tf.Tensor {
  const [, keyValueHeads, capacity, size] = cache.key.shape as [number, number, number, number];
  const [rows, n, width] = query.shape as [number, number, number];
  if (n >= MANY_TOKENS && backendHas(ATTENTION_BY_ROW) && fitsCausalAttention(size)) {
    const inputs = { query, key, value, pastKeys: cache.key, pastValues: cache.value, lengths };
    return tf.engine().runKernel(ATTENTION_BY_ROW, inputs, { size }) as unknown as tf.Tensor;
  }
  const group = width / size / keyValueHeads;
  const own = { key: splitHeads(key, size), value: splitHeads(value, size) };
  const places = tf.reshape(tf.range(0, capacity, 1, 'int32'), [1, 1, 1, capacity]);
  const seen = tf.less(places, tf.reshape(lengths, [rows, 1, 1, 1]));
  const causal = new Uint8Array(group * n * n);
  for (let i = 0; i < group * n; i++) causal.fill(1, i * n, i * n + (i % n) + 1);
  const ownSeen = tf.tensor(causal, [1, 1, group * n, n], 'bool');
  return attendToCacheAndOwn(splitHeads(query, size), cache, seen, own, ownSeen, own.key);
}

/** Log of the softmax over the last axis. */
export function logSoftmax(x: tf.Tensor): tf.Tensor {
  if (!backendHas('LogSoftmax')) return tf.logSoftmax(x);
  return tf.engine().runKernel('LogSoftmax', { logits: x }, { axis: -1 }) as unknown as tf.Tensor;
}

/** One element of every row: x `[rows, columns]`, columns `[rows]` int32 → `[rows]`. */
export function pickColumns(x: tf.Tensor, columns: tf.Tensor): tf.Tensor {
  const [rows] = x.shape as [number, number];
  const apply = differentiable((...inputs) => {
    const [input, save] = inputs as [tf.Tensor, tf.GradSaveFunc];
    const places = tf.stack([tf.range(0, rows, 1, 'int32'), tf.cast(columns, 'int32')], 1);
    save([places]);
    return {
      value: tf.gatherND(input, places),
      gradFunc: (dy, saved) => [tf.scatterND(saved[0]!, dy, x.shape as [number, number])],
    };
  });
  return apply(x);
}
