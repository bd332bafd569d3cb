import * as tf from '@tensorflow/tfjs-core';
import type { Engine, Jitted } from '../tensor/engine.ts';
import { type ExtendInput, extend } from './extend.ts';
import { geometricSize } from './geometric-size.ts';
import type { PackedTokens } from './packed-tokens.ts';
import type { PromptBatch } from './prompt-batch.ts';
import { frozenLayers, type PolicyShape } from './shape.ts';
import { type Forward, logits, logitsBy, outputTable, prefill, type Weights } from './transformer.ts';

/** What the graphs read of a policy. */
export interface GraphSource {
  readonly engine: Engine;
  readonly shape: PolicyShape;
  readonly parameters: readonly unknown[];
  /** One a parameter, as they are now. */
  readonly weights: readonly tf.Tensor[];
  named(tensors: readonly tf.Tensor[]): Weights;
}

/** What a call hands back; the caller disposes it. */
export interface Extended {
  /** `[results, vocabulary]`; null unless asked for. */
  logits: tf.Tensor | null;
  /** `[results, width]` */
  hidden: tf.Tensor;
  /** Of what was fed, in the order in which it was; see `Forward`. */
  frozen: tf.Tensor | null;
  /** Keys and values by layer, each `[rows, keyValueHeads, capacity, size]`. */
  cache: tf.Tensor[];
}

const FEWEST_COLUMNS = 8;

/**
 * The compiled functions that conversations of a policy share. A graph is compiled for each combination met of
 * - prompts of an empty conversation: rows, positions (multiples of 16), capacity of the cache;
 * - further tokens: rows, capacity, whether all logits are asked for, and packed tokens (2ᵏ, 1.5 · 2ᵏ), rows of the grid (a power of two up to
 *   half the rows, or all), its length (13 lengths up to 256) and whether other rows have one token. In lockstep, one token a row,
 *   rows and capacity alone decide;
 * - logits of some columns: results and number of columns (2ᵏ, 1.5 · 2ᵏ); this one is small;
 * - copying a cache: its shape and that of the copy; these are tiny.
 */
export class ConversationGraphs {
  readonly shape: PolicyShape;
  readonly #source: GraphSource;
  readonly #prefill: Jitted;
  readonly #extend: Jitted;
  readonly #extendToLogits: Jitted;
  readonly #columns: Jitted;
  readonly #take: Jitted;
  readonly #pad: Jitted;

  constructor(source: GraphSource) {
    const { engine, shape, parameters } = source;
    this.shape = shape;
    this.#source = source;
    this.#prefill = engine.jit('prefill', (inputs) => {
      const weights = source.named(inputs);
      const [ids, lengths, room] = inputs.slice(parameters.length) as [tf.Tensor, tf.Tensor, tf.Tensor];
      const result = prefill(weights, shape, ids, lengths, room.size);
      return [logits(weights, shape, result.hidden), ...resultsOf(result)];
    });
    this.#extend = this.#compileExtend(false);
    this.#extendToLogits = this.#compileExtend(true);
    this.#columns = engine.jit('column logits', ([table, columns, hidden]) => [
      logitsBy(tf.gather(table as tf.Tensor, columns as tf.Tensor1D), shape, hidden as tf.Tensor),
    ]);
    this.#take = engine.jit('cache rows', ([kept, rows]) => [
      tf.gather(kept as tf.Tensor, rows as tf.Tensor1D),
    ]);
    this.#pad = engine.jit('larger cache', ([kept, room]) => {
      const wider: [number, number][] = [
        [0, 0],
        [0, 0],
        [0, (room as tf.Tensor).size],
        [0, 0],
      ];
      return [tf.pad(kept as tf.Tensor, wider)];
    });
  }

  /** Prompts of an empty conversation, whose cache gets `capacity` places. */
  async begin({ rows, positions, ids, lengths }: PromptBatch, capacity: number): Promise<Extended> {
    const fed = [
      tf.tensor(ids, [rows, positions], 'int32'),
      tf.tensor(lengths, [rows], 'int32'),
      tf.zeros([capacity - positions], 'bool'), // only its size is read
    ];
    const [next, ...results] = await call(this.#prefill, this.#source.weights, fed);
    return { logits: next as tf.Tensor, ...this.#read(results) };
  }

  /** New tokens behind a cache, which the call consumes. */
  async extend(packed: PackedTokens, cache: readonly tf.Tensor[], toLogits: boolean): Promise<Extended> {
    const fed = tensorsOf(packed, this.shape.keyValueHeads);
    const run = toLogits ? this.#extendToLogits : this.#extend;
    const results = await call(run, this.#source.weights, fed, cache);
    const logitsOf = toLogits ? (results.shift() as tf.Tensor) : null;
    return { logits: logitsOf, ...this.#read(results) };
  }

  /** Logits of some columns, `[results, geometricSize(columns)]`: behind the columns asked for are repeats. */
  async columns(hidden: tf.Tensor, columns: ArrayLike<number>): Promise<tf.Tensor> {
    const padded = new Int32Array(geometricSize(columns.length, FEWEST_COLUMNS));
    padded.set(columns);
    const table = outputTable(this.#source.named(this.#source.weights), this.shape);
    const fed = [tf.tensor(padded, [padded.length], 'int32')];
    const [result] = await call(this.#columns, [table], fed, [hidden]);
    return result as tf.Tensor;
  }

  /** The cache of some rows, in their order; disposes the old one. */
  async takeRows(cache: readonly tf.Tensor[], rows: readonly number[]): Promise<tf.Tensor[]> {
    return this.#replace(this.#take, cache, tf.tensor(Int32Array.from(rows), [rows.length], 'int32'));
  }

  /** The cache with `more` places; disposes the old one. */
  async enlarge(cache: readonly tf.Tensor[], more: number): Promise<tf.Tensor[]> {
    return this.#replace(this.#pad, cache, tf.zeros([more], 'bool'));
  }

  dispose(): void {
    for (const run of [
      this.#prefill,
      this.#extend,
      this.#extendToLogits,
      this.#columns,
      this.#take,
      this.#pad,
    ])
      run.dispose();
  }

  /** One tensor at a time, so that no two whole caches exist. */
  async #replace(run: Jitted, cache: readonly tf.Tensor[], argument: tf.Tensor): Promise<tf.Tensor[]> {
    const results: tf.Tensor[] = [];
    for (const kept of cache) {
      const [result] = await run([kept, argument]);
      results.push(result as tf.Tensor);
      kept.dispose();
    }
    argument.dispose();
    return results;
  }

  /** Undoes `resultsOf`. */
  #read(results: tf.Tensor[]): Omit<Extended, 'logits'> {
    const [hidden, ...rest] = results as [tf.Tensor, ...tf.Tensor[]];
    const frozen = frozenLayers(this.shape) > 0 ? (rest.shift() as tf.Tensor) : null;
    return { hidden, frozen, cache: rest };
  }

  #compileExtend(toLogits: boolean): Jitted {
    const { engine, shape, parameters } = this.#source;
    const first = parameters.length + EXTEND_INPUTS.length;
    const fn = (inputs: tf.Tensor[]) => {
      const weights = this.#source.named(inputs);
      const cache = Array.from({ length: shape.layers }, (_, layer) => ({
        key: inputs[first + 2 * layer] as tf.Tensor,
        value: inputs[first + 2 * layer + 1] as tf.Tensor,
      }));
      const fed = inputsOf(inputs.slice(parameters.length, first));
      const result = extend(weights, shape, { ...fed, cache });
      return [...(toLogits ? [logits(weights, shape, result.hidden)] : []), ...resultsOf(result)];
    };
    const donate = Array.from({ length: 2 * shape.layers }, (_, i) => first + i);
    return engine.jit(toLogits ? 'extend to logits' : 'extend', fn, { donate });
  }
}

/** What a call hands back, in this order. */
function resultsOf({ hidden, frozen, cache }: Forward): tf.Tensor[] {
  return [hidden, ...(frozen ? [frozen] : []), ...cache.flatMap(({ key, value }) => [key, value])];
}

/** Calls a function and disposes what was fed to it beside weights and cache. */
async function call(
  run: Jitted,
  weights: readonly tf.Tensor[],
  fed: readonly tf.Tensor[],
  rest: readonly tf.Tensor[] = [],
): Promise<tf.Tensor[]> {
  try {
    return await run([...weights, ...fed, ...rest]);
  } finally {
    tf.dispose([...new Set(fed)]);
  }
}

/** The order of a call's tensors between weights and cache; what is not there has no elements. */
const EXTEND_INPUTS = [
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

function tensorsOf(packed: PackedTokens, heads: number): tf.Tensor[] {
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

function inputsOf(tensors: readonly tf.Tensor[]): Omit<ExtendInput, 'cache'> {
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
