import { IndexBuilder } from './index-builder.ts';
import { type Product, searchText } from './product.ts';
import { ProductStore, type Products } from './product-store.ts';
import type { PythonRandom } from './python-random.ts';
import type { SearchIndex } from './search-index.ts';

/** An instruction that a person wrote for a product. */
export interface HumanInstruction {
  instruction: string;
  instruction_attributes: readonly string[];
  instruction_options: readonly string[];
}

/** Everything a shop knows, whoever shops: made once and shared by all episodes of a process. */
export interface Catalogue {
  products: Products;
  index: SearchIndex;
  /** Kind of thing (`query`) and category of each product, at hand for control-token queries. */
  queries: readonly string[];
  categories: readonly string[];
  lowPrices: readonly number[];
  /** The other end of a range; NaN where a product has one price. */
  highPrices: readonly number[];
  /** By asin; empty where only synthetic goals are played. */
  humanInstructions: ReadonlyMap<string, readonly HumanInstruction[]>;
}

/** Puts a catalogue together, product by product, in the order of the file. */
export class CatalogueBuilder {
  private readonly store = new ProductStore();
  private readonly index = new IndexBuilder();
  private readonly queries: string[] = [];
  private readonly categories: string[] = [];
  private readonly lowPrices: number[] = [];
  private readonly highPrices: number[] = [];
  /** What kind of product each is, for the index. */
  private readonly kinds: string[] = [];
  private readonly words = new Map<string, string>();

  has(asin: string): boolean {
    return this.store.find(asin) >= 0;
  }

  add(product: Product): void {
    this.store.add(product);
    this.index.add(searchText(product));
    this.queries.push(this.shared(product.query));
    this.categories.push(this.shared(product.category));
    this.kinds.push(this.shared(`${product.category} › ${product.query}`));
    this.lowPrices.push(product.prices[0]!);
    this.highPrices.push(product.prices[1] ?? Number.NaN);
  }

  finish(humanInstructions: ReadonlyMap<string, readonly HumanInstruction[]> = new Map()): Catalogue {
    const { store, queries, categories, lowPrices, highPrices } = this;
    const asins = Array.from({ length: store.length }, (_, place) => store.asin(place));
    const index = this.index.finish(asins, this.kinds);
    return { products: store, index, queries, categories, lowPrices, highPrices, humanInstructions };
  }

  /** One string for all products of a kind. */
  private shared(text: string): string {
    const known = this.words.get(text);
    if (known !== undefined) return known;
    this.words.set(text, text);
    return text;
  }
}

/** The price of each product for one run, in the order of the file: a range is drawn from, and only a range takes a draw. */
export function drawPrices(catalogue: Catalogue, random: PythonRandom): Float64Array {
  return Float64Array.from(catalogue.lowPrices, (low, place) => {
    const high = catalogue.highPrices[place]!;
    return Number.isNaN(high) ? low : random.uniform(low, high);
  });
}
