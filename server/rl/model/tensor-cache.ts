import * as tf from '@tensorflow/tfjs-core';
import type { ConversationCache, Fed, Said } from './conversation-cache.ts';
import type { ConversationGraphs } from './conversation-graphs.ts';
import { geometricSize } from './geometric-size.ts';
import { longestPiece, packTokens } from './packed-tokens.ts';
import { SMALLEST_CAPACITY } from './smallest-capacity.ts';
import type { TokenIds } from './token-ids.ts';

/** Keys and values as tensors, all rows in one, each with as many places: written in place, and grown in geometric steps. */
export class TensorCache implements ConversationCache {
  readonly #graphs: ConversationGraphs;
  /** Places that there may come to be. */
  readonly #limit: number;
  /** By layer, each `[rows, keyValueHeads, capacity, size]`. */
  #tensors: tf.Tensor[];

  constructor(graphs: ConversationGraphs, tensors: tf.Tensor[], limit: number) {
    this.#graphs = graphs;
    this.#tensors = tensors;
    this.#limit = limit;
  }

  longestPiece(several: number, rows: number): number {
    return longestPiece(several, rows);
  }

  async reserve(longest: number): Promise<void> {
    const capacity = this.#capacity;
    if (longest < capacity) return;
    const more = capacityFor(longest, this.#limit) - capacity;
    this.#tensors = await this.#graphs.enlarge(this.#tensors, more);
  }

  async feed(news: readonly (TokenIds | null)[], said: Said): Promise<Fed> {
    const packed = packTokens(news, { ...said, capacity: this.#capacity });
    const { hidden, frozen, cache } = await this.#graphs.extend(packed, this.#tensors);
    this.#tensors = cache; // the old one was donated
    let at: Map<number, number> | null = null;
    const places = () => {
      at = new Map();
      for (let token = 0; token < packed.ids.length; token++)
        at.set(placeOf(packed.places[2 * token]!, packed.places[2 * token + 1]!), token);
      return at;
    };
    return {
      hidden,
      frozen,
      resultOf: packed.resultOf,
      tokenAt: (row, index) =>
        (at ?? places()).get(placeOf(row, (packed.lengths[row] as number) + index)) as number,
    };
  }

  async keep(rows: readonly number[]): Promise<void> {
    this.#tensors = await this.#graphs.takeRows(this.#tensors, rows);
  }

  dispose(): void {
    tf.dispose(this.#tensors);
    this.#tensors = [];
  }

  get #capacity(): number {
    return this.#tensors[0]?.shape[2] as number;
  }
}

/** Places of a cache whose longest row is to hold `longest` tokens: as many as there may be, unless that is far more. */
export function capacityFor(longest: number, limit: number): number {
  const needed = Math.max(SMALLEST_CAPACITY, longest + 1);
  return limit <= 1.5 * needed ? limit : geometricSize(needed, SMALLEST_CAPACITY);
}

/** One number for a place of a row. */
function placeOf(row: number, place: number): number {
  return row * 2 ** 32 + place;
}
