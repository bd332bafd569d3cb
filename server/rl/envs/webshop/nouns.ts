import model from 'wink-eng-lite-web-model';
import winkNLP from 'wink-nlp';
import type { Products } from './product-store.ts';

/** Finds the nouns and proper nouns of a product title, lower case, repeats kept: what the original asks spaCy for. */
export interface NounFinder {
  /**
   * Where the nouns come from. `spacy` is exact; `tagger` stands in for it and may give another partial score to a product that
   * is not the goal's; `generated` is exact by construction.
   */
  readonly source: 'spacy' | 'tagger' | 'generated';
  nouns(title: string): readonly string[];
}

/** A catalogue of up to this many titles is tagged whole, in its order; it takes about 0.2 ms a title. */
const MOST_TITLES_IN_ORDER = 10_000;
const REMEMBERED = 20_000;

/**
 * The stand-in for spaCy: the tagger that came closest to its recorded noun counts. Titles are tagged when first asked for.
 *
 * The tagger learns words as it reads: after "Women's, …" it takes `women's` for one word, before for two. So that a reward does
 * not depend on what was bought earlier, a small catalogue is read whole and in order first, and in any other title a possessive
 * is always cut off.
 */
export function taggedNouns(catalogue?: Products): NounFinder {
  const nlp = lazy(() => winkNLP(model, ['sbd', 'pos']));
  const tag = (title: string): readonly string[] => {
    const { its } = nlp();
    const tokens = nlp().readDoc(title).tokens();
    const tags = tokens.out(its.pos) as unknown as string[];
    const values = tokens.out(its.value);
    return values
      .filter((_, i) => tags[i] === 'NOUN' || tags[i] === 'PROPN')
      .map((value) => value.toLowerCase());
  };
  const inOrder = lazy(() => {
    const table = new Map<string, readonly string[]>();
    if (!catalogue || catalogue.length > MOST_TITLES_IN_ORDER) return table;
    for (let place = 0; place < catalogue.length; place++) {
      const { title } = catalogue.get(place);
      if (!table.has(title)) table.set(title, tag(title));
    }
    return table;
  });
  const remembered = new Map<string, readonly string[]>();
  return {
    source: 'tagger',
    nouns(title) {
      const known = inOrder().get(title) ?? remembered.get(title);
      if (known) return known;
      if (remembered.size >= REMEMBERED) remembered.clear();
      const found = tag(title.replace(/(\w)(['’]s)\b/gi, '$1 $2'));
      remembered.set(title, found);
      return found;
    },
  };
}

function lazy<T extends object>(make: () => T): () => T {
  let made: T | null = null;
  return () => {
    made ??= make();
    return made;
  };
}

/** Nouns from a table; a title that is not in it is left to `otherwise`. */
export function tabledNouns(
  table: ReadonlyMap<string, readonly string[]>,
  source: NounFinder['source'],
  otherwise: NounFinder,
): NounFinder {
  return { source, nouns: (title) => table.get(title) ?? otherwise.nouns(title) };
}
