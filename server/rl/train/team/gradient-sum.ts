import * as tf from '@tensorflow/tfjs-core';
import type { Engine, Jitted } from '../../tensor/engine.ts';
import type { Team } from './team.ts';

/**
 * Adds up the gradients of a team. Every member writes its own into memory that all of them see, meets the others, and adds
 * what they wrote in order of rank, so that all go on with the same bits.
 */
export class GradientSum {
  readonly #team: Team;
  readonly #add: Jitted;
  /** Two, in turns: while one member fills the next, another may still read the last. */
  #shared: SharedArrayBuffer[] = [];

  constructor(engine: Engine, team: Team) {
    this.#team = team;
    this.#add = engine.jit('gradient-sum', (inputs) => {
      const count = inputs.length / team.size;
      return inputs.slice(0, count).map((first, i) => {
        let sum = first;
        for (let rank = 1; rank < team.size; rank++) sum = tf.add(sum, inputs[rank * count + i] as tf.Tensor);
        return sum;
      });
    });
  }

  /** The sums over all members, and everyone's `part` in order of rank. Consumes the gradients. */
  async addUp<T>(gradients: tf.Tensor[], part: T): Promise<{ gradients: tf.Tensor[]; parts: T[] }> {
    const { size, rank } = this.#team;
    if (size === 1) return { gradients, parts: [part] };
    const own = this.#next(gradients);
    const written = new Float32Array(own);
    for (const [i, start] of startsOf(gradients).entries())
      written.set((await gradients[i]!.data()) as Float32Array, start);
    const met = await this.#team.gather({ own, part });
    const everyone = met.map((member, at) => (at === rank ? gradients : read(member.own, gradients)));
    const sums = await this.#add(everyone.flat());
    tf.dispose(everyone);
    return { gradients: sums, parts: met.map((member) => member.part) };
  }

  dispose(): void {
    this.#add.dispose();
    this.#shared = [];
  }

  #next(gradients: readonly tf.Tensor[]): SharedArrayBuffer {
    const bytes = gradients.reduce((sum, { size }) => sum + 4 * size, 0);
    const next = this.#shared.length < 2 ? new SharedArrayBuffer(bytes) : this.#shared.shift()!;
    this.#shared.push(next);
    return next;
  }
}

/** Where each tensor starts when they are written one after the other, in elements. */
function startsOf(tensors: readonly tf.Tensor[]): number[] {
  let start = 0;
  return tensors.map(({ size }) => {
    start += size;
    return start - size;
  });
}

function read(memory: SharedArrayBuffer, like: readonly tf.Tensor[]): tf.Tensor[] {
  const starts = startsOf(like);
  return like.map(({ size, shape }, i) =>
    tf.tensor(new Float32Array(memory, 4 * starts[i]!, size).slice(), shape),
  );
}
