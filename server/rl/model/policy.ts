import * as tf from '@tensorflow/tfjs-core';
import { AppError } from '../../contract/error.ts';
import type { Random } from '../random.ts';
import type { Engine } from '../tensor/engine.ts';
import { Conversation, type FrozenReader } from './conversation.ts';
import { ConversationGraphs } from './conversation-graphs.ts';
import {
  countParameters,
  initialWeights,
  isUpdated,
  type Parameter,
  type PolicyShape,
  policyParameters,
} from './shape.ts';
import type { Weights } from './transformer.ts';
import { WeightPart } from './weight-part.ts';

/**
 * A policy's weights and the compiled functions that play it. Weights are tensors in the order of `parameters`; whoever
 * replaces them disposes the old ones.
 */
export class Policy {
  readonly engine: Engine;
  readonly shape: PolicyShape;
  readonly parameters: Parameter[];
  /** What training changes: everything, or only the adapters. */
  readonly trained: WeightPart;
  /** What updates change of that; the rest stays as cloning left it. */
  readonly updated: WeightPart;
  readonly #index: Map<string, number>;
  readonly #converse: ConversationGraphs;
  #weights: tf.Tensor[] = [];

  constructor(engine: Engine, shape: PolicyShape) {
    this.engine = engine;
    this.shape = shape;
    this.parameters = policyParameters(shape);
    this.trained = new WeightPart(this.parameters, ({ frozen }) => !frozen);
    this.updated =
      shape.updatedLayers === undefined
        ? this.trained
        : new WeightPart(this.parameters, (parameter) => !parameter.frozen && isUpdated(shape, parameter));
    this.#index = new Map(this.parameters.map(({ name }, index) => [name, index]));
    this.#converse = new ConversationGraphs(this);
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

  /** Takes over new weights of a part and disposes its old ones. */
  replace(part: WeightPart, weights: tf.Tensor[]): void {
    tf.dispose(part.of(this.#weights));
    this.#weights = part.within(this.#weights, weights);
  }

  /** Fresh random weights. */
  initialize(random: Random): void {
    this.replaceWeights(
      initialWeights(this.shape, random).map((values, index) =>
        tf.tensor(values, this.parameters[index]?.shape ?? []),
      ),
    );
  }

  /**
   * Conversations in `rows` rows, nothing said yet; `room` tokens a row at most. The weights must stay what they are while a conversation
   * lasts: its cache holds what they made of it. Throws AppError `bad-input` unless both are whole numbers above 0.
   */
  converse(rows: number, room: number, onFrozen?: FrozenReader): Conversation {
    return new Conversation(this.#converse, rows, room, onFrozen);
  }

  /** Whether a conversation's rows lie apart, so that a row costs what it is fed, whatever others are. */
  get conversesByRow(): boolean {
    return this.#converse.isByRow;
  }

  dispose(): void {
    this.replaceWeights([]);
    this.#converse.dispose();
  }
}
