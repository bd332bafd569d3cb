import * as tf from '@tensorflow/tfjs-core';
import type { Jitted } from '../tensor/engine.ts';
import { rmsNorm } from '../tensor/ops.ts';
import type { AttendingRow, KeptRow, RowAttention } from '../tensor/row-attention.ts';
import type { GraphSource } from './graph-source.ts';
import type { PackedRows } from './packed-rows.ts';
import { RotaryRows } from './rotary-rows.ts';
import { frozenLayers } from './shape.ts';
import { embed, finishLayer, keysAndValues, queries, type Rotation, type Weights } from './transformer.ts';

/** A compiled function and the weights it takes first, by name. */
interface Part {
  run: Jitted;
  names: readonly string[];
}

/** A row with new tokens, and what is kept of it, by layer. */
export interface FedRow {
  attending: AttendingRow;
  kept: readonly KeptRow[];
}

/**
 * New tokens of a conversation's rows through a deep model, from one attention to the next: what lies between two of them works on all
 * tokens alike, so that a graph is compiled for each of few numbers of tokens, and what it holds is a layer's. Layers with the same
 * weights by name, so all that have adapters and all that have none, share a compiled function. Attention goes row by row (`RowAttention`).
 */
export class LayerGraphs {
  /** Queries of a token to each head of keys. */
  readonly queries: number;
  readonly #source: GraphSource;
  readonly #attention: RowAttention;
  readonly #rotary: RotaryRows;
  /** Up to the first attention. */
  readonly #first: Part;
  /** From the attention of one layer to that of the next, by layer. */
  readonly #between: Part[] = [];
  /** Behind the last attention. */
  readonly #end: Part;

  constructor(source: GraphSource, attention: RowAttention) {
    const { shape } = source;
    this.queries = shape.heads / shape.keyValueHeads;
    this.#source = source;
    this.#attention = attention;
    this.#rotary = new RotaryRows(shape);
    this.#first = this.#compileFirst();
    const kinds = new Map<string, Jitted>();
    for (let layer = 0; layer < shape.layers - 1; layer++) {
      const names = [...this.#namesIn(layer, false), ...this.#namesIn(layer + 1, true)];
      const kind = names.map((name) => name.replace(/^model\.layers\.\d+\./, '')).join();
      const run = kinds.get(kind) ?? this.#compileBetween(layer, names);
      kinds.set(kind, run);
      this.#between.push({ run, names });
    }
    this.#end = this.#compileEnd();
  }

  /**
   * Feeds tokens behind what is kept of each row, which gets theirs: hidden states `[rows, width]` of each row's last new token, and those of
   * all new tokens at the border of frozen layers, where there are some.
   */
  async extend(
    packed: PackedRows,
    rows: readonly FedRow[],
  ): Promise<{ hidden: tf.Tensor; frozen: tf.Tensor | null }> {
    const border = frozenLayers(this.#source.shape);
    const attending = rows.map((row) => row.attending);
    const vector = (values: Int32Array) => tf.tensor(values, [values.length], 'int32');
    const fed = [vector(packed.ids), vector(packed.previous)];
    const turn = this.#rotary.at(packed.positions);
    const ends = vector(packed.ends);
    let states = await this.#call(this.#first, [...fed, turn.cos, turn.sin]);
    let frozen: tf.Tensor | null = null;
    for (let layer = 0; ; layer++) {
      const [x, query, key, value] = states as [tf.Tensor, tf.Tensor, tf.Tensor, tf.Tensor];
      if (border > 0 && layer === border) frozen = x;
      const kept = rows.map((row) => row.kept[layer] as KeptRow);
      const mixed = this.#attention.attend(query, key, value, attending, kept);
      const next = this.#between[layer];
      states = next
        ? await this.#call(next, [x, mixed, turn.cos, turn.sin])
        : await this.#call(this.#end, [x, mixed, ends]);
      tf.dispose([query, key, value, mixed, ...(x === frozen ? [] : [x])]);
      if (!next) break;
    }
    tf.dispose([...fed, turn.cos, turn.sin, ends]);
    return { hidden: states[0] as tf.Tensor, frozen };
  }

  dispose(): void {
    const parts = [this.#first, ...this.#between, this.#end];
    for (const run of new Set(parts.map((part) => part.run))) run.dispose();
    this.#attention.dispose();
  }

  #call({ run, names }: Part, rest: readonly tf.Tensor[]): Promise<tf.Tensor[]> {
    const weights = this.#source.named(this.#source.weights);
    return run([...names.map(weights), ...rest]);
  }

  /** Weights of a layer that are read before its attention, or behind it. */
  #namesIn(layer: number, before: boolean): string[] {
    const at = `model.layers.${layer}.`;
    const isBefore = (name: string) => /^(input_layernorm|self_attn\.[qkv]_)/.test(name.slice(at.length));
    return this.#source.parameters
      .map(({ name }) => name)
      .filter((name) => name.startsWith(at) && isBefore(name) === before);
  }

  #compileFirst(): Part {
    const { engine, shape, parameters } = this.#source;
    const tables = parameters.map(({ name }) => name).filter((name) => name.startsWith('model.embed_'));
    const names = [...tables, ...this.#namesIn(0, true)];
    const run = engine.jit('up to attention', (inputs) => {
      const [ids, previous, cos, sin] = inputs.slice(names.length) as [
        tf.Tensor,
        tf.Tensor,
        tf.Tensor,
        tf.Tensor,
      ];
      const weights = byName(names, inputs);
      const x = embed(weights, shape, ids, previous);
      return [x, ...this.#beforeAttention(weights, 0, x, { cos, sin })];
    });
    return { names, run };
  }

  #compileBetween(layer: number, names: readonly string[]): Jitted {
    const { engine, shape } = this.#source;
    return engine.jit('attention to attention', (inputs) => {
      const [x, mixed, cos, sin] = inputs.slice(names.length) as [tf.Tensor, tf.Tensor, tf.Tensor, tf.Tensor];
      const weights = byName(names, inputs);
      const next = finishLayer(weights, shape, `model.layers.${layer}`, x, this.#byHead(mixed));
      return [next, ...this.#beforeAttention(weights, layer + 1, next, { cos, sin })];
    });
  }

  #compileEnd(): Part {
    const { engine, shape } = this.#source;
    const layer = shape.layers - 1;
    const names = [...this.#namesIn(layer, false), 'model.norm.weight'];
    const run = engine.jit('behind attention', (inputs) => {
      const [x, mixed, ends] = inputs.slice(names.length) as [tf.Tensor, tf.Tensor, tf.Tensor1D];
      const weights = byName(names, inputs);
      const at = `model.layers.${layer}`;
      const last = this.#byHead(tf.gather(mixed, ends));
      const finished = finishLayer(weights, shape, at, tf.gather(x, ends), last);
      return [rmsNorm(finished, weights('model.norm.weight'), shape.epsilon)];
    });
    return { names, run };
  }

  /** Queries, keys and values of a layer at the states `x [tokens, width]` before it, as `RowAttention` takes them. */
  #beforeAttention(weights: Weights, layer: number, x: tf.Tensor, turn: Rotation): tf.Tensor[] {
    const { shape } = this.#source;
    const at = `model.layers.${layer}`;
    const tokens = x.shape[0] as number;
    const normed = rmsNorm(x, weights(`${at}.input_layernorm.weight`), shape.epsilon);
    const query = queries(weights, shape, at, normed, [tokens, 1], turn);
    const { key, value } = keysAndValues(weights, shape, at, normed, [tokens, 1], turn);
    const flat = (part: tf.Tensor) => tf.reshape(part, [tokens, -1]);
    return [swapHeads(flat(query), shape.keyValueHeads, this.queries), flat(key), flat(value)];
  }

  /** What `RowAttention` returns, in the model's order of heads. */
  #byHead(mixed: tf.Tensor): tf.Tensor {
    return swapHeads(mixed, this.queries, this.#source.shape.keyValueHeads);
  }
}

/** `[tokens, outer * inner * size]` as `[tokens, inner * outer * size]`. */
function swapHeads(x: tf.Tensor, outer: number, inner: number): tf.Tensor {
  const width = x.shape[1] as number;
  const byHead = tf.reshape(x, [-1, outer, inner, width / (outer * inner)]);
  return tf.reshape(tf.transpose(byHead, [0, 2, 1, 3]), [-1, width]);
}

/** Weights that stand at the front of a function's inputs. */
function byName(names: readonly string[], inputs: readonly tf.Tensor[]): Weights {
  return (name) => inputs[names.indexOf(name)] as tf.Tensor;
}
