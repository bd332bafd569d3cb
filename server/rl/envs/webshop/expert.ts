import type { Random } from '../../random.ts';
import type { Expert, ExpertTurn } from '../environment.ts';
import { SEARCH } from './environment.ts';
import type { KnownProduct, ShopMemory, Subgoal } from './memory.ts';

/** Steps after which the shopper settles for the best product seen. */
const PATIENCE = 9;
/** Pages of results that are looked through. */
const MOST_PAGES = 3;
/** Chances: to take a word into a query, at first and later; to open the first fitting result; to read on where it helps. */
const KEEP_WORD = 0.9;
const KEEP_WORD_LATER = 0.6;
const TAKE_FIRST = 0.8;
const READ_ON = 0.3;

/**
 * A shopper by script, who goes by what can be read: searches with the instruction's words, opens results that are not too
 * dear, goes back where options asked for are missing, chooses options and buys.
 */
export class ShopExpert implements Expert {
  readonly #memory: ShopMemory;
  readonly #random: Random;
  #subgoal: Subgoal | null = null;

  constructor(memory: ShopMemory, random: Random) {
    this.#memory = memory;
    this.#random = random;
  }

  act(admissible: readonly string[]): ExpertTurn {
    const [subgoal, action] = this.#decide(admissible);
    const switched = subgoal !== this.#subgoal;
    this.#subgoal = subgoal;
    return { switched, subgoal, action };
  }

  #decide(admissible: readonly string[]): [Subgoal, string] {
    const { page, item } = this.#memory;
    if (admissible.includes(SEARCH)) return ['find products', `search[${this.#query()}]`];
    if (page.kind === 'results') return this.#choose(admissible);
    if (page.kind === 'item' && item) return this.#judge(item);
    return ['compare them', 'click[< prev]'];
  }

  #query(): string {
    const { wishes, searches } = this.#memory;
    const chance = searches === 0 ? KEEP_WORD : KEEP_WORD_LATER;
    const kept = wishes.queryWords.filter(() => this.#random.chance(chance));
    return (kept.length > 0 ? kept : wishes.queryWords.slice(0, 1)).join(' ');
  }

  #choose(admissible: readonly string[]): [Subgoal, string] {
    const memory = this.#memory;
    const { page } = memory;
    if (page.kind !== 'results') throw new Error('not a page of results');
    const best = this.#best();
    const here = page.products.filter(({ asin }) => admissible.includes(`click[${asin}]`));
    if (best && memory.steps >= PATIENCE && here.some(({ asin }) => asin === best.asin))
      return ['compare them', `click[${best.asin}]`];
    const open = here.filter((product) => !memory.products.has(product.asin) && !memory.isDear(product));
    const next = this.#random.chance(TAKE_FIRST)
      ? open[0]
      : open[this.#random.int(Math.min(3, open.length || 1))];
    if (next) return ['compare them', `click[${next.asin}]`];
    if (page.number < MOST_PAGES && page.products.length > 0 && memory.steps < PATIENCE)
      return ['find products', 'click[next >]'];
    return ['find products', 'click[back to search]'];
  }

  #judge(item: KnownProduct): [Subgoal, string] {
    const memory = this.#memory;
    const isDue = memory.steps >= PATIENCE && item === this.#best();
    const fits = item.misfits === 0 && !memory.isDear(item);
    if (!fits && !isDue) return ['compare them', 'click[< prev]'];
    const isVague = item.groups.length === 0 && memory.coverage(item.terms) < 0.7;
    if (isVague && !item.read.has('features') && this.#random.chance(READ_ON))
      return ['compare them', 'click[features]'];
    const group = item.groups.find(({ wanted, chosen }) => wanted !== null && wanted !== chosen);
    return group ? ['choose its options', `click[${group.wanted}]`] : ['buy it', 'click[buy now]'];
  }

  /** Of the products seen, the one with the fewest misfits, then the best title. */
  #best(): KnownProduct | undefined {
    const { products } = this.#memory;
    const cost = (product: KnownProduct) =>
      product.misfits + (this.#memory.isDear(product) ? 1 : 0) - this.#memory.titleCoverage(product) / 2;
    return [...products.values()].sort((a, b) => cost(a) - cost(b))[0];
  }
}
