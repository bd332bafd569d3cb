import * as tf from '@tensorflow/tfjs-core';
import type { Engine, Jitted } from '../../tensor/engine.ts';

export interface AdamWOptions {
  beta1: number;
  beta2: number;
  epsilon: number;
  weightDecay: number;
  /** Gradients are scaled down to this global norm. */
  gradientClip: number;
}

const USUAL: AdamWOptions = { beta1: 0.9, beta2: 0.99, epsilon: 1e-8, weightDecay: 0, gradientClip: 1 };

/** Moments of AdamW as tensors in the order of the weights, and the steps taken. */
export interface AdamWState {
  first: tf.Tensor[];
  second: tf.Tensor[];
  steps: number;
}

/** What an update reads beside the tensors. */
const SCALARS = 4;
/** Weights of at least so many numbers are updated one after the other: beside the old ones, few new ones are then in memory. */
const LARGE = 2 ** 18;

/**
 * AdamW (Loshchilov and Hutter 2019) over a list of weights, with clipping by global norm. A step whose gradient norm is
 * not finite is skipped (spec/hae.md 3.3).
 */
export class AdamW {
  readonly state: AdamWState;
  readonly #options: AdamWOptions;
  readonly #norm: Jitted;
  readonly #apply: Jitted;

  /** Options that are not given: decays of 0.9 and 0.99, epsilon 1e-8, no weight decay, a norm of 1 at most. */
  constructor(engine: Engine, shapes: readonly number[][], options: Partial<AdamWOptions> = {}) {
    this.#options = { ...USUAL, ...options };
    const zeros = () => shapes.map((shape) => tf.zeros(shape));
    this.state = { first: zeros(), second: zeros(), steps: 0 };
    this.#norm = engine.jit('gradient-norm', (gradients) => [
      tf.sqrt(tf.addN(gradients.map((gradient) => tf.sum(tf.square(gradient))))),
    ]);
    this.#apply = engine.jit('adamw', (inputs) => {
      const count = (inputs.length - SCALARS) / 4;
      const group = (index: number) => inputs.slice(index * count, (index + 1) * count);
      const [weights, gradients, first, second] = [group(0), group(1), group(2), group(3)];
      // scalars: gradient scale, step size, decay of the weights, epsilon of the bias-corrected form
      const [scale, stepSize, decay, epsilon] = inputs.slice(4 * count) as [
        tf.Tensor,
        tf.Tensor,
        tf.Tensor,
        tf.Tensor,
      ];
      const { beta1, beta2 } = this.#options;
      const outputs: tf.Tensor[][] = [[], [], []];
      for (let i = 0; i < count; i++) {
        const gradient = tf.mul(gradients[i] as tf.Tensor, scale);
        const m = tf.add(tf.mul(first[i] as tf.Tensor, beta1), tf.mul(gradient, 1 - beta1));
        const v = tf.add(tf.mul(second[i] as tf.Tensor, beta2), tf.mul(tf.square(gradient), 1 - beta2));
        const move = tf.mul(tf.div(m, tf.add(tf.sqrt(v), epsilon)), stepSize);
        outputs[0]?.push(tf.sub(tf.mul(weights[i] as tf.Tensor, decay), move));
        outputs[1]?.push(m);
        outputs[2]?.push(v);
      }
      return outputs.flat();
    });
  }

  /**
   * One step: returns the new weights (the caller replaces and disposes the old ones) and the gradient norm before clipping.
   * Null weights: the norm was not finite and nothing changed. Disposes the gradients, each as soon as it is used.
   */
  async step(
    weights: readonly tf.Tensor[],
    gradients: tf.Tensor[],
    learningRate: number,
  ): Promise<{ weights: tf.Tensor[] | null; norm: number }> {
    const { beta1, beta2, epsilon, weightDecay, gradientClip } = this.#options;
    const [normTensor] = (await this.#norm(gradients)) as [tf.Tensor];
    const [norm] = (await normTensor.data()) as unknown as [number];
    normTensor.dispose();
    if (!Number.isFinite(norm)) {
      tf.dispose(gradients);
      return { weights: null, norm };
    }
    this.state.steps++;
    const correction1 = 1 - beta1 ** this.state.steps;
    const correction2 = Math.sqrt(1 - beta2 ** this.state.steps);
    const scalars = [
      Math.min(1, gradientClip / (norm + 1e-12)),
      (learningRate * correction2) / correction1,
      1 - learningRate * weightDecay,
      epsilon * correction2,
    ].map((value) => tf.scalar(value));
    const { first, second } = this.state;
    const updated = [...weights];
    for (const part of partsOf(weights)) {
      const own = (tensors: readonly tf.Tensor[]) => part.map((index) => tensors[index] as tf.Tensor);
      const used = [gradients, first, second].flatMap(own);
      const results = await this.#apply([...own(weights), ...used, ...scalars]);
      tf.dispose(used);
      part.forEach((index, i) => {
        updated[index] = results[i] as tf.Tensor;
        first[index] = results[part.length + i] as tf.Tensor;
        second[index] = results[2 * part.length + i] as tf.Tensor;
      });
    }
    tf.dispose(scalars);
    return { weights: updated, norm };
  }

  /** Puts saved moments in place; takes over the tensors. */
  restore(state: AdamWState): void {
    tf.dispose([...this.state.first, ...this.state.second]);
    Object.assign(this.state, state);
  }

  dispose(): void {
    tf.dispose([...this.state.first, ...this.state.second]);
    this.#norm.dispose();
    this.#apply.dispose();
  }
}

/** Positions of weights that are updated together: all small ones, and each large one. */
function partsOf(weights: readonly tf.Tensor[]): number[][] {
  const small = [...weights.keys()].filter((index) => (weights[index] as tf.Tensor).size < LARGE);
  const large = [...weights.keys()].filter((index) => (weights[index] as tf.Tensor).size >= LARGE);
  return [...(small.length > 0 ? [small] : []), ...large.map((index) => [index])];
}
