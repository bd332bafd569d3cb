import * as tf from '@tensorflow/tfjs-core';
import { KEPT_POSITIONS } from './kept-positions.ts';
import { CAUSAL_ATTENTION, fitsCausalAttention } from './kernels/fused.ts';
import { backendHas, differentiable, groupHeads, joinHeads, splitHeads } from './ops.ts';

/** Additive mask value: far below any logit, finite so that a fully masked row stays finite. */
const MASKED = -1e9;

/** Additive causal mask `[1, 1, positions, positions]`. */
function causalMask(positions: number): tf.Tensor {
  const mask = new Float32Array(positions * positions);
  for (let i = 0; i < positions; i++)
    for (let j = i + 1; j < positions; j++) mask[i * positions + j] = MASKED;
  return tf.tensor(mask, [1, 1, positions, positions]);
}

/** What causal attention computes, and what its gradient and a cache need of it. */
export interface CausalAttention {
  /** `[rows, positions, heads * size]` */
  mixed: tf.Tensor;
  /** `[rows, keyValueHeads, positions, size]`, as are the values. */
  keys: tf.Tensor;
  values: tf.Tensor;
  /** By block, to all positions up to its end: `[rows, heads, end - start, end]`. */
  weights: tf.Tensor[];
}

/** Whether the engine in use has one kernel for attention to heads of this size. */
function isFused(size: number): boolean {
  return backendHas(CAUSAL_ATTENTION) && fitsCausalAttention(size);
}

/** Positions `[start, end)` of a sequence. */
interface Block {
  start: number;
  end: number;
}

const LEAST_BLOCK = 128;
const MOST_BLOCKS = 8;

/**
 * Blocks of positions, each of which attends to nothing behind it: of four, that leaves out 6 of 16 products. Each adds nodes to be
 * compiled, so a short sequence is one block; so are several rows, since the kernel takes what is before a block for one row only.
 */
function blocksOf([rows, positions]: readonly number[], size: number): Block[] {
  const total = positions as number;
  const most = rows === 1 && isFused(size) ? MOST_BLOCKS : 1;
  const count = Math.max(1, Math.min(most, Math.floor(total / LEAST_BLOCK)));
  const border = (i: number) => Math.round((i * total) / count);
  return Array.from({ length: count }, (_, i) => ({ start: border(i), end: border(i + 1) }));
}

/**
 * Softmax attention of every position to itself and those before it: query `[rows, positions, heads * size]`, key and value
 * `[rows, positions, keyValueHeads * size]`. Has no gradient: see `causalAttention`.
 */
export function attendCausally(
  query: tf.Tensor,
  key: tf.Tensor,
  value: tf.Tensor,
  size: number,
): CausalAttention {
  if (!isFused(size)) return attendPlainly(query, key, value, size);
  const attend = (inputs: tf.NamedTensorMap) => {
    const results = tf.engine().runKernel(CAUSAL_ATTENTION, inputs, { size });
    return results as unknown as [tf.Tensor, tf.Tensor, tf.Tensor, tf.Tensor];
  };
  const blocks = blocksOf(query.shape, size);
  if (blocks.length === 1) {
    const [mixed, keys, values, weights] = attend({ query, key, value });
    return { mixed, keys, values, weights: [weights] };
  }
  const [keys, values] = [splitHeads(key, size), splitHeads(value, size)];
  const [queries, ownKeys, ownValues] = [query, key, value].map((x) => inBlocks(x, blocks, 1));
  const parts = blocks.map(({ start }, i) => {
    const own = { query: queries![i]!, key: ownKeys![i]!, value: ownValues![i]! };
    const past = start > 0 && { pastKeys: firstPlaces(keys, start), pastValues: firstPlaces(values, start) };
    const [mixed, , , weights] = attend({ ...own, ...past });
    return { mixed, weights };
  });
  const mixed = tf.concat(
    parts.map((part) => part.mixed),
    1,
  );
  return { mixed, keys, values, weights: parts.map(({ weights }) => weights) };
}

/** `attendCausally` in operations that every engine has, as one block. */
function attendPlainly(query: tf.Tensor, key: tf.Tensor, value: tf.Tensor, size: number): CausalAttention {
  const [rows, positions, width] = query.shape as [number, number, number];
  const [keys, values] = [splitHeads(key, size), splitHeads(value, size)];
  const grouped = groupHeads(splitHeads(query, size), keys.shape[1]!);
  const scores = tf.mul(tf.matMul(grouped, keys, false, true), 1 / Math.sqrt(size));
  const shape = [rows, width / size, positions, positions];
  const weights = tf.softmax(tf.add(tf.reshape(scores, shape), causalMask(positions)));
  const mixed = tf.matMul(groupHeads(weights, keys.shape[1]!), values);
  return {
    mixed: joinHeads(tf.reshape(mixed, [...shape.slice(0, 3), size])),
    keys,
    values,
    weights: [weights],
  };
}

/** Parts of a tensor along the axis of its positions. */
function inBlocks(x: tf.Tensor, blocks: readonly Block[], axis: number): tf.Tensor[] {
  if (blocks.length === 1) return [x];
  const sizes = blocks.map(({ start, end }) => end - start);
  return tf.split(x, sizes, axis);
}

/** The first places of keys or values `[rows, keyValueHeads, positions, size]`. */
function firstPlaces(x: tf.Tensor, count: number): tf.Tensor {
  const [rows, heads, positions, size] = x.shape as [number, number, number, number];
  return count === positions ? x : tf.slice(x, [0, 0, 0, 0], [rows, heads, count, size]);
}

/** Sum of tensors `[rows, keyValueHeads, places, size]` of ever more places, those beyond an end being zeros. */
function sumOfFirst(parts: readonly tf.Tensor[]): tf.Tensor {
  return parts.reduce((sum, part) => {
    const more = part.shape[2]! - sum.shape[2]!;
    const padded = tf.pad(sum, [
      [0, 0],
      [0, 0],
      [0, more],
      [0, 0],
    ]);
    return tf.add(part, padded);
  });
}

/** The result of `attendCausally`, `[rows, positions, heads * size]`, with a gradient. */
export function causalAttention(query: tf.Tensor, key: tf.Tensor, value: tf.Tensor, size: number): tf.Tensor {
  const scale = 1 / Math.sqrt(size);
  const blocks = blocksOf(query.shape, size);
  const apply = differentiable((...inputs) => {
    const [q, k, v, save] = inputs as [tf.Tensor, tf.Tensor, tf.Tensor, tf.GradSaveFunc];
    const attended = attendCausally(q, k, v, size);
    const { mixed } = attended;
    const isLong = q.shape[1]! > KEPT_POSITIONS;
    save([q, mixed, ...(isLong ? [k, v] : [attended.keys, attended.values, ...attended.weights])]);
    // Σ_keys weights·dweights equals Σ_size dy·mixed (FlashAttention, Dao et al. 2022, eq. 4): a far smaller product.
    const gradFunc = (dy: tf.Tensor, saved: tf.Tensor[]): tf.Tensor[] => {
      const [q0, m0, k1, v1, ...kept] = saved as [tf.Tensor, tf.Tensor, tf.Tensor, tf.Tensor, ...tf.Tensor[]];
      const again = isLong ? attendCausally(q0, k1, v1, size) : null;
      const [k0, v0] = again ? [again.keys, again.values] : [k1, v1];
      const [rows, positions, width] = q0.shape as [number, number, number];
      const group = (x: tf.Tensor): tf.Tensor => groupHeads(x, k0.shape[1]!);
      const byBlock = (x: tf.Tensor) => inBlocks(x, blocks, 2).map(group);
      const along = tf.sum(tf.reshape(tf.mul(dy, m0), [rows, positions, width / size, size]), 3);
      const pull = tf.reshape(tf.transpose(along, [0, 2, 1]), [rows, width / size, positions, 1]);
      const dMixed = splitHeads(dy, size);
      const [queries, pulls, pulled] = [splitHeads(q0, size), dMixed, tf.concat([dMixed, pull], 3)].map(
        byBlock,
      );
      const less = tf.concat([v0, tf.fill([...v0.shape.slice(0, 3), 1], -1)], 3);
      const parts = blocks.map(({ end }, i) => {
        const all = (again?.weights ?? kept)[i] as tf.Tensor;
        const w = group(all);
        const dScores = tf.mul(w, tf.matMul(pulled![i]!, firstPlaces(less, end), false, true));
        return {
          query: tf.reshape(tf.matMul(dScores, firstPlaces(k0, end)), [...all.shape.slice(0, 3), size]),
          key: tf.matMul(dScores, queries![i]!, true, false),
          value: tf.matMul(w, pulls![i]!, true, false),
        };
      });
      const dQuery =
        parts.length > 1
          ? tf.concat(
              parts.map(({ query }) => query),
              2,
            )
          : parts[0]!.query;
      const [dKey, dValue] = (['key', 'value'] as const).map((part) =>
        sumOfFirst(parts.map((of) => of[part])),
      );
      return [tf.mul(dQuery, scale), tf.mul(dKey!, scale), dValue!].map(joinHeads);
    };
    return { value: mixed, gradFunc };
  });
  return apply(query, key, value);
}
