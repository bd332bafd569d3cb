import { analyze } from './analyzer.ts';
import { TopHits } from './top-hits.ts';

/** Documents scored together: like products are neighbours, so that most windows can be passed over for a query. */
const WINDOW = 1 << 11;
/** Terms of more documents have their spread over the windows at hand. */
const COMMON = 1024;
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

/** How the postings of a term spread over the windows. */
interface Spread {
  /** Where the postings of each window begin; one entry more than windows. */
  offsets: Uint32Array;
  /** No document of the window gets more from the term than the term's weight times this. 0 where none has it. */
  ceilings: Float32Array;
}

interface QueryTerm extends Spread {
  weight: number;
  /** No document of the present window gets more from this term. */
  most: number;
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
  private readonly spreads = new Map<number, Spread>();
  /** Score so far of each document of the window; 0 for one that is out. */
  private readonly sums = new Float64Array(WINDOW);
  /** The documents of the window that are still in. */
  private readonly candidates = new Uint16Array(WINDOW);

  constructor(tables: IndexTables) {
    this.tables = tables;
    const { starts, ranks } = tables;
    this.windows = Math.ceil(ranks.length / WINDOW);
    for (let term = 0; term < starts.length - 1; term++) {
      if (starts[term + 1]! - starts[term]! > COMMON) this.spreads.set(term, this.spread(term));
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
      const holding = starts[number + 1]! - starts[number]!;
      const rarity = Math.fround(Math.log(1 + (documentCount - holding + 0.5) / (holding + 0.5)));
      const { offsets, ceilings } = this.spreads.get(number) ?? this.spread(number);
      return { offsets, ceilings, weight: Math.fround(count * rarity), most: 0 };
    });
  }

  private spread(term: number): Spread {
    const { starts, documents, saturations } = this.tables;
    const offsets = new Uint32Array(this.windows + 1);
    const ceilings = new Float32Array(this.windows);
    let window = -1;
    for (let i = starts[term]!; i < starts[term + 1]!; i++) {
      while (window < Math.floor(documents[i]! / WINDOW)) offsets[++window] = i;
      const ceiling = 1 - 1 / saturations[i]! + ROUNDING;
      if (ceiling > ceilings[window]!) ceilings[window] = ceiling;
    }
    offsets.fill(starts[term + 1]!, window + 1);
    return { offsets, ceilings };
  }

  private scoreWindow(window: number, queryTerms: readonly QueryTerm[], hits: TopHits): void {
    const { sums, candidates } = this;
    const { ranks } = this.tables;
    const from = window * WINDOW;
    const terms: QueryTerm[] = [];
    for (const term of queryTerms) {
      term.most = term.weight * term.ceilings[window]!;
      if (term.most > 0) terms.push(term);
    }
    terms.sort((a, b) => a.most - b.most);
    /** The most that terms 0 .. i - 1 add up to; below the threshold they bring up no document. */
    const bounds = [0];
    for (const { most } of terms) bounds.push(bounds.at(-1)! + most);
    let optional = 0;
    while (optional < terms.length && !hits.couldEnter(Math.fround(bounds[optional + 1]!))) optional++;
    let count = 0;
    for (let t = optional; t < terms.length; t++) count = this.bringUp(terms[t]!, window, count);
    for (let t = optional; t > 0 && count > 0; t--) {
      let kept = 0;
      for (let c = 0; c < count; c++) {
        const slot = candidates[c]!;
        if (hits.couldEnter(Math.fround(sums[slot]! + bounds[t]!))) candidates[kept++] = slot;
        else sums[slot] = 0;
      }
      count = kept;
      this.addOptional(terms[t - 1]!, window);
    }
    for (let c = 0; c < count; c++) {
      const slot = candidates[c]!;
      hits.offer(ranks[from + slot]!, Math.fround(sums[slot]!));
      sums[slot] = 0;
    }
  }

  /** Adds a term's share to all its documents of the window, and makes candidates of them. */
  private bringUp({ offsets, weight }: QueryTerm, window: number, count: number): number {
    const { documents, saturations } = this.tables;
    const { sums, candidates } = this;
    const from = window * WINDOW;
    const end = offsets[window + 1]!;
    let known = count;
    for (let i = offsets[window]!; i < end; i++) {
      const slot = documents[i]! - from;
      if (sums[slot] === 0) candidates[known++] = slot;
      sums[slot]! += share(weight, saturations[i]!);
    }
    return known;
  }

  /** Adds a term's share to those of its documents that are candidates. */
  private addOptional({ offsets, weight }: QueryTerm, window: number): void {
    const { documents, saturations } = this.tables;
    const { sums } = this;
    const from = window * WINDOW;
    const end = offsets[window + 1]!;
    for (let i = offsets[window]!; i < end; i++) {
      const slot = documents[i]! - from;
      if (sums[slot]! > 0) sums[slot]! += share(weight, saturations[i]!);
    }
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
