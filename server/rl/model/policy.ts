import * as tf from '@tensorflow/tfjs-core';
import { AppError } from '../../contract/error.ts';
import type { Random } from '../random.ts';
import type { Engine, Jitted } from '../tensor/engine.ts';
import type { TokenIds } from './sampling.ts';
import {
  countParameters,
  initialWeights,
  type Parameter,
  type PolicyShape,
  policyParameters,
} from './shape.ts';
import { decode, type Forward, logits, prefill, type Weights } from './transformer.ts';

/** Logits and hidden states of the next token of every row; plain arrays, row-major. */
export interface NextToken {
  /** `[rows, vocabulary]` */
  logits: Float32Array;
  /** `[rows, width]`: what a value head reads. */
  hidden: Float32Array;
}

/** Prompts of a batch, right-padded with id 0: `ids [rows, positions]`. */
export interface PromptBatch {
  rows: number;
  positions: number;
  ids: Int32Array;
  lengths: Int32Array;
}

/** Positions are padded to a multiple of this: few shapes, few compiled graphs. */
const POSITION_STEP = 16;

/** The positions that `count` tokens take in a batch, at least one step. */
export function paddedPositions(count: number): number {
  return Math.ceil(Math.max(1, count) / POSITION_STEP) * POSITION_STEP;
}

/** Prompts of at least one token each as a batch of `rows`; rows without a prompt hold one token. */
export function padPrompts(prompts: readonly TokenIds[], rows = prompts.length): PromptBatch {
  const positions = paddedPositions(Math.max(...prompts.map(({ length }) => length)));
  const ids = new Int32Array(rows * positions);
  const lengths = new Int32Array(rows).fill(1);
  prompts.forEach((prompt, row) => {
    ids.set(prompt, row * positions);
    lengths[row] = prompt.length;
  });
  return { rows, positions, ids, lengths };
}

/**
 * A policy's weights and the compiled functions that play it. Weights are tensors in the order of `parameters`; whoever
 * replaces them disposes the old ones.
 */
export class Policy {
  readonly engine: Engine;
  readonly shape: PolicyShape;
  readonly parameters: Parameter[];
  /** Positions in `parameters` of what training changes: everything, or only the adapters. */
  readonly trained: readonly number[];
  readonly #index: Map<string, number>;
  readonly #prefill: Jitted;
  readonly #decode: Jitted;
  #weights: tf.Tensor[] = [];

  constructor(engine: Engine, shape: PolicyShape) {
    this.engine = engine;
    this.shape = shape;
    this.parameters = policyParameters(shape);
    this.trained = [...this.parameters.keys()].filter((index) => !this.parameters[index]?.frozen);
    this.#index = new Map(this.parameters.map(({ name }, index) => [name, index]));
    const count = this.parameters.length;
    const results = ({ hidden, cache }: Forward, weights: Weights) => [
      logits(weights, shape, hidden),
      hidden,
      ...cache.flatMap(({ key, value }) => [key, value]),
    ];
    this.#prefill = engine.jit('prefill', (inputs) => {
      const weights = this.named(inputs);
      const [ids, lengths, room] = inputs.slice(count) as [tf.Tensor, tf.Tensor, tf.Tensor];
      return results(prefill(weights, shape, ids, lengths, room.size), weights);
    });
    const decodeStep = (inputs: tf.Tensor[]) => {
      const weights = this.named(inputs);
      const [ids, previous, lengths, step, ...tensors] = inputs.slice(count) as [
        tf.Tensor,
        tf.Tensor,
        tf.Tensor,
        tf.Tensor,
        ...tf.Tensor[],
      ];
      const cache = Array.from({ length: shape.layers }, (_, layer) => ({
        key: tensors[2 * layer] as tf.Tensor,
        value: tensors[2 * layer + 1] as tf.Tensor,
      }));
      return results(decode(weights, shape, { ids, previous, lengths, step, cache }), weights);
    };
    const donate = Array.from({ length: 2 * shape.layers }, (_, i) => count + 4 + i);
    this.#decode = engine.jit('decode', decodeStep, { donate });
  }

  get parameterCount(): number {
    return countParameters(this.parameters);
  }

  get weights(): readonly tf.Tensor[] {
    return this.#weights;
  }

  /** Reads weights by name from tensors in the order of `parameters` (further tensors may follow). */
  named(tensors: readonly tf.Tensor[]): Weights {
    return (name) => {
      const tensor = tensors[this.#index.get(name) ?? -1];
      if (!tensor) throw new AppError('internal', `the policy has no weight ${name}`);
      return tensor;
    };
  }

  /** Takes over new weights and disposes the old ones. */
  replaceWeights(weights: tf.Tensor[]): void {
    for (const tensor of this.#weights) tensor.dispose();
    this.#weights = weights;
  }

  /** The weights that training changes, or what stands for them in tensors of the same order. */
  trainedOf<T>(tensors: readonly T[]): T[] {
    return this.trained.map((index) => tensors[index] as T);
  }

  /** `tensors` with other ones in the places of the trained weights. */
  withTrained<T>(tensors: readonly T[], trained: readonly T[]): T[] {
    const all = [...tensors];
    this.trained.forEach((index, i) => {
      all[index] = trained[i] as T;
    });
    return all;
  }

  /** Takes over new trained weights and disposes the old ones. */
  replaceTrained(weights: tf.Tensor[]): void {
    tf.dispose(this.trainedOf(this.#weights));
    this.#weights = this.withTrained(this.#weights, weights);
  }

  /** Fresh random weights. */
  initialize(random: Random): void {
    this.replaceWeights(
      initialWeights(this.shape, random).map((values, index) =>
        tf.tensor(values, this.parameters[index]?.shape ?? []),
      ),
    );
  }

  /** Runs the prompts and returns the first next-token logits with a decoding session for the rest of the response. */
  async start(
    batch: PromptBatch,
    responsePositions: number,
  ): Promise<{ next: NextToken; session: DecodeSession }> {
    const { rows, positions } = batch;
    const ids = tf.tensor(batch.ids, [rows, positions], 'int32');
    const lengths = tf.tensor(batch.lengths, [rows], 'int32');
    const room = tf.zeros([responsePositions], 'bool'); // only its size is read
    const [first, hidden, ...cache] = (await this.#prefill([...this.#weights, ids, lengths, room])) as [
      tf.Tensor,
      tf.Tensor,
      ...tf.Tensor[],
    ];
    tf.dispose([ids, room]);
    const next = await read(first, hidden);
    return { next, session: new DecodeSession(this.#decode, () => this.#weights, lengths, cache) };
  }

  dispose(): void {
    this.replaceWeights([]);
    this.#prefill.dispose();
    this.#decode.dispose();
  }
}

async function read(logitsTensor: tf.Tensor, hiddenTensor: tf.Tensor): Promise<NextToken> {
  const [values, hidden] = (await Promise.all([logitsTensor.data(), hiddenTensor.data()])) as [
    Float32Array,
    Float32Array,
  ];
  logitsTensor.dispose();
  hiddenTensor.dispose();
  return { logits: values, hidden };
}

/** Decoding of one batch in lockstep, one token a row and call. Dispose it when done. */
export class DecodeSession {
  readonly #run: Jitted;
  readonly #weights: () => readonly tf.Tensor[];
  readonly #lengths: tf.Tensor;
  #cache: tf.Tensor[];
  #step = 0;

  constructor(run: Jitted, weights: () => readonly tf.Tensor[], lengths: tf.Tensor, cache: tf.Tensor[]) {
    this.#run = run;
    this.#weights = weights;
    this.#lengths = lengths;
    this.#cache = cache;
  }

  /** Feeds one token a row (`previous` is the token before it) and returns the logits of the next. */
  async feed(ids: Int32Array, previous: Int32Array): Promise<NextToken> {
    const fed = [
      tf.tensor(ids, [ids.length], 'int32'),
      tf.tensor(previous, [ids.length], 'int32'),
      this.#lengths,
      tf.scalar(this.#step, 'int32'),
    ];
    const inputs = [...this.#weights(), ...fed, ...this.#cache];
    const [values, hidden, ...cache] = (await this.#run(inputs)) as [tf.Tensor, tf.Tensor, ...tf.Tensor[]];
    for (const index of [0, 1, 3]) fed[index]?.dispose();
    this.#cache = cache; // the old one was donated
    this.#step++;
    return read(values, hidden);
  }

  dispose(): void {
    tf.dispose([this.#lengths, ...this.#cache]);
    this.#cache = [];
  }
}
