import * as tf from '@tensorflow/tfjs-core';
import type { ExtendInput } from './extend.ts';
import type { PackedTokens } from './packed-tokens.ts';

/** The tensors of `ExtendInput` in the order in which compiled functions take them; what is not there has no elements. */
export const EXTEND_INPUTS = [
  'ids',
  'previous',
  'positions',
  'places',
  'lengths',
  'single',
  'attended',
  'ends',
  'endsAttended',
  'gridRows',
  'gridCells',
  'gridCounts',
  'gridEnds',
] as const;

/** Packed tokens as tensors, in the order of `EXTEND_INPUTS`; what is absent is one tensor. */
export function tensorsOf(packed: PackedTokens, heads: number): tf.Tensor[] {
  const { several, ends } = packed;
  let none: tf.Tensor | null = null;
  const absent = () => {
    none ??= tf.tensor([], [0], 'int32');
    return none;
  };
  const vector = (values: Int32Array | null | undefined) =>
    values ? tf.tensor(values, [values.length], 'int32') : absent();
  const tensors: Record<(typeof EXTEND_INPUTS)[number], tf.Tensor> = {
    ids: vector(packed.ids),
    previous: vector(packed.previous),
    positions: vector(packed.positions),
    places: tf.tensor(placesByHead(packed.places, heads), [packed.ids.length * heads, 3], 'int32'),
    lengths: vector(packed.lengths),
    single: vector(packed.single),
    attended: vector(packed.attended),
    ends: vector(ends?.tokens),
    endsAttended: vector(ends?.attended),
    gridRows: vector(several?.rows),
    gridCells: several ? tf.tensor(several.cells, [several.rows.length, several.length], 'int32') : absent(),
    gridCounts: vector(several?.counts),
    gridEnds: vector(several?.ends),
  };
  return EXTEND_INPUTS.map((name) => tensors[name]);
}

/** Undoes `tensorsOf`. */
export function inputsOf(tensors: readonly tf.Tensor[]): ExtendInput {
  const named = Object.fromEntries(EXTEND_INPUTS.map((name, i) => [name, tensors[i]])) as Record<
    (typeof EXTEND_INPUTS)[number],
    tf.Tensor
  >;
  const { ids, previous, positions, places, lengths, single, attended } = named;
  const { ends, endsAttended, gridRows, gridCells, gridCounts, gridEnds } = named;
  const there = (tensor: tf.Tensor) => (tensor.size > 0 ? tensor : null);
  return {
    ...{ ids, previous, positions, places, lengths },
    several: there(gridRows) && { rows: gridRows, cells: gridCells, counts: gridCounts, ends: gridEnds },
    single: there(single),
    attended: there(attended),
    ends: there(ends) && { tokens: ends, attended: endsAttended },
  };
}

/** `places [tokens, 2]`, row and place, for every head: `[tokens * heads, 3]`. */
function placesByHead(places: Int32Array, heads: number): Int32Array {
  const lanes = (places.length / 2) * heads;
  const byHead = new Int32Array(3 * lanes);
  for (let lane = 0; lane < lanes; lane++) {
    const token = Math.floor(lane / heads);
    byHead[3 * lane] = places[2 * token] as number;
    byHead[3 * lane + 1] = lane % heads;
    byHead[3 * lane + 2] = places[2 * token + 1] as number;
  }
  return byHead;
}
