import * as tf from '@tensorflow/tfjs-core';
import type { RunConfig } from '../../../contract/run-config.ts';
import type { World } from '../../envs/environment.ts';
import type { Parameter, PolicyShape } from '../../model/shape.ts';
import { initialValues } from '../../model/shape.ts';
import type { Random } from '../../random.ts';
import type { Engine, Jitted } from '../../tensor/engine.ts';
import { NotFinite } from '../alerts/not-finite.ts';
import { AdamW } from '../learn/optimizer.ts';

/** Value heads in column order. `low` is read before the action, `high` and `switch` before the response. */
export const HEADS = ['low', 'high', 'switch'] as const;
export type Head = (typeof HEADS)[number];

/** One row per turn; every array `[rows]` or `[rows][size]`. Null targets: the head has nothing to learn on this row. */
export interface CriticRows {
  /** Inputs before the response and before the action, `[rows][inputSize]`. */
  before: Float32Array[];
  planned: Float32Array[];
  targets: Record<Head, Float64Array | null>;
  /** 1 where the head's value position exists. */
  defined: Record<Head, Uint8Array | null>;
  /** Values when the turn was played, for value clipping. */
  old: Record<Head, Float32Array>;
}

/** What the trainer asks of a critic, whichever trunk it has. */
export interface ValueModel {
  /** Values of all heads for turns given by their inputs before the response and before the action. */
  values(
    before: readonly Float32Array[],
    planned: readonly Float32Array[],
  ): Promise<Record<Head, Float32Array>>;
}

const HIDDEN = 64;
/** Rows per compiled call. */
const CHUNK = 512;

/** How many numbers the critic of a run reads: the columns of the state, or those of the policy's hidden state. */
export function criticInputs(
  { critic }: Pick<RunConfig, 'critic'>,
  { state }: Pick<World, 'state'>,
  { width }: Pick<PolicyShape, 'width'>,
): number {
  return critic === 'features' ? state.columns.length : width;
}

/**
 * Value heads with a small trunk of their own (inputs are detached from the policy) and their own AdamW: a two-layer
 * SiLU network with one output column a head.
 */
export class Critic implements ValueModel {
  readonly parameters: Parameter[];
  readonly optimizer: AdamW;
  readonly #inputSize: number;
  readonly #value: Jitted;
  readonly #gradient: Jitted;
  #weights: tf.Tensor[];
  #replay: CriticRows[] = [];

  /** @param inputSize see `criticInputs` */
  constructor(engine: Engine, config: RunConfig, inputSize: number, random: Random) {
    this.#inputSize = inputSize;
    const linear = (name: string, out: number, input: number): Parameter[] => [
      { name: `${name}.weight`, shape: [out, input], deviation: 1 / Math.sqrt(input) },
      { name: `${name}.bias`, shape: [out], deviation: 0 },
    ];
    this.parameters = [
      ...linear('trunk.0', HIDDEN, inputSize),
      ...linear('trunk.1', HIDDEN, HIDDEN),
      ...linear('heads', HEADS.length, HIDDEN),
    ];
    this.#weights = this.parameters.map((parameter) => {
      const values = initialValues(parameter, random.fork(parameter.name));
      // Values start at 0, so that the first advantages are plain returns.
      if (parameter.name === 'heads.weight') values.fill(0);
      return tf.tensor(values, parameter.shape);
    });
    this.optimizer = new AdamW(
      engine,
      this.parameters.map(({ shape }) => shape),
    );
    this.#value = engine.jit('critic', (inputs) => [network(inputs.slice(0, 6), inputs[6] as tf.Tensor)]);
    const { valueClip } = config;
    this.#gradient = engine.jit('critic-gradient', (inputs) => {
      const weights = inputs.slice(0, 6);
      // targets, weight and old values: [rows, heads]; weight is 0 where a head learns nothing
      const [rows, targets, weight, old, scale] = inputs.slice(6) as [
        tf.Tensor,
        tf.Tensor,
        tf.Tensor,
        tf.Tensor,
        tf.Tensor,
      ];
      const loss = (...live: tf.Tensor[]): tf.Scalar => {
        const values = network(live, rows);
        let errors = tf.square(tf.sub(values, targets));
        if (valueClip > 0) {
          const held = tf.add(old, tf.clipByValue(tf.sub(values, old), -valueClip, valueClip));
          errors = tf.maximum(errors, tf.square(tf.sub(held, targets)));
        }
        // scale [heads]: every head's mean over its own value positions
        return tf.sum(tf.mul(tf.mul(errors, weight), scale)) as tf.Scalar;
      };
      return tf.grads(loss)(weights);
    });
  }

  get weights(): readonly tf.Tensor[] {
    return this.#weights;
  }

  replaceWeights(weights: tf.Tensor[]): void {
    tf.dispose(this.#weights);
    this.#weights = weights;
  }

  get replay(): readonly CriticRows[] {
    return this.#replay;
  }

  restoreReplay(replay: CriticRows[]): void {
    this.#replay = replay;
  }

  /** Values of all heads for turns given by their two inputs. */
  async values(
    before: readonly Float32Array[],
    planned: readonly Float32Array[],
  ): Promise<Record<Head, Float32Array>> {
    const count = before.length;
    const result = {
      low: new Float32Array(count),
      high: new Float32Array(count),
      switch: new Float32Array(count),
    };
    const rows = CHUNK / 2;
    for (let start = 0; start < count; start += rows) {
      const size = Math.min(rows, count - start);
      const inputs = new Float32Array(CHUNK * this.#inputSize);
      for (let i = 0; i < size; i++) {
        inputs.set(before[start + i] as Float32Array, i * this.#inputSize);
        inputs.set(planned[start + i] as Float32Array, (rows + i) * this.#inputSize);
      }
      const input = tf.tensor(inputs, [CHUNK, this.#inputSize]);
      const [output] = await this.#value([...this.#weights, input]);
      const values = (await output?.data()) as Float32Array;
      for (let i = 0; i < size; i++) {
        result.low[start + i] = values[(rows + i) * HEADS.length] as number;
        result.high[start + i] = values[i * HEADS.length + 1] as number;
        result.switch[start + i] = values[i * HEADS.length + 2] as number;
      }
      input.dispose();
      output?.dispose();
    }
    return result;
  }

  /**
   * Adds an iteration's turns to the replay and learns from all of it, `passes` times in mini-batches. Throws NotFinite for a
   * gradient that is not finite.
   */
  async learn(rows: CriticRows, options: LearnOptions): Promise<void> {
    this.#replay.push(rows);
    if (this.#replay.length > options.replay) this.#replay.shift();
    const index: [CriticRows, number][] = this.#replay.flatMap((part) =>
      part.before.map((_, i): [CriticRows, number] => [part, i]),
    );
    for (let pass = 0; pass < options.passes; pass++) {
      options.random.shuffle(index);
      for (let start = 0; start < index.length; start += CHUNK / 2) {
        await this.#step(index.slice(start, start + CHUNK / 2), options.learningRate);
      }
    }
  }

  async #step(batch: readonly [CriticRows, number][], learningRate: number): Promise<void> {
    const size = this.#inputSize;
    const heads = HEADS.length;
    const inputs = new Float32Array(CHUNK * size);
    const targets = new Float32Array(CHUNK * heads);
    const weight = new Float32Array(CHUNK * heads);
    const old = new Float32Array(CHUNK * heads);
    const counts = new Float32Array(heads);
    batch.forEach(([part, i], row) => {
      const planned = row + CHUNK / 2;
      inputs.set(part.before[i] as Float32Array, row * size);
      inputs.set(part.planned[i] as Float32Array, planned * size);
      HEADS.forEach((head, column) => {
        const target = part.targets[head];
        if (!target || !part.defined[head]?.[i]) return;
        const at = (head === 'low' ? planned : row) * heads + column;
        targets[at] = target[i] as number;
        weight[at] = 1;
        old[at] = part.old[head][i] as number;
        counts[column] = (counts[column] as number) + 1;
      });
    });
    const tensors = [
      tf.tensor(inputs, [CHUNK, size]),
      tf.tensor(targets, [CHUNK, heads]),
      tf.tensor(weight, [CHUNK, heads]),
      tf.tensor(old, [CHUNK, heads]),
      tf.tensor(
        counts.map((count) => 1 / Math.max(1, count)),
        [heads],
      ),
    ];
    const gradients = await this.#gradient([...this.#weights, ...tensors]);
    tf.dispose(tensors);
    const { weights, norm } = await this.optimizer.step(this.#weights, gradients, learningRate);
    if (!weights) throw new NotFinite('the norm of the critic’s gradient', norm, 'learning values');
    this.replaceWeights(weights);
  }

  dispose(): void {
    this.replaceWeights([]);
    this.optimizer.dispose();
    this.#value.dispose();
    this.#gradient.dispose();
  }
}

export interface LearnOptions {
  learningRate: number;
  passes: number;
  /** Iterations of turns kept. */
  replay: number;
  random: Random;
}

/** `x [rows, input]` → values `[rows, heads]`. */
function network(weights: readonly tf.Tensor[], x: tf.Tensor): tf.Tensor {
  const [w0, b0, w1, b1, w2, b2] = weights as [
    tf.Tensor2D,
    tf.Tensor,
    tf.Tensor2D,
    tf.Tensor,
    tf.Tensor2D,
    tf.Tensor,
  ];
  const linear = (input: tf.Tensor, w: tf.Tensor2D, b: tf.Tensor) =>
    tf.add(tf.matMul(input as tf.Tensor2D, w, false, true), b);
  const silu = (input: tf.Tensor) => tf.mul(input, tf.sigmoid(input));
  return linear(silu(linear(silu(linear(x, w0, b0)), w1, b1)), w2, b2);
}
