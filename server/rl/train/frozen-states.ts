import * as tf from '@tensorflow/tfjs-core';
import type { Policy } from '../model/policy.ts';
import { frozenLayers } from '../model/shape.ts';
import { frozenStates } from '../model/transformer.ts';
import type { Jitted } from '../tensor/engine.ts';
import type { DecisionRow } from './decision-row.ts';
import { FROZEN_BYTES } from './frozen-limit.ts';

/**
 * What the layers below the lowest that is trained make of rows that are read more than once: it is worked out when a row is first read,
 * and the compiled calls of later passes start there. Rows beyond a limit of memory are read anew each time, with the same numbers.
 */
export class FrozenStates {
  readonly #policy: Policy;
  readonly #read: Jitted;
  readonly #mostBytes: number;
  /** By row, `[tokens, width]`. */
  readonly #kept = new Map<DecisionRow, Float32Array>();
  #bytes = 0;

  constructor(policy: Policy, mostBytes = FROZEN_BYTES) {
    this.#policy = policy;
    this.#mostBytes = mostBytes;
    const count = policy.parameters.length;
    this.#read = policy.engine.jit('frozen layers', (inputs) => [
      frozenStates(policy.named(inputs), policy.shape, inputs[count] as tf.Tensor),
    ]);
  }

  /** Whether a policy has layers that stay what they are. */
  static has({ shape }: Pick<Policy, 'shape'>): boolean {
    return frozenLayers(shape) > 0;
  }

  /** Rows whose states are kept. */
  get size(): number {
    return this.#kept.size;
  }

  /** The states of rows in a batch, `ids [lanes, positions]` → `[lanes, positions, width]`; the caller disposes them. */
  async of(rows: readonly DecisionRow[], ids: tf.Tensor): Promise<tf.Tensor> {
    const [lanes, positions] = ids.shape as [number, number];
    const { width } = this.#policy.shape;
    if (rows.every((row) => this.#kept.has(row))) {
      // Behind a row's last token anything may stand: attention is causal.
      const states = new Float32Array(lanes * positions * width);
      rows.forEach((row, lane) => {
        states.set(this.#kept.get(row) as Float32Array, lane * positions * width);
      });
      return tf.tensor(states, [lanes, positions, width]);
    }
    const [states] = (await this.#read([...this.#policy.weights, ids])) as [tf.Tensor];
    const values = (await states.data()) as Float32Array;
    rows.forEach((row, lane) => {
      const bytes = Float32Array.BYTES_PER_ELEMENT * row.tokens.length * width;
      if (this.#kept.has(row) || this.#bytes + bytes > this.#mostBytes) return;
      const start = lane * positions * width;
      this.#kept.set(row, values.slice(start, start + row.tokens.length * width));
      this.#bytes += bytes;
    });
    return states;
  }

  /** Rows are not read again. */
  forget(): void {
    this.#kept.clear();
    this.#bytes = 0;
  }

  dispose(): void {
    this.forget();
    this.#read.dispose();
  }
}
