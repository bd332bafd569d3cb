import { analyze } from './analyzer.ts';
import { TopHits } from './top-hits.ts';

/** Documents scored together: like products are neighbours, so that most windows can be passed over for a query. */
const WINDOW = 1 << 11;
/** Terms of more documents have their bounds for each window at hand. */
const COMMON = 256;
/** A score in float32 may exceed its value in the reals by a few units in the last place of its weight. */
const ROUNDING = 2 ** -21;

/** What {@link IndexBuilder} hands over. */
export interface IndexTables {
  /** Term → its number. */
  terms: ReadonlyMap<string, number>;
  /** Where the postings of a term begin; one entry more than terms. */
  starts: Uint32Array;
  /** Document numbers, ascending within a term. */
  documents: Uint32Array;
  /** Beside `documents`: 1 + frequency of the term / (k1 (1 - b + b length / average length)). */
  saturations: Float32Array;
  /** Place of a document in the order of asins, which decides ties. */
  ranks: Uint32Array;
  /** Number in the catalogue, by rank. */
  places: Uint32Array;
  /** Documents with at least one term. */
  documentCount: number;
}

export interface Hit {
  /** Number in the catalogue. */
  place: number;
  score: number;
}

interface QueryTerm {
  /** Its postings from here … */
  start: number;
  /** … to here (not included). */
  end: number;
  weight: number;
  /** For each window: no document of it gets more from this term than `weight` times this. 0 where none has it. */
  ceilings: Float32Array;
}

/**
 * BM25 as Lucene 8 ranks it (k1 0.9, b 0.4, no k1 + 1 factor), in its own float arithmetic, ties by asin.
 *
 * A window of documents is scored only if the best of each word in it could together enter the best `count`, the most promising
 * first; and in a window, words that could not bring up a document by themselves are counted only for documents that other
 * words brought up (MaxScore). The result is that of the full count.
 */
export class SearchIndex {
  private readonly tables: IndexTables;
  private readonly windows: number;
  /** Bounds of the terms that have many documents, see {@link QueryTerm.ceilings}. */
  private readonly ceilings = new Map<number, Float32Array>();
  /** Score so far of each document of the window; 0 for one that is out. */
  private readonly sums = new Float64Array(WINDOW);
  /** The documents of the window that are still in. */
  private readonly candidates = new Uint16Array(WINDOW);

  constructor(tables: IndexTables) {
    this.tables = tables;
    const { starts, ranks } = tables;
    this.windows = Math.ceil(ranks.length / WINDOW);
    for (let term = 0; term < starts.length - 1; term++) {
      if (starts[term + 1]! - starts[term]! > COMMON) this.ceilings.set(term, this.makeCeilings(term));
    }
  }

  /** How many products are indexed. */
  get size(): number {
    return this.tables.places.length;
  }

  /** How many pairs of term and document are stored. */
  get postings(): number {
    return this.tables.documents.length;
  }

  /** The best `count` products for a query, best first; fewer where fewer hold one of its words. */
  search(query: string, count: number): Hit[] {
    const terms = this.queryTerms(query);
    const hits = new TopHits(count);
    const bounds = new Float64Array(this.windows);
    for (const { weight, ceilings } of terms) {
      for (let window = 0; window < bounds.length; window++) bounds[window]! += weight * ceilings[window]!;
    }
    for (const window of promisingFirst(bounds)) {
      if (hits.couldEnter(Math.fround(bounds[window]!))) this.scoreWindow(window, terms, hits);
    }
    return hits.sorted().map(({ rank, score }) => ({ place: this.tables.places[rank]!, score }));
  }

  private queryTerms(query: string): QueryTerm[] {
    const counts = new Map<string, number>();
    for (const term of analyze(query)) counts.set(term, (counts.get(term) ?? 0) + 1);
    const { terms, starts, documentCount } = this.tables;
    return Array.from(counts).flatMap(([term, count]) => {
      const number = terms.get(term);
      if (number === undefined) return [];
      const [start, end] = [starts[number]!, starts[number + 1]!];
      const rarity = Math.fround(Math.log(1 + (documentCount - (end - start) + 0.5) / (end - start + 0.5)));
      const weight = Math.fround(count * rarity);
      const ceilings = this.ceilings.get(number) ?? this.makeCeilings(number);
      return { start, end, weight, ceilings };
    });
  }

  private makeCeilings(term: number): Float32Array {
    const { starts, documents, saturations } = this.tables;
    const ceilings = new Float32Array(this.windows);
    for (let i = starts[term]!; i < starts[term + 1]!; i++) {
      const window = Math.floor(documents[i]! / WINDOW);
      const ceiling = 1 - 1 / saturations[i]! + ROUNDING;
      if (ceiling > ceilings[window]!) ceilings[window] = ceiling;
    }
    return ceilings;
  }

  private scoreWindow(window: number, queryTerms: readonly QueryTerm[], hits: TopHits): void {
    const { sums, candidates } = this;
    const { ranks } = this.tables;
    const from = window * WINDOW;
    const most = ({ weight, ceilings }: QueryTerm) => weight * ceilings[window]!;
    const terms = queryTerms.filter((term) => most(term) > 0).sort((a, b) => most(a) - most(b));
    /** The most that terms 0 .. i - 1 add up to; below the threshold they bring up no document. */
    const bounds = [0];
    for (const term of terms) bounds.push(bounds.at(-1)! + most(term));
    let optional = 0;
    while (optional < terms.length && !hits.couldEnter(Math.fround(bounds[optional + 1]!))) optional++;
    let count = 0;
    for (let t = optional; t < terms.length; t++) count = this.bringUp(terms[t]!, from, count);
    for (let t = optional; t > 0 && count > 0; t--) {
      let kept = 0;
      for (let c = 0; c < count; c++) {
        const slot = candidates[c]!;
        if (hits.couldEnter(Math.fround(sums[slot]! + bounds[t]!))) candidates[kept++] = slot;
        else sums[slot] = 0;
      }
      count = kept;
      this.addOptional(terms[t - 1]!, from);
    }
    for (let c = 0; c < count; c++) {
      const slot = candidates[c]!;
      hits.offer(ranks[from + slot]!, Math.fround(sums[slot]!));
      sums[slot] = 0;
    }
  }

  /** Adds a term's share to all its documents of the window, and makes candidates of them. */
  private bringUp({ start, end, weight }: QueryTerm, from: number, count: number): number {
    const { documents, saturations } = this.tables;
    const { sums, candidates } = this;
    const until = from + WINDOW;
    let known = count;
    for (let i = this.seek(start, end, from); i < end; i++) {
      const document = documents[i]!;
      if (document >= until) break;
      const slot = document - from;
      if (sums[slot] === 0) candidates[known++] = slot;
      sums[slot]! += share(weight, saturations[i]!);
    }
    return known;
  }

  /** Adds a term's share to those of its documents that are candidates. */
  private addOptional({ start, end, weight }: QueryTerm, from: number): void {
    const { documents, saturations } = this.tables;
    const { sums } = this;
    const until = from + WINDOW;
    for (let i = this.seek(start, end, from); i < end; i++) {
      const document = documents[i]!;
      if (document >= until) break;
      const slot = document - from;
      if (sums[slot]! > 0) sums[slot]! += share(weight, saturations[i]!);
    }
  }

  /** First posting in `start … end` whose document is not below `document`. */
  private seek(start: number, end: number, document: number): number {
    const { documents } = this.tables;
    let [low, high] = [start, end];
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (documents[middle]! < document) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}

/** What a term adds to a document. Rounded to float32 where Lucene rounds. */
function share(weight: number, saturation: number): number {
  return Math.fround(weight - Math.fround(weight / saturation));
}

/** Windows with any of the words, the highest bound first as far as 20 bits after the point tell. */
function promisingFirst(bounds: Float64Array): number[] {
  const keys = new Float64Array(bounds.length);
  let count = 0;
  for (let window = 0; window < bounds.length; window++) {
    // One sortable number of bound and window: the sort of plain numbers needs no calls back.
    if (bounds[window]! > 0) keys[count++] = Math.floor(bounds[window]! * 2 ** 20) * 2 ** 21 + window;
  }
  return Array.from(keys.subarray(0, count).sort(), (key) => key % 2 ** 21).reverse();
}
