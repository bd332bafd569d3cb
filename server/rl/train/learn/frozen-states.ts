import * as tf from '@tensorflow/tfjs-core';
import type { Policy } from '../../model/policy.ts';
import { frozenLayers } from '../../model/shape.ts';
import { frozenStates } from '../../model/transformer.ts';
import type { Jitted } from '../../tensor/engine.ts';
import type { DecisionRow } from '../play/decision-row.ts';
import { FROZEN_BYTES } from '../play/frozen-limit.ts';

/**
 * What the layers below the lowest that updates change make of rows that are read more than once: it is worked out when a row is first read,
 * unless that was kept when it was played, and compiled calls start there. Rows beyond a limit of memory are read anew each time, with the same numbers.
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
    const known = rows.map((row) => {
      const own = this.#kept.get(row);
      return own ? [own] : playedStates(row, width);
    });
    if (known.every((own) => own !== null)) {
      // Behind the last decision anything may stand: attention is causal.
      const states = new Float32Array(lanes * positions * width);
      known.forEach((own, lane) => {
        let at = lane * positions * width;
        for (const part of own) {
          states.set(part, at);
          at += part.length;
        }
      });
      return tf.tensor(states, [lanes, positions, width]);
    }
    const [states] = (await this.#read([...this.#policy.weights, ids])) as [tf.Tensor];
    const values = (await states.data()) as Float32Array;
    rows.forEach((row, lane) => {
      const bytes = Float32Array.BYTES_PER_ELEMENT * row.tokens.length * width;
      if (known[lane] || this.#bytes + bytes > this.#mostBytes) return;
      const start = lane * positions * width;
      this.#kept.set(row, values.slice(start, start + row.tokens.length * width));
      this.#bytes += bytes;
    });
    return states;
  }

  /** Rows are not read again; of those that come now, so many bytes are kept elsewhere already. */
  forget(bytes = 0): void {
    this.#kept.clear();
    this.#bytes = bytes;
  }

  dispose(): void {
    this.forget();
    this.#read.dispose();
  }
}

/** What was kept of a row as it was played, where that reaches to its last decision; else null. */
function playedStates(
  { decisions, values = [], frozen }: DecisionRow,
  width: number,
): readonly Float32Array[] | null {
  if (!frozen) return null;
  let needed = 0;
  for (const { position } of decisions) needed = Math.max(needed, position);
  for (const { position } of values) needed = Math.max(needed, ...position);
  const there = frozen.reduce((sum, { length }) => sum + length, 0);
  return there >= needed * width ? frozen : null;
}
