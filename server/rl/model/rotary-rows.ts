import * as tf from '@tensorflow/tfjs-core';
import { geometricSize } from './geometric-size.ts';
import { headSizeOf, type PolicyShape } from './shape.ts';
import { SMALLEST_CAPACITY } from './smallest-capacity.ts';
import { type Rotation, rotaryTables } from './transformer.ts';

/** Rotations of tokens wherever they stand, off tables that grow as positions come up. */
export class RotaryRows {
  readonly #shape: PolicyShape;
  #positions = 0;
  #tables: ReturnType<typeof rotaryTables> = { cos: new Float32Array(0), sin: new Float32Array(0) };

  constructor(shape: PolicyShape) {
    this.#shape = shape;
  }

  /** Of tokens at `positions [tokens]`, each `[tokens, 1, size]`; the caller disposes them. */
  at(positions: Int32Array): Rotation {
    const needed = Math.max(...positions) + 1;
    if (needed > this.#positions) {
      this.#positions = geometricSize(needed, SMALLEST_CAPACITY);
      this.#tables = rotaryTables(this.#shape, this.#positions);
    }
    const size = headSizeOf(this.#shape);
    const pick = (table: Float32Array): tf.Tensor => {
      const rows = new Float32Array(positions.length * size);
      for (const [token, position] of positions.entries())
        rows.set(table.subarray(position * size, (position + 1) * size), token * size);
      return tf.tensor(rows, [positions.length, 1, size]);
    };
    return { cos: pick(this.#tables.cos), sin: pick(this.#tables.sin) };
  }
}
