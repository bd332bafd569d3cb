import type { Goal } from './goals.ts';
import type { Product } from './product.ts';
import type { Reward } from './reward.ts';
import type { Results, Storefront } from './session.ts';
import type { Shop } from './shop.ts';
import { type Trajectory, wordsOf } from './trajectories.ts';

/**
 * The shop that a recorded visit happened in, as far as the record shows it: its results are the recorded ones, and a product
 * that the catalogue does not hold is a stand-in with the options that were chosen. So the rules of pages and clicks can be
 * replayed without the 1.18 million products.
 */
export class RecordedShop implements Storefront {
  readonly showAttributes = false;
  private readonly shop: Shop;
  /** Query → page number → asins. */
  private readonly results = new Map<string, Map<number, readonly string[]>>();
  private readonly standIns = new Map<string, Product>();

  constructor(shop: Shop, trajectory: Trajectory) {
    this.shop = shop;
    for (const page of trajectory.pages) {
      const { content } = page;
      if (content?.search_result_asins) {
        const query = (wordsOf(page) ?? []).join(' ');
        const pages = this.results.get(query) ?? new Map<number, readonly string[]>();
        this.results.set(query, pages.set(Number(content.page), content.search_result_asins));
        for (const asin of content.search_result_asins) this.learn(asin, {});
      }
      if (content?.asin) this.learn(content.asin, content.options ?? {});
    }
  }

  find(words: readonly string[]): Results {
    const pages = this.results.get(words.join(' ').toLowerCase()) ?? this.results.get(words.join(' '));
    return {
      total: pages?.size ?? 0,
      page: (number) => (pages?.get(number) ?? []).flatMap((asin) => this.product(asin) ?? []),
    };
  }

  product(asin: string): Product | null {
    return this.shop.product(asin) ?? this.standIns.get(asin) ?? null;
  }

  /** Judged by the catalogue where it holds the product; of a stand-in nothing can be said. */
  judge(product: Product, options: ReadonlyMap<string, string>, goal: Goal): Reward {
    return this.shop.product(product.asin) ? this.shop.judge(product, options, goal) : UNKNOWN;
  }

  private learn(asin: string, chosen: Readonly<Record<string, string>>): void {
    const known = this.standIns.get(asin)?.options;
    const options = new Map<string, readonly string[]>(known);
    for (const [name, value] of Object.entries(chosen)) {
      options.set(name, [...new Set([...(options.get(name) ?? []), value])]);
    }
    this.standIns.set(asin, { ...STAND_IN, asin, title: asin, options });
  }
}

const STAND_IN: Omit<Product, 'asin' | 'title' | 'options'> = {
  description: '',
  bullets: [],
  prices: [100],
  priceTag: '$100.0',
  attributes: [],
  category: '',
  query: '',
  productCategory: '',
  instruction: null,
  instructionAttributes: [],
};

const UNKNOWN: Reward = {
  total: 0,
  type: { factor: 0, queryMatch: false, categoryMatch: false, titleScore: 0 },
  attributeMatches: 0,
  optionMatches: 0,
  priceMatch: false,
};
