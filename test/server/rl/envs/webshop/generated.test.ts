import { describe, expect, test } from 'vitest';
import { ShoppingEnvironment } from '../../../../../server/rl/envs/webshop/environment.ts';
import { generateProduct } from '../../../../../server/rl/envs/webshop/generated/product.ts';
import { originalSeeds } from '../../../../../server/rl/envs/webshop/goals.ts';
import { searchText } from '../../../../../server/rl/envs/webshop/product.ts';
import { Shop } from '../../../../../server/rl/envs/webshop/shop.ts';
import { openCatalogue } from '../../../../../server/rl/envs/webshop/shop-data.ts';

const { catalogue, nouns, origin } = openCatalogue({ source: 'generated' });
const shop = new Shop(catalogue, { goals: 'synthetic', seeds: originalSeeds(1), nouns });
const products = Array.from({ length: catalogue.products.length }, (_, place) =>
  catalogue.products.get(place),
);
const share = (is: (product: (typeof products)[number]) => boolean) =>
  products.filter(is).length / products.length;

describe('the generated catalogue', () => {
  test('has 1,000 products of different asins, the same for the same seed', () => {
    expect(origin).toBe('generated, seed 1');
    expect(new Set(products.map(({ asin }) => asin)).size).toBe(1000);
    expect(products.every(({ asin }) => /^B[0-9A-Z]{9}$/.test(asin))).toBe(true);
    expect(generateProduct(1, 700).product).toEqual(products[700]);
    expect(generateProduct(2, 700).product.title).not.toBe(products[700]!.title);
  });

  test('is shaped like the real one', () => {
    expect(share(({ category }) => category === 'beauty')).toBeCloseTo(0.238, 1);
    expect(share(({ options }) => options.size === 0)).toBeCloseTo(0.577, 1);
    expect(share(({ description }) => description === '')).toBeCloseTo(0.301, 1);
    expect(share(({ prices }) => prices.length === 2)).toBeCloseTo(0.093, 1);
    expect(share(({ instruction }) => instruction !== null)).toBeCloseTo(0.415, 1);
    expect(new Set(products.map(({ query }) => query)).size).toBeGreaterThan(200);
    const words = products.reduce((sum, product) => sum + searchText(product).split(' ').length, 0) / 1000;
    expect(words).toBeGreaterThan(90);
    expect(words).toBeLessThan(170);
  });

  test('every title has nouns, each a word of the title', () => {
    expect(nouns.source).toBe('generated');
    for (const { title } of products) {
      const found = nouns.nouns(title);
      expect(found.length).toBeGreaterThanOrEqual(4);
      for (const noun of found) expect(title.toLowerCase()).toContain(noun);
    }
  });

  test('most goals can be met in full, some not, as with real ones', () => {
    const exact = shop.goals.map((goal) => {
      const product = shop.product(goal.asin)!;
      return shop.judge(product, goal.options as ReadonlyMap<string, string>, goal).total;
    });
    const full = exact.filter((total) => total === 1).length / exact.length;
    expect(shop.goals.length).toBeGreaterThan(1000);
    expect(full).toBeGreaterThan(0.8);
    expect(full).toBeLessThan(1);
  });

  test('the rule of the paper finds many things and buys few exactly', () => {
    const scores = shop.goals.slice(0, 300).map((_, i) => {
      const environment = new ShoppingEnvironment(shop, i);
      environment.reset();
      environment.step(`search[${environment.session.goal.instruction}]`);
      const first = environment.admissible().find((action) => /^click\[b[0-9a-z]{9}\]$/.test(action))!;
      environment.step(first);
      return environment.step('click[buy now]');
    });
    const mean = scores.reduce((sum, { score }) => sum + score, 0) / scores.length;
    expect(mean).toBeGreaterThan(0.4);
    expect(mean).toBeLessThan(0.9);
    expect(scores.filter(({ won }) => won).length / scores.length).toBeLessThan(0.4);
  });
});
