import * as tf from '@tensorflow/tfjs-core';
import {
  attendCausally,
  attendOver,
  causalAttention,
  MASKED,
  rmsNorm,
  rotary,
  splitHeads,
  swiGlu,
} from '../tensor/ops.ts';
import { isAdapted, type PolicyShape } from './shape.ts';

/** Weights by name; reading a name that is not there is a programming error. */
export type Weights = (name: string) => tf.Tensor;

/** `x [n, in]` times a weight `[out, in]`. */
function linear(x: tf.Tensor, weight: tf.Tensor, bias?: tf.Tensor): tf.Tensor {
  const y = tf.matMul(x as tf.Tensor2D, weight as tf.Tensor2D, false, true);
  return bias ? tf.add(y, bias) : y;
}

/**
 * `x [n, in]` through a linear layer of a block and its low-rank adapter, if it has one:
 * `x Wᵀ + bias + alpha / rank · (x Aᵀ) Bᵀ`, which never forms a gradient as large as W.
 */
function blockLinear(
  weights: Weights,
  { adapter }: PolicyShape,
  layer: string,
  x: tf.Tensor,
  bias?: tf.Tensor,
): tf.Tensor {
  const y = linear(x, weights(`${layer}.weight`), bias);
  if (!adapter || !isAdapted(layer, adapter)) return y;
  const low = linear(linear(x, weights(`${layer}.lora_A.weight`)), weights(`${layer}.lora_B.weight`));
  return tf.add(y, tf.mul(low, adapter.alpha / adapter.rank));
}

/** `x` times a constant that is 1 for most models. */
function scale(x: tf.Tensor, factor: number): tf.Tensor {
  return factor === 1 ? x : tf.mul(x, factor);
}

/** Cosines and sines of the rotary embedding, each `[positions, width / heads]`, the halves repeated (Hugging Face's layout). */
export function rotaryTables(
  shape: PolicyShape,
  positions: number,
): { cos: Float32Array; sin: Float32Array } {
  const size = shape.width / shape.heads;
  const half = size / 2;
  const cos = new Float32Array(positions * size);
  const sin = new Float32Array(positions * size);
  for (let position = 0; position < positions; position++) {
    for (let i = 0; i < size; i++) {
      const angle = position * shape.ropeBase ** (-(i % half) / half);
      cos[position * size + i] = Math.cos(angle);
      sin[position * size + i] = Math.sin(angle);
    }
  }
  return { cos, sin };
}

/** Repeats key or value heads so that each attention head has its own (grouped-query attention). */
function repeatHeads(x: tf.Tensor, shape: PolicyShape): tf.Tensor {
  const times = shape.heads / shape.keyValueHeads;
  if (times === 1) return x;
  const [rows, heads, positions, size] = x.shape as [number, number, number, number];
  const spread = tf.tile(tf.reshape(x, [rows, heads, 1, positions, size]), [1, 1, times, 1, 1]);
  return tf.reshape(spread, [rows, heads * times, positions, size]);
}

/** Input vectors of tokens: `ids` and the tokens before them, both `[n]` int32 → `[n, width]`. */
function embed(weights: Weights, shape: PolicyShape, ids: tf.Tensor, previous: tf.Tensor): tf.Tensor {
  const table = weights('model.embed_tokens.weight');
  const tokens = scale(tf.gather(table, ids as tf.Tensor1D), shape.inputScale);
  if (!shape.previousTokenEmbedding) return tokens;
  const before = tf.gather(weights('model.embed_previous.weight'), previous as tf.Tensor1D);
  return tf.add(tokens, scale(before, shape.inputScale));
}

function feedForward(weights: Weights, shape: PolicyShape, at: string, x: tf.Tensor): tf.Tensor {
  const gate = blockLinear(weights, shape, `${at}.mlp.gate_proj`, x);
  const up = blockLinear(weights, shape, `${at}.mlp.up_proj`, x);
  return blockLinear(weights, shape, `${at}.mlp.down_proj`, swiGlu(gate, up));
}

/** Cosines and sines of the positions at hand, `[1 or rows, positions, size]`. */
interface Rotation {
  cos: tf.Tensor;
  sin: tf.Tensor;
}

/** Queries of one layer, rotated, and its keys, rotated, and values: each `[rows, positions, its heads * size]`. */
function queries(
  weights: Weights,
  shape: PolicyShape,
  at: string,
  x: tf.Tensor,
  [rows, positions]: [number, number],
  { cos, sin }: Rotation,
): tf.Tensor {
  const layer = `${at}.self_attn.q_proj`;
  const query = blockLinear(weights, shape, layer, x, weights(`${layer}.bias`));
  return rotary(tf.reshape(query, [rows, positions, shape.width]), cos, sin);
}

function keysAndValues(
  weights: Weights,
  shape: PolicyShape,
  at: string,
  x: tf.Tensor,
  [rows, positions]: [number, number],
  { cos, sin }: Rotation,
): KeysAndValues {
  const part = (name: string) => {
    const layer = `${at}.self_attn.${name}`;
    const y = blockLinear(weights, shape, layer, x, weights(`${layer}.bias`));
    return tf.reshape(y, [rows, positions, y.size / (rows * positions)]);
  };
  return { key: rotary(part('k_proj'), cos, sin), value: part('v_proj') };
}

/** Keys and values by head, `[rows, keyValueHeads, positions, size]`. */
function byHead({ key, value }: KeysAndValues, { width, heads }: PolicyShape): KeysAndValues {
  return { key: splitHeads(key, width / heads), value: splitHeads(value, width / heads) };
}

/** One part of what `attendOver` attends to, each attention head with its keys. */
function attended({ key, value }: KeysAndValues, shape: PolicyShape, mask: tf.Tensor | null) {
  return { key: repeatHeads(key, shape), value: repeatHeads(value, shape), mask };
}

/** The rest of a layer behind attention, position by position: `x` and `mixed [n, width]`. */
function finishLayer(
  weights: Weights,
  shape: PolicyShape,
  at: string,
  x: tf.Tensor,
  mixed: tf.Tensor,
): tf.Tensor {
  const between = tf.add(x, blockLinear(weights, shape, `${at}.self_attn.o_proj`, mixed));
  const normed = rmsNorm(between, weights(`${at}.post_attention_layernorm.weight`), shape.epsilon);
  return tf.add(between, feedForward(weights, shape, at, normed));
}

/** Additive mask of the padding behind prompts of `lengths [rows]`, `[rows, 1, 1, positions]`. */
function paddingMask(positions: number, lengths: tf.Tensor): tf.Tensor {
  const rows = lengths.size;
  const padding = tf.greaterEqual(
    tf.reshape(tf.range(0, positions, 1, 'int32'), [1, positions]),
    tf.reshape(lengths, [rows, 1]),
  );
  return tf.mul(tf.reshape(tf.cast(padding, 'float32'), [rows, 1, 1, positions]), MASKED);
}

/** Ids of the tokens before each token of `ids [rows, positions]`; the first is preceded by id 0. */
function previousIds(ids: tf.Tensor): tf.Tensor {
  const [rows, positions] = ids.shape as [number, number];
  return tf.concat([tf.zeros([rows, 1], 'int32'), tf.slice(ids, [0, 0], [rows, positions - 1])], 1);
}

/** Keys and values of one layer, `[rows, keyValueHeads, positions, size]` in a cache. */
interface KeysAndValues {
  key: tf.Tensor;
  value: tf.Tensor;
}

export interface Forward {
  /** Hidden states after the last norm, `[rows, width]` of one position a row. */
  hidden: tf.Tensor;
  /** Of every layer. */
  cache: KeysAndValues[];
}

/** Sequences `ids [rows, positions]` as the layers need them. */
interface Sequences {
  grid: [number, number];
  turn: Rotation;
}

/**
 * Causal attention of one layer at every position of `x [rows * positions, width]`: the result has the same shape. With a cache,
 * which gets the layer's keys and values, it has no gradient.
 */
function attendAll(
  weights: Weights,
  shape: PolicyShape,
  at: string,
  x: tf.Tensor,
  { grid, turn }: Sequences,
  cache: KeysAndValues[] | null,
): tf.Tensor {
  const size = shape.width / shape.heads;
  const normed = rmsNorm(x, weights(`${at}.input_layernorm.weight`), shape.epsilon);
  const query = queries(weights, shape, at, normed, grid, turn);
  const { key, value } = keysAndValues(weights, shape, at, normed, grid, turn);
  if (cache === null) return tf.reshape(causalAttention(query, key, value, size), x.shape);
  const { mixed, keys, values } = attendCausally(query, key, value, size);
  cache.push({ key: keys, value: values });
  return tf.reshape(mixed, x.shape);
}

/** The first `count` layers at every position of `ids [rows, positions]`: `x [rows * positions, width]`. */
function firstLayers(
  weights: Weights,
  shape: PolicyShape,
  ids: tf.Tensor,
  count: number,
  cache: KeysAndValues[] | null,
): { x: tf.Tensor; sequences: Sequences } {
  const [rows, positions] = ids.shape as [number, number];
  const tables = rotaryTables(shape, positions);
  const table = (values: Float32Array) => tf.tensor(values, [1, positions, shape.width / shape.heads]);
  const turn = { cos: table(tables.cos), sin: table(tables.sin) };
  const sequences: Sequences = { grid: [rows, positions], turn };
  const flat = (tensor: tf.Tensor) => tf.reshape(tensor, [rows * positions]);
  let x = embed(weights, shape, flat(ids), flat(previousIds(ids)));
  for (let layer = 0; layer < count; layer++) {
    const at = `model.layers.${layer}`;
    x = finishLayer(weights, shape, at, x, attendAll(weights, shape, at, x, sequences, cache));
  }
  return { x, sequences };
}

/**
 * The whole transformer on right-padded sequences `ids [rows, positions]` int32: its hidden states after the last norm,
 * `[rows * positions, width]`. Padding needs no mask: it lies behind every
 * token that matters, and attention is causal.
 */
export function forward(weights: Weights, shape: PolicyShape, ids: tf.Tensor): tf.Tensor {
  const { x } = firstLayers(weights, shape, ids, shape.layers, null);
  return rmsNorm(x, weights('model.norm.weight'), shape.epsilon);
}

/**
 * The hidden states of `forward` at some places only, `[n, width]`; `places [n]` int32, row * positions + position. Behind its
 * attention, the last layer is computed nowhere else.
 */
export function hiddenAt(weights: Weights, shape: PolicyShape, ids: tf.Tensor, places: tf.Tensor): tf.Tensor {
  const { x, sequences } = firstLayers(weights, shape, ids, shape.layers - 1, null);
  const at = `model.layers.${shape.layers - 1}`;
  const mixed = attendAll(weights, shape, at, x, sequences, null);
  const pick = (all: tf.Tensor) => tf.gather(all, places as tf.Tensor1D);
  const end = finishLayer(weights, shape, at, pick(x), pick(mixed));
  return rmsNorm(end, weights('model.norm.weight'), shape.epsilon);
}

/**
 * As `forward`, but only the hidden state of every row's last token, `[rows, width]`; `lengths [rows]` int32. Of the last layer,
 * all other positions need no more than their keys and values.
 */
export function prefill(weights: Weights, shape: PolicyShape, ids: tf.Tensor, lengths: tf.Tensor): Forward {
  const [rows, positions] = ids.shape as [number, number];
  const size = shape.width / shape.heads;
  const cache: KeysAndValues[] = [];
  const { x, sequences } = firstLayers(weights, shape, ids, shape.layers - 1, cache);
  const { turn } = sequences;
  const at = `model.layers.${shape.layers - 1}`;
  const normed = rmsNorm(x, weights(`${at}.input_layernorm.weight`), shape.epsilon);
  const own = byHead(keysAndValues(weights, shape, at, normed, [rows, positions], turn), shape);
  const last = tf.sub(lengths, tf.scalar(1, 'int32'));
  const places = tf.add(tf.range(0, rows * positions, positions, 'int32'), last) as tf.Tensor1D;
  const pick = (table: tf.Tensor) =>
    tf.reshape(tf.gather(tf.reshape(table, [positions, size]), last as tf.Tensor1D), [rows, 1, size]);
  const lastTurn = { cos: pick(turn.cos), sin: pick(turn.sin) };
  const query = queries(weights, shape, at, tf.gather(normed, places), [rows, 1], lastTurn);
  const seen = attended(own, shape, paddingMask(positions, lengths));
  const mixed = attendOver(splitHeads(query, size), [seen], 1 / Math.sqrt(size));
  const end = finishLayer(weights, shape, at, tf.gather(x, places), tf.reshape(mixed, [rows, shape.width]));
  return { hidden: rmsNorm(end, weights('model.norm.weight'), shape.epsilon), cache: [...cache, own] };
}

/** Index of every row's and head's slot `step`, `[rows * heads, 3]` int32. */
function cachePlaces(rows: number, heads: number, step: tf.Tensor): tf.Tensor {
  const lanes = tf.range(0, rows * heads, 1, 'int32');
  const count = tf.scalar(heads, 'int32');
  return tf.stack([tf.floorDiv(lanes, count), tf.mod(lanes, count), tf.add(tf.zerosLike(lanes), step)], 1);
}

/** What one decoding step reads; `rows` sequences in lockstep, each `step` tokens into its response. */
export interface DecodeInput {
  /** Token to feed and the one before it, `[rows]` int32. */
  ids: tf.Tensor;
  previous: tf.Tensor;
  /** Prompt length of each row, `[rows]` int32. */
  lengths: tf.Tensor;
  /** Index of the fed token in the response, scalar int32: 0 for the first. */
  step: tf.Tensor;
  /** Per layer, keys and values of the prompt, `[rows, keyValueHeads, prompt positions, size]`. */
  prompt: { key: tf.Tensor; value: tf.Tensor }[];
  /** Per layer, keys and values of the response so far, `[rows, keyValueHeads, response positions, size]`: a fixed shape. */
  response: { key: tf.Tensor; value: tf.Tensor }[];
}

/**
 * One token for every row with a KV cache of fixed shape. Prompts keep their own cache, which is only read; all rows write
 * the same slot of the small response cache, because they decode in lockstep. Attention reads the cache as it was and the
 * new token beside it, so that a caller who donates the response cache has it written in place.
 */
export function decode(weights: Weights, shape: PolicyShape, input: DecodeInput): Forward {
  const size = shape.width / shape.heads;
  const first = input.prompt[0];
  const second = input.response[0];
  if (!first || !second) throw new Error('decode: the cache has no layers');
  const [rows, , prompts] = first.key.shape as [number, number, number, number];
  const responses = second.key.shape[2] ?? 0;
  const tables = rotaryTables(shape, prompts + responses);
  const positions = tf.add(input.lengths, input.step) as tf.Tensor1D;
  const pick = (table: Float32Array) =>
    tf.reshape(tf.gather(tf.tensor(table, [prompts + responses, size]), positions), [rows, 1, size]);
  const turn = { cos: pick(tables.cos), sin: pick(tables.sin) };
  // Slots of the response cache that this step does not see: its own, which is written last, and later ones.
  const unseen = tf.cast(tf.greaterEqual(tf.range(0, responses, 1, 'int32'), input.step), 'float32');
  const responseMask = tf.mul(tf.reshape(unseen, [1, 1, 1, responses]), MASKED);
  const places = cachePlaces(rows, shape.keyValueHeads, input.step);
  const promptMask = paddingMask(prompts, input.lengths);
  const cache: KeysAndValues[] = [];
  let x = embed(weights, shape, input.ids, input.previous);
  for (let layer = 0; layer < shape.layers; layer++) {
    const at = `model.layers.${layer}`;
    const past = input.prompt[layer];
    const recent = input.response[layer];
    if (!past || !recent) throw new Error(`decode: the cache has no layer ${layer}`);
    const normed = rmsNorm(x, weights(`${at}.input_layernorm.weight`), shape.epsilon);
    const query = splitHeads(queries(weights, shape, at, normed, [rows, 1], turn), size);
    const now = byHead(keysAndValues(weights, shape, at, normed, [rows, 1], turn), shape);
    const store = (kept: tf.Tensor, added: tf.Tensor) =>
      tf.tensorScatterUpdate(kept, places, tf.reshape(added, [rows * shape.keyValueHeads, size]));
    cache.push({ key: store(recent.key, now.key), value: store(recent.value, now.value) });
    const parts = [
      attended(past, shape, promptMask),
      attended(recent, shape, responseMask),
      attended(now, shape, null),
    ];
    const mixed = attendOver(query, parts, 1 / Math.sqrt(size));
    x = finishLayer(weights, shape, at, x, tf.reshape(mixed, [rows, shape.width]));
  }
  return { hidden: rmsNorm(x, weights('model.norm.weight'), shape.epsilon), cache };
}

/** Values `[n, valueHeads]` of hidden states `[n, width]` (shared trunk). */
export function values(weights: Weights, hidden: tf.Tensor): tf.Tensor {
  return linear(hidden, weights('value_head.weight'), weights('value_head.bias'));
}

/** Logits `[n, vocabulary]` of hidden states `[n, width]`. */
export function logits(weights: Weights, shape: PolicyShape, hidden: tf.Tensor): tf.Tensor {
  const table = weights(shape.tiedEmbeddings ? 'model.embed_tokens.weight' : 'lm_head.weight');
  return scale(linear(hidden, table), shape.logitScale);
}
