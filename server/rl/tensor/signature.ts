import type * as tf from '@tensorflow/tfjs-core';

/** Dtypes and shapes of a function's inputs: for each there is one compiled graph. */
export interface Signature {
  shapes: readonly (readonly number[])[];
  dtypes: readonly tf.DataType[];
}

export function signatureOf(inputs: readonly tf.Tensor[]): Signature {
  return { shapes: inputs.map(({ shape }) => [...shape]), dtypes: inputs.map(({ dtype }) => dtype) };
}

function signatureKey(inputs: readonly tf.Tensor[]): string {
  return inputs.map((input) => `${input.dtype}${input.shape}`).join(';');
}

/** Whether the inputs have this signature: the fast path of every repeated call. */
function matches({ shapes, dtypes }: Signature, inputs: readonly tf.Tensor[]): boolean {
  if (shapes.length !== inputs.length) return false;
  for (let i = 0; i < inputs.length; i++) {
    const input = inputs[i]!;
    const shape = shapes[i]!;
    if (input.dtype !== dtypes[i] || input.shape.length !== shape.length) return false;
    for (let axis = 0; axis < shape.length; axis++) if (input.shape[axis] !== shape[axis]) return false;
  }
  return true;
}

/** What a jitted function was compiled to, one for each signature of its inputs. */
export class BySignature<Compiled extends { signature: Signature }> {
  readonly #compiled = new Map<string, Compiled>();
  #latest: Compiled | null = null;

  /** The one of these inputs; `compile` makes it, and gets a way to have it forgotten. */
  find(inputs: readonly tf.Tensor[], compile: (forget: () => void) => Compiled): Compiled {
    if (this.#latest !== null && matches(this.#latest.signature, inputs)) return this.#latest;
    const key = signatureKey(inputs);
    let found = this.#compiled.get(key);
    if (found === undefined) {
      found = compile(() => {
        if (this.#latest === this.#compiled.get(key)) this.#latest = null;
        this.#compiled.delete(key);
      });
      this.#compiled.set(key, found);
    }
    this.#latest = found;
    return found;
  }

  all(): Iterable<Compiled> {
    return this.#compiled.values();
  }
}
