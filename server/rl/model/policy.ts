import * as tf from '@tensorflow/tfjs-core';
import { AppError } from '../../contract/error.ts';
import type { Random } from '../random.ts';
import type { Engine, Jitted } from '../tensor/engine.ts';
import { Conversation } from './conversation.ts';
import { ConversationGraphs } from './conversation-graphs.ts';
import { type NextToken, readNextToken } from './next-token.ts';
import type { PromptBatch } from './prompt-batch.ts';
import {
  countParameters,
  initialWeights,
  type Parameter,
  type PolicyShape,
  policyParameters,
} from './shape.ts';
import { decode, type Forward, logits, prefill, type Weights } from './transformer.ts';

export type { NextToken } from './next-token.ts';
export { paddedPositions, padPrompts } from './prompt-batch.ts';

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
  readonly #converse: ConversationGraphs;
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
    this.#converse = new ConversationGraphs(this, this.#prefill);
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
    const next = await readNextToken(first, hidden);
    return { next, session: new DecodeSession(this.#decode, () => this.#weights, lengths, cache) };
  }

  /**
   * Conversations in `rows` rows, nothing said yet; `room` tokens a row at most. The weights must stay what they are while a conversation
   * lasts: its cache holds what they made of it. Throws AppError `bad-input` unless both are whole numbers above 0.
   */
  converse(rows: number, room: number): Conversation {
    return new Conversation(this.#converse, rows, room);
  }

  dispose(): void {
    this.replaceWeights([]);
    this.#prefill.dispose();
    this.#decode.dispose();
    this.#converse.dispose();
  }
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
    return readNextToken(values, hidden);
  }

  dispose(): void {
    tf.dispose([this.#lengths, ...this.#cache]);
    this.#cache = [];
  }
}
