import { causalMask, type KeptRow } from '../tensor/row-attention.ts';
import type { ConversationCache, Fed, Said } from './conversation-cache.ts';
import { geometricSize } from './geometric-size.ts';
import type { LayerGraphs } from './layer-graphs.ts';
import { packRows } from './packed-rows.ts';
import { SMALLEST_CAPACITY } from './smallest-capacity.ts';
import type { TokenIds } from './token-ids.ts';

/** Most tokens of a call, and of a row in it. */
const MOST_TOKENS = 4096;
const LONGEST_PIECE = 512;

/** Keys and values on the host, row by row and layer by layer: rows come, grow and go by themselves. */
export class RowCache implements ConversationCache {
  readonly #layers: LayerGraphs;
  readonly #layerCount: number;
  /** Numbers of a place. */
  readonly #width: number;
  /** By row, then by layer. */
  #rows: KeptRow[][];

  constructor(layers: LayerGraphs, rows: number, layerCount: number, width: number) {
    this.#layers = layers;
    this.#layerCount = layerCount;
    this.#width = width;
    this.#rows = Array.from({ length: rows }, () => []);
  }

  longestPiece(several: number): number {
    return Math.min(LONGEST_PIECE, Math.ceil(MOST_TOKENS / several));
  }

  /** Rows are made longer one by one, as they are fed. */
  async reserve(): Promise<void> {}

  async feed(news: readonly (TokenIds | null)[], said: Said): Promise<Fed> {
    const packed = packRows(news, said);
    const rows = packed.spans.map(({ row, first, count }) => {
      const before = said.lengths[row] as number;
      this.#makeRoom(row, before, before + count);
      return {
        attending: { first, count, said: before, mask: causalMask(before, count, this.#layers.queries) },
        kept: this.#rows[row] as KeptRow[],
      };
    });
    const firsts = new Map(packed.spans.map(({ row, first }) => [row, first]));
    return {
      ...(await this.#layers.extend(packed, rows)),
      resultOf: Int32Array.from(news, (_, row) => (firsts.has(row) ? row : -1)),
      tokenAt: (row, index) => (firsts.get(row) as number) + index,
    };
  }

  async keep(rows: readonly number[]): Promise<void> {
    const taken = new Set<number>();
    const kept = rows.map((row) => {
      const own = this.#rows[row] as KeptRow[];
      if (!taken.has(row)) {
        taken.add(row);
        return own;
      }
      return own.map(({ keys, values }) => ({ keys: keys.slice(), values: values.slice() }));
    });
    this.#rows.forEach((row, index) => {
      if (!taken.has(index)) release(row);
    });
    this.#rows = kept;
  }

  dispose(): void {
    for (const row of this.#rows) release(row);
    this.#rows = [];
  }

  /** `said` places are in use, `places` will be. */
  #makeRoom(row: number, said: number, places: number): void {
    const held = this.#rows[row] as KeptRow[];
    const capacity = (held[0]?.keys.length ?? 0) / this.#width;
    if (places <= capacity) return;
    const length = geometricSize(places, SMALLEST_CAPACITY) * this.#width;
    const longer = (old: Float32Array | undefined): Float32Array => {
      const array = new Float32Array(length);
      if (old) array.set(old.subarray(0, said * this.#width));
      return array;
    };
    this.#rows[row] = Array.from({ length: this.#layerCount }, (_, layer) => ({
      keys: longer(held[layer]?.keys),
      values: longer(held[layer]?.values),
    }));
    release(held);
  }
}

/** Gives memory back at once, which the garbage collector would let pile up. */
function release(row: readonly KeptRow[]): void {
  for (const { keys, values } of row)
    for (const { buffer } of [keys, values]) (buffer as ArrayBuffer).transfer(0);
}
