import { termOf, words } from './analyzer.ts';
import { codeOfLength, lengthFactors } from './length-code.ts';
import { SearchIndex } from './search-index.ts';

const MOST_FREQUENT = 0xffff;

/**
 * Builds a {@link SearchIndex} from texts added one by one. Holds 6 bytes for each pair of document and term while texts are
 * added, and 14 while `finish` turns them round; the texts themselves are not kept.
 */
export class IndexBuilder {
  private readonly terms = new Map<string, number>();
  /** Word as it stands → term number, -1 for a stop word: each word is stemmed once. */
  private readonly known = new Map<string, number>();
  /** Where the term stands in the pairs below, the last time it was seen. */
  private lastSeen = new Int32Array(1024);
  private pairTerms = new Uint32Array(1 << 16);
  private pairFrequencies = new Uint16Array(1 << 16);
  private pairs = 0;
  /** End of each document in the pairs. */
  private readonly ends: number[] = [];
  private readonly lengths: number[] = [];

  /** Adds the next document of the catalogue. */
  add(text: string): void {
    const start = this.pairs;
    let length = 0;
    for (const word of words(text)) {
      const term = this.known.get(word) ?? this.learn(word);
      if (term < 0) continue;
      length++;
      const seen = this.lastSeen[term]!;
      if (seen >= start) {
        if (this.pairFrequencies[seen]! < MOST_FREQUENT) this.pairFrequencies[seen]!++;
        continue;
      }
      if (this.pairs === this.pairTerms.length) this.growPairs();
      this.lastSeen[term] = this.pairs;
      this.pairTerms[this.pairs] = term;
      this.pairFrequencies[this.pairs++] = 1;
    }
    this.ends.push(this.pairs);
    this.lengths.push(length);
  }

  /**
   * The index of all texts added. `asins` names them in the same order and decides ties; `kinds` says what is alike and should be
   * neighbours, which makes searches faster. The builder is empty afterwards.
   */
  finish(asins: readonly string[], kinds: readonly string[]): SearchIndex {
    const places = Uint32Array.from(asins.keys());
    places.sort((a, b) => (asins[a]! < asins[b]! ? -1 : 1));
    const ranks = ranksByKind(places, kinds);
    const starts = new Uint32Array(this.terms.size + 1);
    for (let i = 0; i < this.pairs; i++) starts[this.pairTerms[i]! + 1]!++;
    for (let term = 0; term < this.terms.size; term++) starts[term + 1]! += starts[term]!;
    const totalLength = this.lengths.reduce((sum, length) => sum + length, 0);
    const documentCount = this.lengths.filter((length) => length > 0).length;
    const factors = lengthFactors(totalLength / documentCount);
    const next = starts.slice();
    const documents = new Uint32Array(this.pairs);
    const saturations = new Float32Array(this.pairs);
    for (let document = 0; document < ranks.length; document++) {
      const place = places[ranks[document]!]!;
      const factor = factors[codeOfLength(this.lengths[place]!)]!;
      for (let i = place === 0 ? 0 : this.ends[place - 1]!; i < this.ends[place]!; i++) {
        const at = next[this.pairTerms[i]!]!++;
        documents[at] = document;
        saturations[at] = 1 + Math.fround(this.pairFrequencies[i]! * factor);
      }
    }
    this.pairTerms = new Uint32Array(0);
    this.pairFrequencies = new Uint16Array(0);
    this.known.clear();
    return new SearchIndex({
      terms: this.terms,
      starts,
      documents,
      saturations,
      ranks,
      places,
      documentCount,
    });
  }

  private learn(word: string): number {
    const term = termOf(word);
    const number = term === null ? -1 : this.numberOf(term);
    this.known.set(ownCopy(word), number);
    return number;
  }

  private numberOf(term: string): number {
    const existing = this.terms.get(term);
    if (existing !== undefined) return existing;
    const number = this.terms.size;
    this.terms.set(ownCopy(term), number);
    if (number === this.lastSeen.length) {
      const grown = new Int32Array(number * 2);
      grown.set(this.lastSeen);
      this.lastSeen = grown;
    }
    this.lastSeen[number] = -1;
    return number;
  }

  private growPairs(): void {
    const size = Math.ceil(this.pairTerms.length * 1.5);
    const [terms, frequencies] = [new Uint32Array(size), new Uint16Array(size)];
    terms.set(this.pairTerms);
    frequencies.set(this.pairFrequencies);
    this.pairTerms = terms;
    this.pairFrequencies = frequencies;
  }
}

/** Ranks in the order of documents: by kind, and within a kind ascending. */
function ranksByKind(places: Uint32Array, kinds: readonly string[]): Uint32Array {
  const order = new Map([...new Set(kinds)].sort().map((kind, i) => [kind, i]));
  const keys = Float64Array.from(
    places,
    (place, rank) => order.get(kinds[place]!)! * places.length + rank,
  ).sort();
  return Uint32Array.from(keys, (key) => key % places.length);
}

/** V8 keeps a long word as a slice of the text it came from, which would keep every text alive. */
function ownCopy(word: string): string {
  return word.length < 13 ? word : Buffer.from(word).toString();
}
