import * as tf from '@tensorflow/tfjs-core';
import { attendCausally, causalAttention } from '../tensor/causal-attention.ts';
import { attendToCache, type KeysAndValues, rmsNorm, rotary, splitHeads, swiGlu } from '../tensor/ops.ts';
import { quantizedMatMul } from '../tensor/quantized.ts';
import { adapterScale, frozenLayers, headSizeOf, isAdapted, type PolicyShape } from './shape.ts';

/** Weights by name; reading a name that is not there is a programming error. */
export type Weights = (name: string) => tf.Tensor;

/** `x [n, in]` times a weight `[out, in]`. */
function linear(x: tf.Tensor, weight: tf.Tensor, bias?: tf.Tensor): tf.Tensor {
  return addBias(tf.matMul(x as tf.Tensor2D, weight as tf.Tensor2D, false, true), bias);
}

function addBias(y: tf.Tensor, bias?: tf.Tensor): tf.Tensor {
  return bias ? tf.add(y, bias) : y;
}

/**
 * `x [n, in]` through a linear layer of a block and its low-rank adapter, if it has one:
 * `x Wᵀ + bias + (alpha / rank · x Aᵀ) Bᵀ`, which never forms a gradient as large as W.
 */
function blockLinear(
  weights: Weights,
  { adapter, quantized }: PolicyShape,
  layer: string,
  x: tf.Tensor,
  bias?: tf.Tensor,
): tf.Tensor {
  const y = quantized
    ? addBias(
        quantizedMatMul(x, { values: weights(`${layer}.quantized`), scale: weights(`${layer}.scale`) }),
        bias,
      )
    : linear(x, weights(`${layer}.weight`), bias);
  if (!adapter || !isAdapted(layer, adapter)) return y;
  const low = scale(linear(x, weights(`${layer}.lora_A.weight`)), adapterScale(adapter));
  return tf.add(y, linear(low, weights(`${layer}.lora_B.weight`)));
}

/** `x` times a constant that is 1 for most models. */
function scale(x: tf.Tensor, factor: number): tf.Tensor {
  return factor === 1 ? x : tf.mul(x, factor);
}

/** How far each pair of a head's numbers turns a position, in radians: `[headSize / 2]`. */
function rotaryFrequencies(shape: PolicyShape): number[] {
  const half = headSizeOf(shape) / 2;
  const frequencies = Array.from({ length: half }, (_, i) => shape.ropeBase ** (-i / half));
  const scaling = shape.ropeScaling;
  if (!scaling) return frequencies;
  const { factor, lowFrequency, highFrequency, positions } = scaling;
  return frequencies.map((frequency) => {
    const turns = (positions * frequency) / (2 * Math.PI); // over a text of the first length
    const kept = (turns - lowFrequency) / (highFrequency - lowFrequency);
    const share = Math.min(1, Math.max(0, kept));
    return share * frequency + ((1 - share) * frequency) / factor;
  });
}

/** Cosines and sines of the rotary embedding, each `[positions, headSize]`, the halves repeated (Hugging Face's layout). */
export function rotaryTables(
  shape: PolicyShape,
  positions: number,
): { cos: Float32Array; sin: Float32Array } {
  const size = headSizeOf(shape);
  const half = size / 2;
  const frequencies = rotaryFrequencies(shape);
  const cos = new Float32Array(positions * size);
  const sin = new Float32Array(positions * size);
  for (let position = 0; position < positions; position++) {
    for (let i = 0; i < size; i++) {
      const angle = position * (frequencies[i % half] as number);
      cos[position * size + i] = Math.cos(angle);
      sin[position * size + i] = Math.sin(angle);
    }
  }
  return { cos, sin };
}

/** Input vectors of tokens: `ids` and the tokens before them, both `[n]` int32 → `[n, width]`. */
export function embed(weights: Weights, shape: PolicyShape, ids: tf.Tensor, previous: tf.Tensor): tf.Tensor {
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
export interface Rotation {
  cos: tf.Tensor;
  sin: tf.Tensor;
}

/** One projection of attention, `[rows, positions, its heads * size]`; queries and keys normed by head where the model does so. */
function project(
  weights: Weights,
  shape: PolicyShape,
  at: string,
  part: 'q' | 'k' | 'v',
  x: tf.Tensor,
  [rows, positions]: [number, number],
): tf.Tensor {
  const layer = `${at}.self_attn.${part}_proj`;
  const bias = shape.attentionBias ? weights(`${layer}.bias`) : undefined;
  const y = blockLinear(weights, shape, layer, x, bias);
  const whole = [rows, positions, y.size / (rows * positions)];
  if (!shape.queryKeyNorm || part === 'v') return tf.reshape(y, whole);
  const heads = tf.reshape(y, [-1, headSizeOf(shape)]);
  return tf.reshape(rmsNorm(heads, weights(`${at}.self_attn.${part}_norm.weight`), shape.epsilon), whole);
}

/** Queries of one layer, rotated, and its keys, rotated, and values: each `[rows, positions, its heads * size]`. */
export function queries(
  weights: Weights,
  shape: PolicyShape,
  at: string,
  x: tf.Tensor,
  grid: [number, number],
  { cos, sin }: Rotation,
): tf.Tensor {
  return rotary(project(weights, shape, at, 'q', x, grid), cos, sin);
}

export function keysAndValues(
  weights: Weights,
  shape: PolicyShape,
  at: string,
  x: tf.Tensor,
  grid: [number, number],
  { cos, sin }: Rotation,
): KeysAndValues {
  const key = rotary(project(weights, shape, at, 'k', x, grid), cos, sin);
  return { key, value: project(weights, shape, at, 'v', x, grid) };
}

/** Keys and values by head, `[rows, keyValueHeads, positions, size]`. */
export function byHead({ key, value }: KeysAndValues, shape: PolicyShape): KeysAndValues {
  const size = headSizeOf(shape);
  return { key: splitHeads(key, size), value: splitHeads(value, size) };
}

/**
 * Attention of one position a row, its queries, keys and values `[rows, 1, heads * size]`, to a cache and itself:
 * `[rows, heads * size]`. Heads that share keys stand below one another.
 */
export function attendOnce(
  query: tf.Tensor,
  shape: PolicyShape,
  cache: KeysAndValues,
  seen: tf.Tensor,
  own: KeysAndValues,
): tf.Tensor {
  const [rows] = query.shape as [number];
  const { heads, keyValueHeads } = shape;
  const grouped = tf.reshape(query, [rows, keyValueHeads, heads / keyValueHeads, headSizeOf(shape)]);
  return tf.reshape(attendToCache(grouped, cache, seen, own), [rows, query.size / rows]);
}

/** The rest of a layer behind attention, position by position: `x [n, width]` and `mixed [n, heads * size]`. */
export function finishLayer(
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

/** Which places lie before those of `positions [rows]`, `[rows, 1, 1, capacity]` bool. */
export function placesBefore(positions: tf.Tensor, capacity: number): tf.Tensor {
  const places = tf.reshape(tf.range(0, capacity, 1, 'int32'), [1, 1, 1, capacity]);
  return tf.less(places, tf.reshape(positions, [positions.size, 1, 1, 1]));
}

/** Ids of the tokens before each token of `ids [rows, positions]`; the first is preceded by id 0. */
function previousIds(ids: tf.Tensor): tf.Tensor {
  const [rows, positions] = ids.shape as [number, number];
  return tf.concat([tf.zeros([rows, 1], 'int32'), tf.slice(ids, [0, 0], [rows, positions - 1])], 1);
}

export interface Forward {
  /** Hidden states after the last norm, `[rows, width]` of one position a row. */
  hidden: tf.Tensor;
  /** Of every layer. */
  cache: KeysAndValues[];
  /** At every token what the layers below the lowest that is trained make of it, `[tokens, width]`; null where there are none. */
  frozen: tf.Tensor | null;
}

/** Sequences `ids [rows, positions]` as the layers need them. */
interface Sequences {
  grid: [number, number];
  turn: Rotation;
}

/**
 * Causal attention of one layer at every position of `x [rows * positions, width]`: `[rows * positions, heads * size]`. With a
 * cache, which gets the layer's keys and values, it has no gradient.
 */
function attendAll(
  weights: Weights,
  shape: PolicyShape,
  at: string,
  x: tf.Tensor,
  { grid, turn }: Sequences,
  cache: KeysAndValues[] | null,
): tf.Tensor {
  const size = headSizeOf(shape);
  const flat = (mixed: tf.Tensor) => tf.reshape(mixed, [x.shape[0] as number, shape.heads * size]);
  const normed = rmsNorm(x, weights(`${at}.input_layernorm.weight`), shape.epsilon);
  const query = queries(weights, shape, at, normed, grid, turn);
  const { key, value } = keysAndValues(weights, shape, at, normed, grid, turn);
  if (cache === null) return flat(causalAttention(query, key, value, size));
  const { mixed, keys, values } = attendCausally(query, key, value, size);
  cache.push({ key: keys, value: values });
  return flat(mixed);
}

/**
 * The first `count` layers at every position of `text`: `x [rows * positions, width]`. A text is `ids [rows, positions]` int32,
 * or what the layers below the lowest that updates change made of them, `[rows, positions, width]` (`frozenLayers`).
 */
function firstLayers(
  weights: Weights,
  shape: PolicyShape,
  text: tf.Tensor,
  count: number,
  cache: KeysAndValues[] | null,
): { x: tf.Tensor; sequences: Sequences; frozen: tf.Tensor | null } {
  const [rows, positions] = text.shape as [number, number];
  const tables = rotaryTables(shape, positions);
  const table = (values: Float32Array) => tf.tensor(values, [1, positions, headSizeOf(shape)]);
  const turn = { cos: table(tables.cos), sin: table(tables.sin) };
  const sequences: Sequences = { grid: [rows, positions], turn };
  const flat = (tensor: tf.Tensor) => tf.reshape(tensor, [rows * positions]);
  const isBegun = text.rank === 3;
  let x = isBegun
    ? tf.reshape(text, [rows * positions, shape.width])
    : embed(weights, shape, flat(text), flat(previousIds(text)));
  const border = frozenLayers(shape);
  let frozen: tf.Tensor | null = null;
  for (let layer = isBegun ? border : 0; layer <= count; layer++) {
    if (border > 0 && layer === border) frozen = x;
    if (layer === count) break;
    const at = `model.layers.${layer}`;
    x = finishLayer(weights, shape, at, x, attendAll(weights, shape, at, x, sequences, cache));
  }
  return { x, sequences, frozen };
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

/** What the layers below the lowest that updates change make of `ids [rows, positions]`: `[rows, positions, width]`. */
export function frozenStates(weights: Weights, shape: PolicyShape, ids: tf.Tensor): tf.Tensor {
  const { x } = firstLayers(weights, shape, ids, frozenLayers(shape), null);
  return tf.reshape(x, [...ids.shape, shape.width]);
}

/**
 * The hidden states of `forward` at some places only, `[n, width]`; `places [n]` int32, row * positions + position. Behind its
 * attention, the last layer is computed nowhere else. `text` is ids, or what `frozenStates` made of them.
 */
export function hiddenAt(
  weights: Weights,
  shape: PolicyShape,
  text: tf.Tensor,
  places: tf.Tensor,
): tf.Tensor {
  const { x, sequences } = firstLayers(weights, shape, text, shape.layers - 1, null);
  const at = `model.layers.${shape.layers - 1}`;
  const mixed = attendAll(weights, shape, at, x, sequences, null);
  const pick = (all: tf.Tensor) => tf.gather(all, places as tf.Tensor1D);
  const end = finishLayer(weights, shape, at, pick(x), pick(mixed));
  return rmsNorm(end, weights('model.norm.weight'), shape.epsilon);
}

/**
 * As `forward`, but only the hidden state of every row's last token, `[rows, width]`, and the cache with `room` for as many more
 * tokens; `lengths [rows]` int32. Of the last layer, all other positions need no more than their keys and values.
 */
export function prefill(
  weights: Weights,
  shape: PolicyShape,
  ids: tf.Tensor,
  lengths: tf.Tensor,
  room: number,
): Forward {
  const [rows, positions] = ids.shape as [number, number];
  const size = headSizeOf(shape);
  const cache: KeysAndValues[] = [];
  const { x, sequences, frozen } = firstLayers(weights, shape, ids, shape.layers - 1, cache);
  const { turn } = sequences;
  const at = `model.layers.${shape.layers - 1}`;
  const normed = rmsNorm(x, weights(`${at}.input_layernorm.weight`), shape.epsilon);
  const flat = keysAndValues(weights, shape, at, normed, [rows, positions], turn);
  const own = byHead(flat, shape);
  const last = tf.sub(lengths, tf.scalar(1, 'int32'));
  const places = tf.add(tf.range(0, rows * positions, positions, 'int32'), last) as tf.Tensor1D;
  const pick = (table: tf.Tensor) =>
    tf.reshape(tf.gather(tf.reshape(table, [positions, size]), last as tf.Tensor1D), [rows, 1, size]);
  const lastTurn = { cos: pick(turn.cos), sin: pick(turn.sin) };
  const query = queries(weights, shape, at, tf.gather(normed, places), [rows, 1], lastTurn);
  const lastOf = (x: tf.Tensor) =>
    tf.reshape(tf.gather(tf.reshape(x, [rows * positions, -1]), places), [
      rows,
      shape.keyValueHeads,
      1,
      size,
    ]);
  const lastOwn = { key: lastOf(flat.key), value: lastOf(flat.value) };
  const mixed = attendOnce(query, shape, own, placesBefore(last, positions), lastOwn);
  const end = finishLayer(weights, shape, at, tf.gather(x, places), mixed);
  const extended = (x: tf.Tensor) =>
    tf.pad(x, [...Array<[number, number]>(2).fill([0, 0]), [0, room], [0, 0]]);
  return {
    hidden: rmsNorm(end, weights('model.norm.weight'), shape.epsilon),
    cache: [...cache, own].map(({ key, value }) => ({ key: extended(key), value: extended(value) })),
    frozen,
  };
}

/** Values `[n, valueHeads]` of hidden states `[n, width]` (shared trunk). */
export function values(weights: Weights, hidden: tf.Tensor): tf.Tensor {
  return linear(hidden, weights('value_head.weight'), weights('value_head.bias'));
}

/** The table whose rows, times a hidden state, are the logits: `[vocabulary, width]`. */
export function outputTable(weights: Weights, shape: PolicyShape): tf.Tensor {
  return weights(shape.tiedEmbeddings ? 'model.embed_tokens.weight' : 'lm_head.weight');
}

/** Logits `[n, columns]` of hidden states `[n, width]` by rows of the output table, `[columns, width]`. */
export function logitsBy(table: tf.Tensor, shape: PolicyShape, hidden: tf.Tensor): tf.Tensor {
  return scale(linear(hidden, table), shape.logitScale);
}

/**
 * Logits `[n, vocabulary]` of hidden states `[n, width]`; with `columns` (ids, `[m]` int32, m above 0), only theirs: `[n, m]`.
 */
export function logits(
  weights: Weights,
  shape: PolicyShape,
  hidden: tf.Tensor,
  columns?: tf.Tensor,
): tf.Tensor {
  const table = outputTable(weights, shape);
  return logitsBy(
    columns && columns.size > 0 ? tf.gather(table, columns as tf.Tensor1D) : table,
    shape,
    hidden,
  );
}
