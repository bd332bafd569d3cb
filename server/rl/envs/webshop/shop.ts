import type { Catalogue } from './catalogue.ts';
import { drawGoals, type Goal, type GoalSeeds } from './goals.ts';
import type { NounFinder } from './nouns.ts';
import type { Product } from './product.ts';
import type { PythonRandom } from './python-random.ts';
import { judgePurchase, type Reward } from './reward.ts';
import type { Results, Storefront } from './session.ts';

/** Products found by a query at most, and shown on one page. */
const MOST_RESULTS = 50;
const PAGE_SIZE = 10;
/** Queries whose results are kept. */
const REMEMBERED_QUERIES = 2_000;

export interface ShopOptions {
  goals: 'synthetic' | 'human';
  seeds: GoalSeeds;
  nouns: NounFinder;
  /** Keeps only some goals, by index in the shuffled order. */
  filter?: (index: number, goal: Goal) => boolean;
  /** Then keeps only that many, drawn by weight. */
  limit?: number;
  /** Offers the page that lists a product's attributes; the original's default is not to. */
  showAttributes?: boolean;
}

/** One shop with its prices and goals: all that sessions share. Two shops of the same seeds are alike. */
export class Shop implements Storefront {
  readonly catalogue: Catalogue;
  readonly goals: readonly Goal[];
  readonly nouns: NounFinder;
  readonly showAttributes: boolean;
  /** As the shuffle of the goals left it; names sessions, draws goals by weight and answers `<r>`. */
  readonly random: PythonRandom;
  /** Sums of the goals' weights, beginning with 0. */
  readonly cumulativeWeights: readonly number[];
  private readonly prices: Float64Array;
  private readonly remembered = new Map<string, Results>();

  constructor(catalogue: Catalogue, options: ShopOptions) {
    const { goals, prices, random } = drawGoals(catalogue, options.goals, options.seeds);
    const kept = goals.filter((goal, index) => options.filter?.(index, goal) ?? true);
    this.catalogue = catalogue;
    this.goals = drawSome(kept, options.limit ?? kept.length, random);
    this.prices = prices;
    this.random = random;
    this.nouns = options.nouns;
    this.showAttributes = options.showAttributes ?? false;
    this.cumulativeWeights = cumulated(this.goals);
  }

  /** The price that decides a reward, in dollars. */
  price(asin: string): number {
    return this.prices[this.catalogue.products.find(asin)]!;
  }

  product(asin: string): Product | null {
    const place = this.catalogue.products.find(asin);
    return place < 0 ? null : this.catalogue.products.get(place);
  }

  judge(product: Product, options: ReadonlyMap<string, string>, goal: Goal): Reward {
    return judgePurchase({ product, options, price: this.price(product.asin) }, goal, this.nouns);
  }

  /**
   * What the search bar finds for blank-separated words; null for the two control queries at which the original crashes.
   * `<r>` draws anew each time.
   */
  find(words: readonly string[]): Results | null {
    const { products, queries, categories, index } = this.catalogue;
    const rest = words.slice(1);
    switch (words[0]) {
      case '<r>': {
        const all = Array.from({ length: products.length }, (_, place) => place);
        return this.results(this.random.sample(all, Math.min(MOST_RESULTS, all.length)));
      }
      case '<a>':
        return null;
      case '<c>':
        return rest[0] === undefined ? null : this.results(placesOf(categories, rest[0].trim()));
      case '<q>':
        return this.results(placesOf(queries, rest.join(' ').trim()));
    }
    const query = words.join(' ');
    let results = this.remembered.get(query);
    if (!results) {
      results = this.results(index.search(query, MOST_RESULTS).map((hit) => hit.place));
      if (this.remembered.size >= REMEMBERED_QUERIES) {
        this.remembered.delete(this.remembered.keys().next().value!);
      }
      this.remembered.set(query, results);
    }
    return results;
  }

  private results(places: readonly number[]): Results {
    const pages = new Map<number, readonly Product[]>();
    return {
      total: places.length,
      page: (number) => {
        let page = pages.get(number);
        if (!page) {
          const from = (number - 1) * PAGE_SIZE;
          const shown = from < 0 ? [] : places.slice(from, from + PAGE_SIZE);
          page = shown.map((place) => this.catalogue.products.get(place));
          if (page.length > 0) pages.set(number, page);
        }
        return page;
      },
    };
  }
}

function placesOf(values: readonly string[], wanted: string): number[] {
  const places: number[] = [];
  values.forEach((value, place) => {
    if (value === wanted) places.push(place);
  });
  return places;
}

/** `count` different goals in the order drawn; all of them, in their own order, where there are no more. */
function drawSome(goals: readonly Goal[], count: number, random: PythonRandom): readonly Goal[] {
  if (count >= goals.length) return goals;
  const weights = cumulated(goals);
  const drawn = new Set<number>();
  while (drawn.size < count) drawn.add(random.weightedIndex(weights));
  return [...drawn].map((index) => goals[index]!);
}

/** Sums of the weights so far, beginning with 0. */
function cumulated(goals: readonly Goal[]): number[] {
  const sums = [0];
  for (const { weight } of goals) sums.push(sums.at(-1)! + weight);
  return sums;
}
