import { analyze } from './analyzer.ts';
import { type LengthCode, lengthOf } from './length-code.ts';
import { TopHits } from './top-hits.ts';

const K1 = Math.fround(0.9);
const B = Math.fround(0.4);
/** Documents scored at a time: small enough for the cache, large enough for long lists of postings. */
const WINDOW = 1 << 13;

/** What {@link IndexBuilder} hands over. Documents are numbered by asin, so that the smaller number wins a tie. */
export interface IndexTables {
  /** Term → its number. */
  terms: ReadonlyMap<string, number>;
  /** Where the postings of a term begin; one entry more than terms. */
  starts: Uint32Array;
  /** Document numbers, ascending within a term. */
  documents: Uint32Array;
  /** How often the term stands in the document, beside `documents`. */
  frequencies: Uint16Array;
  /** Length of a document, in one byte as Lucene stores it. */
  lengthCodes: Uint8Array;
  /** Number in the catalogue of each document. */
  places: Uint32Array;
  /** All terms of all documents, repeats included. */
  totalLength: number;
  /** Documents with at least one term. */
  documentCount: number;
}

export interface Hit {
  /** Number in the catalogue. */
  place: number;
  score: number;
}

interface QueryTerm {
  /** Postings from here … */
  next: number;
  /** … to here (not included). */
  end: number;
  weight: number;
  /** No document gets more from this term. */
  most: number;
}

/**
 * BM25 as Lucene 8 ranks it (k1 0.9, b 0.4, no k1 + 1 factor), in its own float arithmetic, ties by asin. Words that cannot
 * lift a document into the best `count` any more are only looked up, not walked through (MaxScore), so that long queries stay
 * fast on a million documents; the result is that of the full count.
 */
export class SearchIndex {
  private readonly tables: IndexTables;
  /** 1 / (k1 (1 - b + b length / average)), by length code. */
  private readonly lengthFactors: Float32Array;
  /** Highest frequency × length factor among the documents of a term: bounds its score. */
  private readonly peaks: Float32Array;
  private readonly sums = new Float64Array(WINDOW);
  private readonly touched = new Uint16Array(WINDOW);

  constructor(tables: IndexTables) {
    this.tables = tables;
    const average = Math.fround(tables.totalLength / tables.documentCount);
    this.lengthFactors = Float32Array.from({ length: 256 }, (_, code) => {
      const relative = Math.fround(Math.fround(B * lengthOf(code as LengthCode)) / average);
      return Math.fround(1 / Math.fround(K1 * Math.fround(Math.fround(1 - B) + relative)));
    });
    const { starts, documents, frequencies, lengthCodes } = tables;
    this.peaks = new Float32Array(starts.length - 1);
    for (let term = 0; term < this.peaks.length; term++) {
      let peak = 0;
      for (let i = starts[term]!; i < starts[term + 1]!; i++) {
        const value = frequencies[i]! * this.lengthFactors[lengthCodes[documents[i]!]!]!;
        if (value > peak) peak = value;
      }
      this.peaks[term] = peak;
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
    const bounds = new Float64Array(terms.length + 1);
    for (let i = 0; i < terms.length; i++) bounds[i + 1] = bounds[i]! + terms[i]!.most;
    let optional = 0; // terms[0 .. optional] cannot decide alone
    for (let from = 0; from < this.size; from += WINDOW) {
      while (optional < terms.length && Math.fround(bounds[optional + 1]!) <= hits.threshold) optional++;
      if (optional === terms.length) break;
      this.scoreWindow(from, terms, optional, bounds, hits);
    }
    return hits.sorted().map(({ document, score }) => ({ place: this.tables.places[document]!, score }));
  }

  /** The known terms of a query, the least decisive first. */
  private queryTerms(query: string): QueryTerm[] {
    const counts = new Map<string, number>();
    for (const term of analyze(query)) counts.set(term, (counts.get(term) ?? 0) + 1);
    const { terms, starts, documentCount } = this.tables;
    const found: QueryTerm[] = [];
    for (const [term, count] of counts) {
      const number = terms.get(term);
      if (number === undefined) continue;
      const [next, end] = [starts[number]!, starts[number + 1]!];
      const rarity = Math.fround(Math.log(1 + (documentCount - (end - next) + 0.5) / (end - next + 0.5)));
      const weight = Math.fround(count * rarity);
      found.push({ next, end, weight, most: score(weight, this.peaks[number]!) });
    }
    return found.sort((a, b) => a.most - b.most);
  }

  private scoreWindow(
    from: number,
    terms: readonly QueryTerm[],
    optional: number,
    bounds: Float64Array,
    hits: TopHits,
  ): void {
    const { documents, frequencies, lengthCodes } = this.tables;
    const { sums, touched, lengthFactors } = this;
    const until = from + WINDOW;
    let count = 0;
    for (let t = optional; t < terms.length; t++) {
      const term = terms[t]!;
      const { weight, end } = term;
      let i = term.next;
      for (; i < end; i++) {
        const document = documents[i]!;
        if (document >= until) break;
        const slot = document - from;
        if (sums[slot] === 0) touched[count++] = slot;
        sums[slot]! += score(weight, frequencies[i]! * lengthFactors[lengthCodes[document]!]!);
      }
      term.next = i;
    }
    for (let t = 0; t < optional && count > 0; t++)
      terms[t]!.next = this.seek(terms[t]!.next, terms[t]!.end, from);
    for (let c = 0; c < count; c++) {
      const slot = touched[c]!;
      let sum = sums[slot]!;
      sums[slot] = 0;
      const document = from + slot;
      let t = optional;
      while (t > 0 && hits.couldEnter(Math.fround(sum + bounds[t]!), document)) {
        const term = terms[--t]!;
        const i = this.seek(term.next, term.end, document);
        if (i < term.end && documents[i] === document) {
          sum += score(term.weight, frequencies[i]! * lengthFactors[lengthCodes[document]!]!);
        }
      }
      if (t === 0) hits.offer(document, Math.fround(sum));
    }
  }

  /** First posting in `from … end` whose document is not below `document`: doubling steps, then halving ones. */
  private seek(from: number, end: number, document: number): number {
    const { documents } = this.tables;
    let step = 1;
    let low = from;
    while (low + step < end && documents[low + step]! < document) {
      low += step;
      step *= 2;
    }
    let high = Math.min(low + step, end);
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (documents[middle]! < document) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}

/** Share of one term; `saturation` is its frequency × length factor. Rounded to float32 where Lucene rounds. */
function score(weight: number, saturation: number): number {
  return Math.fround(weight - Math.fround(weight / Math.fround(1 + Math.fround(saturation))));
}
