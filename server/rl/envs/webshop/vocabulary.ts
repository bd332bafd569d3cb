import { createHash } from 'node:crypto';
import type { TokenIds } from '../../model/token-ids.ts';
import { BytePairs } from './byte-pairs.ts';
import type { Catalogue } from './catalogue.ts';
import { SUBGOALS } from './memory.ts';
import { searchText } from './product.ts';

/** Results of a page and option values of a product that have a word of their own, and what numbers of the prompt count to. */
export const MOST_RESULTS = 10;
export const MOST_VALUES = 99;
export const MOST_NUMBER = 20;
export const MOST_MISFITS = 4;

const WORDS = [
  ...['<task>', '<want>', '<page>', '<step>', '<sub>', '<switch>', '<action>'],
  ...['KEEP', 'SWITCH', ...SUBGOALS],
  ...['index', 'results', 'item', 'text'],
  ...['search', 'next', 'prev', 'back', 'description', 'features', 'reviews', 'buy', 'option', 'end'],
  ...['new', 'dear', 'todo', 'done', 'absent'],
  ...Array.from({ length: MOST_MISFITS + 1 }, (_, i) => `${i} misfits`),
  ...Array.from({ length: MOST_RESULTS }, (_, i) => `result ${i + 1}`),
  ...Array.from({ length: MOST_VALUES }, (_, i) => `value ${i + 1}`),
  ...Array.from({ length: MOST_NUMBER + 1 }, (_, i) => `${i}`),
  ...Array.from({ length: 11 }, (_, i) => `${i * 10} %`),
] as const;

/** Products whose texts a vocabulary is learned from: those at the front of the catalogue. */
const LEARNED_FROM = 2_000;
/** Token ids in all. */
const SIZE = 2048;

/**
 * Words of the prompt's own, and behind them byte pairs of the catalogue's text: any instruction and option can be spelled. The
 * same catalogue gives the same tokens.
 */
export class ShopVocabulary {
  readonly size: number;
  readonly version: string;
  /** Ids from here on are byte pairs. */
  readonly firstPair = WORDS.length;
  readonly #pairs: BytePairs;
  readonly #ids = new Map<string, number>(WORDS.map((word, id) => [word, id]));
  readonly #spelled = new Map<string, TokenIds>();

  constructor(pairs: BytePairs) {
    this.#pairs = pairs;
    this.size = this.firstPair + pairs.size;
    const content = JSON.stringify([WORDS, pairs.merges]);
    this.version = `webshop-2 ${createHash('sha256').update(content).digest('hex').slice(0, 12)}`;
  }

  static of(catalogue: Catalogue): ShopVocabulary {
    const known = VOCABULARIES.get(catalogue);
    if (known) return known;
    const made = new ShopVocabulary(BytePairs.train(texts(catalogue), SIZE - WORDS.length - 256));
    VOCABULARIES.set(catalogue, made);
    return made;
  }

  /** Ranges of ids within which one name is as good as another, and the share of cloned turns that exchange them. */
  get exchangeable(): readonly { from: number; to: number; share: number }[] {
    const values = this.id('value 1');
    return [
      { from: values, to: values + MOST_VALUES, share: 0.8 },
      { from: this.firstPair, to: this.size, share: 0.6 },
    ];
  }

  /** The id of one of the prompt's own words. */
  id(word: string): number {
    const id = this.#ids.get(word);
    if (id === undefined) throw new RangeError(`vocabulary: there is no word "${word}"`);
    return id;
  }

  /** A text as byte pairs, as if a blank stood before it. Shared, do not write. */
  spell(text: string): TokenIds {
    const known = this.#spelled.get(text);
    if (known) return known;
    const ids = Uint16Array.from(this.#pairs.encode(` ${text}`), (id) => this.firstPair + id);
    if (this.#spelled.size >= 50_000) this.#spelled.clear();
    this.#spelled.set(text, ids);
    return ids;
  }

  show(id: number): string {
    return WORDS[id] ?? this.#pairs.decode([id - this.firstPair]);
  }
}

const VOCABULARIES = new WeakMap<Catalogue, ShopVocabulary>();

function* texts({ products }: Catalogue): Iterable<string> {
  for (let place = 0; place < Math.min(products.length, LEARNED_FROM); place++) {
    const product = products.get(place);
    yield searchText(product);
    if (product.instruction !== null) yield ` ${product.instruction.toLowerCase()}`;
  }
}
