import * as tf from '@tensorflow/tfjs-core';
import { attendOver, attention, rmsNorm, rotary, swiGlu } from '../tensor/ops.ts';
import { isAdapted, type PolicyShape } from './shape.ts';

/** Weights by name; reading a name that is not there is a programming error. */
export type Weights = (name: string) => tf.Tensor;

/** Additive mask value: far below any logit, finite so that a fully masked row stays finite. */
const MASKED = -1e9;

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

/** `[rows * positions, heads * size]` → `[rows, heads, positions, size]`. */
function splitHeads(x: tf.Tensor, rows: number, positions: number, heads: number): tf.Tensor {
  const size = (x.shape[1] ?? 0) / heads;
  return tf.transpose(tf.reshape(x, [rows, positions, heads, size]), [0, 2, 1, 3]);
}

/** `[rows, heads, positions, size]` → `[rows * positions, heads * size]`. */
function joinHeads(x: tf.Tensor): tf.Tensor {
  const [rows, heads, positions, size] = x.shape as [number, number, number, number];
  return tf.reshape(tf.transpose(x, [0, 2, 1, 3]), [rows * positions, heads * size]);
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

/** Cosines and sines of the positions at hand, `[1 or rows, 1, positions, size]`. */
interface Rotation {
  cos: tf.Tensor;
  sin: tf.Tensor;
}

/** One projection of a layer, split into its heads: `[rows, heads, positions, size]`. */
function projected(
  weights: Weights,
  shape: PolicyShape,
  layer: string,
  x: tf.Tensor,
  [rows, positions]: [number, number],
  heads: number,
): tf.Tensor {
  return splitHeads(blockLinear(weights, shape, layer, x, weights(`${layer}.bias`)), rows, positions, heads);
}

/** Queries of one layer, rotated, `[rows, heads, positions, size]`. */
function queries(
  weights: Weights,
  shape: PolicyShape,
  at: string,
  x: tf.Tensor,
  size: [number, number],
  { cos, sin }: Rotation,
): tf.Tensor {
  return rotary(projected(weights, shape, `${at}.self_attn.q_proj`, x, size, shape.heads), cos, sin);
}

/** Keys, rotated, and values of one layer, `[rows, keyValueHeads, positions, size]`. */
function keysAndValues(
  weights: Weights,
  shape: PolicyShape,
  at: string,
  x: tf.Tensor,
  size: [number, number],
  { cos, sin }: Rotation,
): KeysAndValues {
  const part = (name: string) =>
    projected(weights, shape, `${at}.self_attn.${name}`, x, size, shape.keyValueHeads);
  return { key: rotary(part('k_proj'), cos, sin), value: part('v_proj') };
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

/** Additive causal mask `[1, 1, positions, positions]`. */
function causalMask(positions: number): tf.Tensor {
  const mask = new Float32Array(positions * positions);
  for (let i = 0; i < positions; i++)
    for (let j = i + 1; j < positions; j++) mask[i * positions + j] = MASKED;
  return tf.tensor(mask, [1, 1, positions, positions]);
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

/** Keys and values of one layer, `[rows, keyValueHeads, positions, size]`. */
interface KeysAndValues {
  key: tf.Tensor;
  value: tf.Tensor;
}

export interface Forward {
  /** Hidden states after the last norm, `[rows * positions, width]`, or `[rows, width]` of one position a row. */
  hidden: tf.Tensor;
  /** Of every layer. */
  cache: KeysAndValues[];
}

/** Sequences `ids [rows, positions]` as the layers need them. */
interface Sequences {
  grid: [number, number];
  turn: Rotation;
  mask: tf.Tensor;
}

/** Causal attention of one layer at every position of `x [rows * positions, width]`: `mixed` has the same shape. */
function attendAll(
  weights: Weights,
  shape: PolicyShape,
  at: string,
  x: tf.Tensor,
  { grid, turn, mask }: Sequences,
): { mixed: tf.Tensor; own: KeysAndValues } {
  const normed = rmsNorm(x, weights(`${at}.input_layernorm.weight`), shape.epsilon);
  const query = queries(weights, shape, at, normed, grid, turn);
  const own = keysAndValues(weights, shape, at, normed, grid, turn);
  const { key, value } = attended(own, shape, mask);
  const scale = 1 / Math.sqrt(shape.width / shape.heads);
  return { mixed: joinHeads(attention(query, key, value, mask, scale)), own };
}

/** The first `count` layers at every position of `ids [rows, positions]`: `x [rows * positions, width]`. */
function firstLayers(
  weights: Weights,
  shape: PolicyShape,
  ids: tf.Tensor,
  count: number,
): { x: tf.Tensor; cache: KeysAndValues[]; sequences: Sequences } {
  const [rows, positions] = ids.shape as [number, number];
  const size = shape.width / shape.heads;
  const tables = rotaryTables(shape, positions);
  const table = (values: Float32Array) => tf.tensor(values, [1, 1, positions, size]);
  const turn = { cos: table(tables.cos), sin: table(tables.sin) };
  const sequences: Sequences = { grid: [rows, positions], turn, mask: causalMask(positions) };
  const cache: KeysAndValues[] = [];
  const flat = (tensor: tf.Tensor) => tf.reshape(tensor, [rows * positions]);
  let x = embed(weights, shape, flat(ids), flat(previousIds(ids)));
  for (let layer = 0; layer < count; layer++) {
    const at = `model.layers.${layer}`;
    const { mixed, own } = attendAll(weights, shape, at, x, sequences);
    cache.push(own);
    x = finishLayer(weights, shape, at, x, mixed);
  }
  return { x, cache, sequences };
}

/**
 * The whole transformer on right-padded sequences `ids [rows, positions]` int32. Padding needs no mask: it lies behind every
 * token that matters, and attention is causal.
 */
export function forward(weights: Weights, shape: PolicyShape, ids: tf.Tensor): Forward {
  const { x, cache } = firstLayers(weights, shape, ids, shape.layers);
  return { hidden: rmsNorm(x, weights('model.norm.weight'), shape.epsilon), cache };
}

/**
 * The hidden states of `forward` at some places only, `[n, width]`; `places [n]` int32, row * positions + position. Behind its
 * attention, the last layer is computed nowhere else.
 */
export function hiddenAt(weights: Weights, shape: PolicyShape, ids: tf.Tensor, places: tf.Tensor): tf.Tensor {
  const { x, sequences } = firstLayers(weights, shape, ids, shape.layers - 1);
  const at = `model.layers.${shape.layers - 1}`;
  const { mixed } = attendAll(weights, shape, at, x, sequences);
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
  const { x, cache, sequences } = firstLayers(weights, shape, ids, shape.layers - 1);
  const { turn } = sequences;
  const at = `model.layers.${shape.layers - 1}`;
  const normed = rmsNorm(x, weights(`${at}.input_layernorm.weight`), shape.epsilon);
  const own = keysAndValues(weights, shape, at, normed, [rows, positions], turn);
  const last = tf.sub(lengths, tf.scalar(1, 'int32'));
  const places = tf.add(tf.range(0, rows * positions, positions, 'int32'), last) as tf.Tensor1D;
  const pick = (table: tf.Tensor) =>
    tf.reshape(tf.gather(tf.reshape(table, [positions, size]), last as tf.Tensor1D), [rows, 1, 1, size]);
  const lastTurn = { cos: pick(turn.cos), sin: pick(turn.sin) };
  const query = queries(weights, shape, at, tf.gather(normed, places), [rows, 1], lastTurn);
  const seen = attended(own, shape, paddingMask(positions, lengths));
  const mixed = joinHeads(attendOver(query, [seen], 1 / Math.sqrt(size)));
  const end = finishLayer(weights, shape, at, tf.gather(x, places), mixed);
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
    tf.reshape(tf.gather(tf.tensor(table, [prompts + responses, size]), positions), [rows, 1, 1, size]);
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
    const query = queries(weights, shape, at, normed, [rows, 1], turn);
    const now = keysAndValues(weights, shape, at, normed, [rows, 1], turn);
    const store = (kept: tf.Tensor, added: tf.Tensor) =>
      tf.tensorScatterUpdate(kept, places, tf.reshape(added, [rows * shape.keyValueHeads, size]));
    cache.push({ key: store(recent.key, now.key), value: store(recent.value, now.value) });
    const parts = [
      attended(past, shape, promptMask),
      attended(recent, shape, responseMask),
      attended(now, shape, null),
    ];
    x = finishLayer(weights, shape, at, x, joinHeads(attendOver(query, parts, 1 / Math.sqrt(size))));
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
