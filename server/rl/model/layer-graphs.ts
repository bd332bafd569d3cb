import * as tf from '@tensorflow/tfjs-core';
import type { Jitted } from '../tensor/engine.ts';
import { Attention, beginExtend, endExtend, extendLayer } from './extend.ts';
import { EXTEND_INPUTS, inputsOf } from './extend-inputs.ts';
import type { GraphSource } from './graph-source.ts';
import { frozenLayers } from './shape.ts';
import type { Weights } from './transformer.ts';

/** A compiled function and the weights it takes first, by name. */
interface Part {
  run: Jitted;
  names: readonly string[];
}

/**
 * `extend` of a deep model, layer by layer: what compiling costs, and what a graph holds, is that of one layer instead of all. Layers with
 * the same weights by name, so all that have adapters and all that have none, share a compiled function; the last one, which is computed
 * at fewer places, has its own.
 */
export class LayerGraphs {
  readonly #source: GraphSource;
  readonly #begin: Part;
  /** One a layer; the names begin behind `model.layers.N.`. */
  readonly #layers: Part[] = [];
  readonly #end: Part;

  constructor(source: GraphSource) {
    const { engine, shape, parameters } = source;
    this.#source = source;
    const begin = parameters.map(({ name }) => name).filter((name) => name.startsWith('model.embed_'));
    this.#begin = {
      names: begin,
      run: engine.jit('first states', (inputs) => {
        const [capacity, ...fed] = inputs.slice(begin.length) as [tf.Tensor, ...tf.Tensor[]];
        const { x, cos, sin } = beginExtend(byName(begin, inputs), shape, inputsOf(fed), capacity.size);
        return [x, cos, sin];
      }),
    };
    const end = ['model.norm.weight'];
    this.#end = {
      names: end,
      run: engine.jit('last norm', (inputs) => [
        endExtend(byName(end, inputs), shape, inputs[end.length] as tf.Tensor),
      ]),
    };
    const kinds = new Map<string, Part>();
    for (let layer = 0; layer < shape.layers; layer++) {
      const at = prefixOf(layer);
      const names = parameters
        .filter(({ name }) => name.startsWith(at))
        .map(({ name }) => name.slice(at.length));
      const key = [layer === shape.layers - 1, ...names].join();
      const kind = kinds.get(key) ?? { names, run: this.#compile(layer, names) };
      kinds.set(key, kind);
      this.#layers.push(kind);
    }
  }

  /**
   * Feeds tokens (`tensorsOf`) behind a cache, which it consumes: hidden states `[results, width]`, those at the border of frozen layers where
   * there are some, and the cache.
   */
  async extend(fed: readonly tf.Tensor[], past: readonly tf.Tensor[]): Promise<tf.Tensor[]> {
    const { shape } = this.#source;
    const border = frozenLayers(shape);
    const cache: tf.Tensor[] = [];
    let frozen: tf.Tensor | null = null;
    const capacity = tf.zeros([past[0]?.shape[2] as number], 'bool'); // only its size is read
    let [x, ...turn] = (await this.#call(this.#begin, '', [capacity, ...fed])) as [tf.Tensor, ...tf.Tensor[]];
    capacity.dispose();
    for (const [layer, part] of this.#layers.entries()) {
      if (border > 0 && layer === border) frozen = x;
      const kept = past.slice(2 * layer, 2 * layer + 2);
      const [next, ...added] = await this.#call(part, prefixOf(layer), [x, ...turn, ...fed, ...kept]);
      if (x !== frozen) x.dispose();
      x = next as tf.Tensor;
      cache.push(...added);
    }
    const [hidden] = (await this.#call(this.#end, '', [x])) as [tf.Tensor];
    tf.dispose([x, ...turn]);
    return [hidden, ...(frozen ? [frozen] : []), ...cache];
  }

  dispose(): void {
    for (const { run } of [this.#begin, ...new Set(this.#layers), this.#end]) run.dispose();
  }

  #call({ run, names }: Part, prefix: string, rest: readonly tf.Tensor[]): Promise<tf.Tensor[]> {
    const weights = this.#source.named(this.#source.weights);
    return run([...names.map((name) => weights(prefix + name)), ...rest]);
  }

  #compile(layer: number, names: readonly string[]): Jitted {
    const { engine, shape } = this.#source;
    const at = prefixOf(layer);
    const tokens = names.length + 3; // states and their rotation
    const cache = tokens + EXTEND_INPUTS.length;
    const full = names.map((name) => at + name);
    const fn = (inputs: tf.Tensor[]) => {
      const [x, cos, sin] = inputs.slice(names.length) as [tf.Tensor, tf.Tensor, tf.Tensor];
      const [key, value] = inputs.slice(cache) as [tf.Tensor, tf.Tensor];
      const fed = inputsOf(inputs.slice(tokens, cache));
      const attention = new Attention(shape, fed, key.shape[2] as number);
      const past = { key, value };
      const next = extendLayer(byName(full, inputs), shape, fed, attention, { x, cos, sin }, layer, past);
      return [next.x, next.cache.key, next.cache.value];
    };
    return engine.jit('layer', fn, { donate: [cache, cache + 1] });
  }
}

function prefixOf(layer: number): string {
  return `model.layers.${layer}.`;
}

/** Weights that stand at the front of a function's inputs. */
function byName(names: readonly string[], inputs: readonly tf.Tensor[]): Weights {
  return (name) => inputs[names.indexOf(name)] as tf.Tensor;
}
