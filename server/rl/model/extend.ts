import * as tf from '@tensorflow/tfjs-core';
import {
  attendBehindCache,
  attendToCacheAndOwn,
  type KeysAndValues,
  rmsNorm,
  splitHeads,
} from '../tensor/ops.ts';
import { frozenLayers, headSizeOf, type PolicyShape } from './shape.ts';
import {
  attendOnce,
  byHead,
  embed,
  type Forward,
  finishLayer,
  keysAndValues,
  placesBefore,
  queries,
  type Rotation,
  rotaryTables,
  type Weights,
} from './transformer.ts';

/** What a conversation goes on with: new tokens of its rows, packed (`PackedTokens`); all indices int32. */
export interface ExtendInput {
  /** `[tokens]` */
  ids: tf.Tensor;
  previous: tf.Tensor;
  positions: tf.Tensor;
  /** `[tokens * keyValueHeads, 3]`: row, head and place in the cache. */
  places: tf.Tensor;
  /** `[rows]` */
  lengths: tf.Tensor;
  several: GridInput | null;
  /** `[rows]` */
  single: tf.Tensor | null;
  /** `[tokens]` */
  attended: tf.Tensor | null;
  /** `[rows]`, both; there if `several` is. */
  ends: { tokens: tf.Tensor; attended: tf.Tensor } | null;
}

/** Rows with several new tokens (`TokenGrid`). */
export interface GridInput {
  /** `[gridRows]` */
  rows: tf.Tensor;
  /** `[gridRows, length]` */
  cells: tf.Tensor;
  /** `[gridRows]` */
  counts: tf.Tensor;
  ends: tf.Tensor;
}

/** Rows of a tensor, whatever its other axes: `x [n, …]`, `indices` of any shape → `[…indices, …]`. */
function take(x: tf.Tensor, indices: tf.Tensor): tf.Tensor {
  return tf.gather(x, indices as tf.Tensor1D);
}

/** `x [n, 1, width]` at the cells of a grid `[rows, length]`: `[rows, length, width]`. */
function toGrid(x: tf.Tensor, cells: tf.Tensor): tf.Tensor {
  return take(tf.reshape(x, [x.shape[0] as number, x.shape[2] as number]), cells);
}

/** Attention of the new tokens, in all layers alike. */
class Attention {
  readonly #shape: PolicyShape;
  readonly #input: ExtendInput;
  readonly #seen: tf.Tensor;
  readonly #gridSeen: tf.Tensor | null;

  constructor(shape: PolicyShape, input: ExtendInput, capacity: number) {
    this.#shape = shape;
    this.#input = input;
    this.#seen = placesBefore(input.lengths, capacity);
    const { several } = input;
    this.#gridSeen = several && placesBefore(take(input.lengths, several.rows), capacity);
  }

  /** At every new token: `query [tokens, 1, heads * size]` → `[tokens, heads * size]`. */
  all(query: tf.Tensor, now: KeysAndValues, past: KeysAndValues): tf.Tensor {
    const { single, several, attended } = this.#input;
    if (attended === null) return this.#alone(query, now, past); // in lockstep
    const parts: tf.Tensor[] = [];
    if (several) {
      const { cells, rows } = several;
      const grid = toGrid(query, cells);
      const own = { key: toGrid(now.key, cells), value: toGrid(now.value, cells) };
      const mixed = attendBehindCache(grid, own, this.#cacheOf(past), take(this.#input.lengths, rows));
      parts.push(tf.reshape(mixed, [-1, query.shape[2] as number]));
    }
    if (single) parts.push(this.#alone(take(query, single), this.#takeBoth(now, single), past));
    return take(parts.length > 1 ? tf.concat(parts, 0) : (parts[0] as tf.Tensor), attended);
  }

  /** At each row's last new token, where rows have several: `query [rows, 1, heads * size]` → `[rows, heads * size]`. */
  last(query: tf.Tensor, now: KeysAndValues, past: KeysAndValues, places: tf.Tensor): tf.Tensor {
    const { single } = this.#input;
    const several = this.#input.several as GridInput;
    const [gridRows, length] = several.cells.shape as [number, number];
    const order = tf.reshape(tf.range(0, length, 1, 'int32'), [1, 1, 1, length]);
    const mask = tf.less(order, tf.reshape(several.counts, [gridRows, 1, 1, 1]));
    const own = this.#ownGrid(now, several);
    const self = splitHeads(take(now.key, several.ends), headSizeOf(this.#shape));
    const parts = [this.#together(take(query, several.rows), past, own, mask, self)];
    if (single) parts.push(this.#alone(query, this.#takeBoth(now, single), past));
    return take(parts.length > 1 ? tf.concat(parts, 0) : (parts[0] as tf.Tensor), places);
  }

  /** One token a row of the batch, `[rows, 1, …]`. */
  #alone(query: tf.Tensor, own: KeysAndValues, past: KeysAndValues): tf.Tensor {
    return attendOnce(query, this.#shape, past, this.#seen, byHead(own, this.#shape));
  }

  /** One query a row of the grid, `[gridRows, 1, heads * size]` → `[gridRows, heads * size]`. */
  #together(
    query: tf.Tensor,
    past: KeysAndValues,
    own: KeysAndValues,
    ownSeen: tf.Tensor,
    self: tf.Tensor,
  ): tf.Tensor {
    const split = splitHeads(query, headSizeOf(this.#shape));
    const seen = this.#gridSeen as tf.Tensor;
    const mixed = attendToCacheAndOwn(split, this.#cacheOf(past), seen, own, ownSeen, self);
    return tf.reshape(mixed, [-1, query.shape[2] as number]);
  }

  /** The cache of the grid's rows. */
  #cacheOf(past: KeysAndValues): KeysAndValues {
    const { several, lengths } = this.#input;
    const { rows } = several as GridInput;
    return rows.size === lengths.size ? past : this.#takeBoth(past, rows);
  }

  /** Keys and values of a grid by head, `[gridRows, keyValueHeads, length, size]`. */
  #ownGrid({ key, value }: KeysAndValues, { cells }: GridInput): KeysAndValues {
    return byHead({ key: toGrid(key, cells), value: toGrid(value, cells) }, this.#shape);
  }

  #takeBoth({ key, value }: KeysAndValues, rows: tf.Tensor): KeysAndValues {
    return { key: take(key, rows), value: take(value, rows) };
  }
}

/** Between two layers: the new tokens, `[tokens, width]`, and how far each is rotated, `[tokens, 1, size]`. */
interface Tokens extends Rotation {
  x: tf.Tensor;
}

/** The new tokens before the first layer. */
function beginExtend(
  weights: Weights,
  shape: PolicyShape,
  { ids, previous, positions }: ExtendInput,
  capacity: number,
): Tokens {
  const size = headSizeOf(shape);
  const tables = rotaryTables(shape, capacity);
  const pick = (table: Float32Array) =>
    tf.reshape(take(tf.tensor(table, [capacity, size]), positions), [ids.size, 1, size]);
  return { x: embed(weights, shape, ids, previous), cos: pick(tables.cos), sin: pick(tables.sin) };
}

/**
 * One layer, number `layer`, at the new tokens: `x`, and the cache with their keys and values. In the last one `x` is that of each row's last
 * new token alone (`ExtendInput.ends`).
 */
function extendLayer(
  weights: Weights,
  shape: PolicyShape,
  input: ExtendInput,
  attention: Attention,
  { x, cos, sin }: Tokens,
  layer: number,
  past: KeysAndValues,
): { x: tf.Tensor; cache: KeysAndValues } {
  const [, heads, , size] = past.key.shape as [number, number, number, number];
  const tokens = input.ids.size;
  const at = `model.layers.${layer}`;
  const normed = rmsNorm(x, weights(`${at}.input_layernorm.weight`), shape.epsilon);
  const query = (of: tf.Tensor, rotation: Rotation) =>
    queries(weights, shape, at, of, [of.shape[0] as number, 1], rotation);
  const now = keysAndValues(weights, shape, at, normed, [tokens, 1], { cos, sin });
  const store = (kept: tf.Tensor, added: tf.Tensor) =>
    tf.tensorScatterUpdate(kept, input.places, tf.reshape(added, [tokens * heads, size]));
  const cache = { key: store(past.key, now.key), value: store(past.value, now.value) };
  const { ends } = input;
  if (layer < shape.layers - 1 || !ends) {
    const mixed = attention.all(query(normed, { cos, sin }), now, past);
    return { x: finishLayer(weights, shape, at, x, mixed), cache };
  }
  const end = (of: tf.Tensor) => take(of, ends.tokens);
  const mixed = attention.last(
    query(end(normed), { cos: end(cos), sin: end(sin) }),
    now,
    past,
    ends.attended,
  );
  return { x: finishLayer(weights, shape, at, end(x), mixed), cache };
}

/**
 * New tokens of some or all rows behind what each row's cache holds. Linear layers work on the packed tokens; only attention lays
 * out by row those of rows that have several. `hidden [results, width]` is that of each row's last new token (`PackedTokens.ends`), where
 * the last layer is computed nowhere else behind its keys and values. Attention reads the cache as it was and the new tokens beside
 * it, so that a caller who donates the cache has their keys and values written into it in place.
 */
export function extend(
  weights: Weights,
  shape: PolicyShape,
  input: ExtendInput,
  past: readonly KeysAndValues[],
): Forward {
  const [first] = past;
  if (!first) throw new Error('extend: the cache has no layers');
  const border = frozenLayers(shape);
  const cache: KeysAndValues[] = [];
  let frozen: tf.Tensor | null = null;
  const capacity = first.key.shape[2] as number;
  const attention = new Attention(shape, input, capacity);
  let tokens = beginExtend(weights, shape, input, capacity);
  for (const [layer, kept] of past.entries()) {
    if (border > 0 && layer === border) frozen = tokens.x;
    const next = extendLayer(weights, shape, input, attention, tokens, layer, kept);
    tokens = { ...tokens, x: next.x };
    cache.push(next.cache);
  }
  return { hidden: rmsNorm(tokens.x, weights('model.norm.weight'), shape.epsilon), cache, frozen };
}
