import type { Catalogue } from '../catalogue.ts';
import { type GoalSeeds, originalSeeds } from '../goals.ts';
import { type NounFinder, taggedNouns } from '../nouns.ts';
import { Shop } from '../shop.ts';

/** Seeds under which the original's goals were recorded. */
export const RECORDED_SEEDS = originalSeeds(12345);

/** The shops that a golden file speaks of, made when first asked for. The tagger judges, as when the file was recorded. */
export class GoldenShops {
  readonly catalogue: Catalogue;
  readonly nouns: NounFinder;
  private readonly shops = new Map<string, Shop>();

  constructor(catalogue: Catalogue) {
    this.catalogue = catalogue;
    this.nouns = taggedNouns(catalogue.products);
  }

  get(goals: 'synthetic' | 'human', seeds: GoalSeeds): Shop {
    const key = JSON.stringify([goals, seeds]);
    let shop = this.shops.get(key);
    if (!shop) {
      shop = new Shop(this.catalogue, { goals, seeds, nouns: this.nouns });
      this.shops.set(key, shop);
    }
    return shop;
  }

  /** A shop of its own, whose generator no other check has moved on. */
  fresh(seeds: GoalSeeds): Shop {
    return new Shop(this.catalogue, { goals: 'synthetic', seeds, nouns: this.nouns });
  }

  get original(): Shop {
    return this.get('synthetic', RECORDED_SEEDS);
  }
}
