import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { analyze } from '../../../../../server/rl/envs/webshop/analyzer.ts';
import { generateProduct } from '../../../../../server/rl/envs/webshop/generated/product.ts';
import { IndexBuilder } from '../../../../../server/rl/envs/webshop/index-builder.ts';
import { searchText } from '../../../../../server/rl/envs/webshop/product.ts';
import type { SearchIndex } from '../../../../../server/rl/envs/webshop/search-index.ts';

function build(texts: readonly string[], asins: readonly string[], kinds: readonly string[]): SearchIndex {
  const builder = new IndexBuilder();
  for (const text of texts) builder.add(text);
  return builder.finish(asins, kinds);
}

/** BM25 from its formula, in doubles, one document after the other. */
function naiveScores(documents: readonly string[][], query: string): number[] {
  const filled = documents.filter(({ length }) => length > 0);
  const average = documents.reduce((sum, terms) => sum + terms.length, 0) / filled.length;
  const scores = documents.map(() => 0);
  for (const term of analyze(query)) {
    const frequencies = documents.map((terms) => terms.filter((other) => other === term).length);
    const holding = frequencies.filter((frequency) => frequency > 0).length;
    const rarity = Math.log(1 + (filled.length - holding + 0.5) / (holding + 0.5));
    frequencies.forEach((frequency, i) => {
      const length = quantised(documents[i]!.length);
      if (frequency > 0)
        scores[i]! += (rarity * frequency) / (frequency + 0.9 * (0.6 + (0.4 * length) / average));
    });
  }
  return scores;
}

/** Exact to 39, then four significant bits above 24. */
function quantised(length: number): number {
  if (length < 40) return length;
  const step = 2 ** (Math.floor(Math.log2(length - 24)) - 3);
  return 24 + Math.floor((length - 24) / step) * step;
}

describe('SearchIndex', () => {
  const products = Array.from({ length: 400 }, (_, number) => generateProduct(3, number).product);
  const texts = products.map(searchText);
  const asins = products.map(({ asin }) => asin);
  const index = build(
    texts,
    asins,
    products.map(({ query }) => query),
  );
  const documents = texts.map(analyze);
  const vocabulary = [...new Set(texts.flatMap((text) => text.split(' ')))];

  test('ranks as the formula says', () => {
    fc.assert(
      fc.property(fc.array(fc.constantFrom(...vocabulary), { minLength: 1, maxLength: 8 }), (queryWords) => {
        const query = queryWords.join(' ');
        const scores = naiveScores(documents, query);
        const hits = index.search(query, 50);
        expect(hits).toHaveLength(Math.min(50, scores.filter((score) => score > 0).length));
        const best = [...scores].sort((a, b) => b - a);
        hits.forEach(({ place, score }, rank) => {
          expect(score).toBeCloseTo(scores[place]!, 4);
          expect(score).toBeCloseTo(best[rank]!, 4);
        });
      }),
      { numRuns: 30 },
    );
  });

  test('what is passed over is what the best cannot come from: any count gives the front of the full list', () => {
    const many = Array.from(
      { length: 9000 },
      (_, i) => `${i % 2 ? 'red' : 'blue'} mug ${i % 7 ? 'tall' : 'wide'} x${i % 97} y${i % 1013}`,
    );
    const names = many.map((_, i) => `B${String((i * 7919) % 9000).padStart(9, '0')}`);
    const large = build(
      many,
      names,
      many.map((_, i) => String(i % 13)),
    );
    for (const query of ['red wide x5 y7', 'mug', 'blue mug y1000 x3 wide', 'mug mug tall']) {
      const all = large.search(query, 9000);
      const keys = all.map(({ place, score }) => [-score, names[place]!] as const);
      const sorted = [...keys].sort((a, b) => a[0] - b[0] || (a[1] < b[1] ? -1 : 1));
      expect(keys).toEqual(sorted);
      for (const count of [1, 10, 50]) expect(large.search(query, count)).toEqual(all.slice(0, count));
    }
  });

  test('equal scores come by asin, whatever their order in the catalogue', () => {
    const tied = build(['red mug', 'red mug', 'red mug'], ['B3', 'B1', 'B2'], ['a', 'b', 'c']);
    expect(tied.search('mug', 2).map(({ place }) => place)).toEqual([1, 2]);
  });

  test('a repeated word weighs more, stop words and unknown words nothing', () => {
    const small = build(['red mug', 'mug'], ['B1', 'B2'], ['a', 'a']);
    const [once, twice] = [small.search('red', 5), small.search('red red', 5)];
    expect(twice[0]!.score).toBeCloseTo(2 * once[0]!.score, 5);
    expect(small.search('the of zzz', 5)).toEqual([]);
    expect(small.search('', 5)).toEqual([]);
  });

  test('texts without a word, and an index without texts, do no harm', () => {
    expect(build(['', 'mug'], ['B1', 'B2'], ['a', 'a']).search('mug', 5)).toMatchObject([{ place: 1 }]);
    expect(build([], [], []).search('mug', 5)).toEqual([]);
  });
});
