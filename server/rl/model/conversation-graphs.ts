import * as tf from '@tensorflow/tfjs-core';
import type { Jitted } from '../tensor/engine.ts';
import type { ConversationCache } from './conversation-cache.ts';
import { DeviceSampler } from './device-sampling.ts';
import { extend } from './extend.ts';
import { EXTEND_INPUTS, inputsOf, tensorsOf } from './extend-inputs.ts';
import { geometricSize } from './geometric-size.ts';
import type { GraphSource } from './graph-source.ts';
import { LayerGraphs } from './layer-graphs.ts';
import type { PackedTokens } from './packed-tokens.ts';
import type { PromptBatch } from './prompt-batch.ts';
import { RowCache } from './row-cache.ts';
import { frozenLayers, headSizeOf, type PolicyShape } from './shape.ts';
import { type Forward, logits, logitsBy, outputTable, prefill } from './transformer.ts';

/** What a call hands back; the caller disposes it. */
interface Extended {
  /** `[results, width]` */
  hidden: tf.Tensor;
  /** Of what was fed, in the order in which it was; see `Forward`. */
  frozen: tf.Tensor | null;
  /** Keys and values by layer, each `[rows, keyValueHeads, capacity, size]`. */
  cache: tf.Tensor[];
}

const FEWEST_COLUMNS = 8;
/** A model with more layers goes from attention to attention on ONNX Runtime. For few of them, and on a GPU, calls cost more than graphs. */
const FEW_LAYERS = 4;

/**
 * The compiled functions that conversations of a policy share. A graph is compiled for each combination met of
 * - prompts of an empty conversation: rows, positions (multiples of 16), capacity of the cache;
 * - further tokens: rows, capacity, and packed tokens (2ᵏ, 1.5 · 2ᵏ), rows of the grid (a power of two
 *   up to half the rows, or all), its length (13 lengths up to 256) and whether other rows have one token. In lockstep, one token a row,
 *   rows and capacity alone decide. Of a deep model the number of tokens does (`LayerGraphs`), first prompts included;
 * - logits of the whole vocabulary: results; of some columns: results and number of columns (2ᵏ, 1.5 · 2ᵏ); this one is small;
 * - copying a cache: its shape and that of the copy; these are tiny.
 */
export class ConversationGraphs {
  readonly shape: PolicyShape;
  /** Draws where logits are computed; null on ONNX Runtime, whose tensors are the host's own. */
  readonly sampler: DeviceSampler | null;
  readonly #source: GraphSource;
  readonly #prefill: Jitted;
  readonly #extend: Jitted;
  /** In the place of `#prefill` and `#extend` for a deep model. */
  readonly #layers: LayerGraphs | null;
  readonly #allLogits: Jitted;
  readonly #columns: Jitted;
  readonly #take: Jitted;
  readonly #pad: Jitted;

  constructor(source: GraphSource) {
    const { engine, shape, parameters } = source;
    this.shape = shape;
    this.#source = source;
    this.sampler = engine.name === 'tensorflow' ? new DeviceSampler(engine) : null;
    this.#prefill = engine.jit('prefill', (inputs) => {
      const weights = source.named(inputs);
      const [ids, lengths, room] = inputs.slice(parameters.length) as [tf.Tensor, tf.Tensor, tf.Tensor];
      const result = prefill(weights, shape, ids, lengths, room.size);
      return [logits(weights, shape, result.hidden), ...resultsOf(result)];
    });
    this.#extend = this.#compileExtend();
    const attention = shape.layers > FEW_LAYERS ? engine.openRowAttention?.(shape.keyValueHeads) : undefined;
    this.#layers = attention ? new LayerGraphs(source, attention) : null;
    this.#allLogits = engine.jit('logits', ([table, hidden]) => [
      logitsBy(table as tf.Tensor, shape, hidden as tf.Tensor),
    ]);
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

  /** Whether rows lie apart (`RowCache`). */
  get isByRow(): boolean {
    return this.#layers !== null;
  }

  /** An empty cache of so many rows; null where prompts of an empty conversation are read by `begin`, which makes one. */
  openCache(rows: number): ConversationCache | null {
    if (!this.#layers) return null;
    const { layers, keyValueHeads } = this.shape;
    return new RowCache(this.#layers, rows, layers, keyValueHeads * headSizeOf(this.shape));
  }

  /** Prompts of an empty conversation, whose cache gets `capacity` places: its logits too, `[rows, vocabulary]`. */
  async begin(
    { rows, positions, ids, lengths }: PromptBatch,
    capacity: number,
  ): Promise<Extended & { logits: tf.Tensor }> {
    const fed = [
      tf.tensor(ids, [rows, positions], 'int32'),
      tf.tensor(lengths, [rows], 'int32'),
      tf.zeros([capacity - positions], 'bool'), // only its size is read
    ];
    const [next, ...results] = await disposing(fed, () => this.#prefill([...this.#source.weights, ...fed]));
    return { logits: next as tf.Tensor, ...this.#read(results) };
  }

  /** New tokens behind a cache, which the call consumes. */
  async extend(packed: PackedTokens, cache: readonly tf.Tensor[]): Promise<Extended> {
    const fed = tensorsOf(packed, this.shape.keyValueHeads);
    return this.#read(await disposing(fed, () => this.#extend([...this.#source.weights, ...fed, ...cache])));
  }

  /** Logits of the whole vocabulary, `[results, vocabulary]`. */
  async logits(hidden: tf.Tensor): Promise<tf.Tensor> {
    const [result] = await this.#allLogits([this.#table, hidden]);
    return result as tf.Tensor;
  }

  /** Logits of some columns, `[results, geometricSize(columns)]`: behind the columns asked for are repeats. */
  async columns(hidden: tf.Tensor, columns: ArrayLike<number>): Promise<tf.Tensor> {
    const padded = new Int32Array(geometricSize(columns.length, FEWEST_COLUMNS));
    padded.set(columns);
    const fed = [tf.tensor(padded, [padded.length], 'int32')];
    const [result] = await disposing(fed, () => this.#columns([this.#table, ...fed, hidden]));
    return result as tf.Tensor;
  }

  get #table(): tf.Tensor {
    return outputTable(this.#source.named(this.#source.weights), this.shape);
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
    for (const run of [this.#prefill, this.#extend, this.#allLogits, this.#columns, this.#take, this.#pad])
      run.dispose();
    this.#layers?.dispose();
    this.sampler?.dispose();
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
  #read(results: tf.Tensor[]): Extended {
    const [hidden, ...rest] = results as [tf.Tensor, ...tf.Tensor[]];
    const frozen = frozenLayers(this.shape) > 0 ? (rest.shift() as tf.Tensor) : null;
    return { hidden, frozen, cache: rest };
  }

  #compileExtend(): Jitted {
    const { engine, shape, parameters } = this.#source;
    const first = parameters.length + EXTEND_INPUTS.length;
    const fn = (inputs: tf.Tensor[]) => {
      const weights = this.#source.named(inputs);
      const cache = Array.from({ length: shape.layers }, (_, layer) => ({
        key: inputs[first + 2 * layer] as tf.Tensor,
        value: inputs[first + 2 * layer + 1] as tf.Tensor,
      }));
      const fed = inputsOf(inputs.slice(parameters.length, first));
      return resultsOf(extend(weights, shape, fed, cache));
    };
    const donate = Array.from({ length: 2 * shape.layers }, (_, i) => first + i);
    return engine.jit('extend', fn, { donate });
  }
}

/** What a call hands back, in this order. */
function resultsOf({ hidden, frozen, cache }: Forward): tf.Tensor[] {
  return [hidden, ...(frozen ? [frozen] : []), ...cache.flatMap(({ key, value }) => [key, value])];
}

/** Disposes what is fed to a call, which may be one tensor in several places, once it has ended. */
async function disposing(fed: readonly tf.Tensor[], call: () => Promise<tf.Tensor[]>): Promise<tf.Tensor[]> {
  try {
    return await call();
  } finally {
    tf.dispose([...new Set(fed)]);
  }
}
