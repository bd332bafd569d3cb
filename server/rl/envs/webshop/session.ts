import { parseAction } from './action.ts';
import type { Goal } from './goals.ts';
import { availableActions, pageText } from './page-text.ts';
import type { Product } from './product.ts';
import { dictJson, dictRepr } from './python-text.ts';
import type { Reward } from './reward.ts';
import { richText } from './rich-text.ts';
import { type AvailableActions, SUB_PAGES, type View } from './view.ts';

const BASE_URL = 'http://127.0.0.1:3000';

export type ObservationMode = 'text' | 'text_rich' | 'url';

/** What a session asks of a shop. */
export interface Storefront {
  readonly showAttributes: boolean;
  /** Results of a query, split into words; null where the original would crash. */
  find(words: readonly string[]): Results | null;
  product(asin: string): Product | null;
  judge(product: Product, options: ReadonlyMap<string, string>, goal: Goal): Reward;
}

/** What a query finds. */
export interface Results {
  total: number;
  /** The ten of a page; the same array each time, none beyond the last page. Pages count from 1. */
  page(number: number): readonly Product[];
}

/** One visit to the shop with a goal: where the visitor is, and what a click does there. Never ends by itself. */
export class Session {
  readonly id: string;
  readonly goal: Goal;
  private readonly shop: Storefront;
  private view: View = { kind: 'index' };
  private words: readonly string[] = [];
  private pageNumber = 1;
  private options = new Map<string, string>();
  /** Products opened since the last visit to the index page. */
  private visited = new Set<string>();

  constructor(shop: Storefront, id: string, goal: Goal) {
    this.shop = shop;
    this.id = id;
    this.goal = goal;
  }

  /** Where the visitor is. */
  get page(): View {
    return this.view;
  }

  /** What was searched for last, and which page of it. */
  get query(): { words: readonly string[]; pageNumber: number } {
    return { words: this.words, pageNumber: this.pageNumber };
  }

  get chosen(): ReadonlyMap<string, string> {
    return this.options;
  }

  available(): AvailableActions {
    return availableActions(this.view, this.shop.showAttributes);
  }

  observation(mode: ObservationMode = 'text'): string {
    const { shop, view, goal } = this;
    if (mode === 'url') return this.url();
    if (mode === 'text') return pageText(view, goal.instruction, shop.showAttributes);
    return richText(view, goal.instruction, shop.showAttributes, this.url(), this.visited);
  }

  /** Back to the index page, forgetting query, options and what was seen. */
  restart(): void {
    this.view = { kind: 'index' };
    this.words = [];
    this.pageNumber = 1;
    this.options = new Map();
    this.visited = new Set();
  }

  /** Does what the action text says; what is not possible here changes nothing. Returns whether that was a purchase. */
  act(action: string): boolean {
    const parsed = parseAction(action);
    if (parsed?.name === 'search') this.search(parsed.argument.split(' '), 1);
    else if (
      parsed &&
      parsed.argument !== 'search' &&
      this.available().clickables.includes(parsed.argument)
    ) {
      return this.click(parsed.argument);
    }
    return false;
  }

  private search(words: readonly string[], pageNumber: number): void {
    const results = this.shop.find(words);
    if (!results) return;
    this.words = words;
    this.pageNumber = pageNumber;
    this.options = new Map();
    this.view = {
      kind: 'results',
      number: pageNumber,
      total: results.total,
      products: results.page(pageNumber),
    };
  }

  private click(target: string): boolean {
    const { view } = this;
    const shown = 'product' in view ? view.product : null;
    if (target === 'buy now' && shown) {
      const reward = this.shop.judge(shown, this.options, this.goal);
      this.view = { kind: 'done', product: shown, options: this.options, reward };
      return true;
    }
    const address = this.addressedPage();
    if (target === 'back to search') this.restart();
    else if (target === 'next >' && address === 'results') this.search(this.words, this.pageNumber + 1);
    else if (target === '< prev' && address === 'results') this.search(this.words, this.pageNumber - 1);
    else if (target === '< prev' && address === 'sub' && shown) this.view = { kind: 'item', product: shown };
    else if (target === '< prev' && address === 'item') this.search(this.words, this.pageNumber);
    else this.open(target, shown);
    return false;
  }

  /** A sub page, a product of the results, or an option of the product shown. */
  private open(target: string, shown: Product | null): void {
    const name = SUB_PAGES.find((subPage) => subPage.toLowerCase() === target);
    if (name && shown) {
      this.view = { kind: 'sub', name, product: shown };
      return;
    }
    if (this.view.kind === 'results') {
      const product = this.shop.product(target.toUpperCase());
      if (!product) return;
      this.visited.add(product.asin);
      this.view = { kind: 'item', product };
    } else if (this.view.kind === 'item' && shown) {
      const groups = [...shown.options].filter(([, values]) => values.includes(target));
      const group = groups.at(-1)?.[0];
      if (group !== undefined) this.options = new Map(this.options).set(group, target);
    }
  }

  /** The page the original takes this for: it looks for names in the address, which holds the query too. */
  private addressedPage(): View['kind'] {
    const url = this.url();
    if (url.includes('search_results')) return 'results';
    if (url.includes('item_page')) return 'item';
    return url.includes('item_sub_page') ? 'sub' : this.view.kind;
  }

  private url(): string {
    const { view, id, options } = this;
    const query = this.words.join('+');
    switch (view.kind) {
      case 'index':
        return `${BASE_URL}/${id}`;
      case 'results':
        return `${BASE_URL}/search_results/${id}/${query}/${view.number}`;
      case 'item':
        return `${BASE_URL}/item_page/${id}/${view.product.asin}/${query}/${this.pageNumber}/${dictJson(options)}`;
      case 'sub':
        return `${BASE_URL}/item_sub_page/${id}/${view.product.asin}/${query}/${this.pageNumber}/${view.name}/${dictRepr(options)}`;
      case 'done':
        return `${BASE_URL}/done/${id}/${view.product.asin}/${dictRepr(view.options)}`;
    }
  }
}
