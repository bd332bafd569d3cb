const BYTES = 256;
const WORD = / ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+/gu;
const CACHE_LIMIT = 50_000;
/** Pairs of ids as one number. */
const BASE = 65_536;

/** A piece of text that merges do not cross, as ids, and how often it occurs. */
interface Piece {
  ids: number[];
  count: number;
}

/**
 * Byte-level byte-pair encoding (Sennrich et al. 2016; bytes as in GPT-2): ids 0 to 255 are bytes, each later one stands for two
 * earlier ones. Trained on texts, the most frequent pair first, of equal ones that of the smaller ids: the same texts give the
 * same merges.
 */
export class BytePairs {
  /** The pair that id `256 + i` stands for. */
  readonly merges: readonly (readonly [number, number])[];
  readonly #ranks: ReadonlyMap<number, number>;
  readonly #bytes: Buffer[] = Array.from({ length: BYTES }, (_, byte) => Buffer.of(byte));
  readonly #known = new Map<string, readonly number[]>();

  constructor(merges: readonly (readonly [number, number])[]) {
    this.merges = merges;
    this.#ranks = new Map(merges.map(([left, right], i) => [left * BASE + right, i]));
    for (const [left, right] of merges)
      this.#bytes.push(Buffer.concat([this.#bytes[left] as Buffer, this.#bytes[right] as Buffer]));
  }

  /** Learns at most `count` merges; fewer where no pair occurs twice. */
  static train(texts: Iterable<string>, count: number): BytePairs {
    const pieces = countPieces(texts);
    const counts = new Map<number, number>();
    const places = new Map<number, Set<Piece>>();
    const add = (piece: Piece, sign: 1 | -1) => {
      for (let i = 0; i + 1 < piece.ids.length; i++) {
        const pair = (piece.ids[i] as number) * BASE + (piece.ids[i + 1] as number);
        const number = (counts.get(pair) ?? 0) + sign * piece.count;
        if (number > 0) counts.set(pair, number);
        else counts.delete(pair);
        const known = places.get(pair);
        if (known) known.add(piece);
        else places.set(pair, new Set([piece]));
      }
    };
    for (const piece of pieces) add(piece, 1);
    const merges: [number, number][] = [];
    while (merges.length < count) {
      let best = -1;
      let most = 1;
      for (const [pair, number] of counts)
        if (number > most || (number === most && pair < best)) [best, most] = [pair, number];
      if (best < 0) break;
      const merge: [number, number] = [Math.floor(best / BASE), best % BASE];
      for (const piece of places.get(best) ?? []) {
        add(piece, -1);
        piece.ids = joinPair(piece.ids, merge, BYTES + merges.length);
        add(piece, 1);
      }
      counts.delete(best);
      places.delete(best);
      merges.push(merge);
    }
    return new BytePairs(merges);
  }

  get size(): number {
    return BYTES + this.merges.length;
  }

  encode(text: string): number[] {
    return (text.match(WORD) ?? []).flatMap((piece) => this.#encodePiece(piece));
  }

  /** Bytes that are no UTF-8 become U+FFFD. */
  decode(ids: Iterable<number>): string {
    return Buffer.concat(Array.from(ids, (id) => this.#bytes[id] ?? Buffer.alloc(0))).toString('utf8');
  }

  #encodePiece(piece: string): readonly number[] {
    const known = this.#known.get(piece);
    if (known) return known;
    let ids = [...Buffer.from(piece)];
    for (;;) {
      const first = this.#firstMerge(ids);
      if (first === null) break;
      ids = joinPair(ids, this.merges[first] as readonly [number, number], BYTES + first);
    }
    if (this.#known.size >= CACHE_LIMIT) this.#known.clear();
    this.#known.set(piece, ids);
    return ids;
  }

  /** Of the pairs that stand side by side, the one that was learned first. */
  #firstMerge(ids: readonly number[]): number | null {
    let first: number | null = null;
    for (let i = 0; i + 1 < ids.length; i++) {
      const rank = this.#ranks.get((ids[i] as number) * BASE + (ids[i + 1] as number));
      if (rank !== undefined && (first === null || rank < first)) first = rank;
    }
    return first;
  }
}

function countPieces(texts: Iterable<string>): Piece[] {
  const counts = new Map<string, number>();
  for (const text of texts)
    for (const piece of text.match(WORD) ?? []) counts.set(piece, (counts.get(piece) ?? 0) + 1);
  return Array.from(counts, ([piece, count]) => ({ ids: [...Buffer.from(piece)], count }));
}

function joinPair(
  ids: readonly number[],
  [left, right]: readonly [number, number],
  joined: number,
): number[] {
  const result: number[] = [];
  for (let i = 0; i < ids.length; i++) {
    if (ids[i] === left && ids[i + 1] === right) {
      result.push(joined);
      i++;
    } else result.push(ids[i] as number);
  }
  return result;
}
