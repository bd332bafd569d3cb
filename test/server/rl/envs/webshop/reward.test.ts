import { describe, expect, test } from 'vitest';
import { readProduct } from '../../../../../server/rl/envs/webshop/product.ts';
import {
  countAttributes,
  countOptions,
  matchType,
  typeFactor,
} from '../../../../../server/rl/envs/webshop/reward.ts';
import { rawProduct, smallShop } from './small-shop.ts';

describe('reward', () => {
  test('is 1 for the wanted product with its options, and less for each thing missing', () => {
    const shop = smallShop();
    const goal = shop.goals.find(({ instruction }) =>
      instruction.includes('color: description, and size: 20 | 30'),
    )!;
    const pillow = shop.product('B000000001')!;
    const rewardOf = (options: [string, string][]) => shop.judge(pillow, new Map(options), goal);
    const color: [string, string] = ['color', 'description'];
    // 'linen cover' is neither listed nor mentioned: 4 of 5.
    expect(rewardOf([color, ['size', '20 | 30']])).toMatchObject({
      total: 4 / 5,
      attributeMatches: 1,
      optionMatches: 2,
    });
    expect(rewardOf([color]).total).toBe(3 / 5);
    expect(rewardOf([]).total).toBe(2 / 5);
    expect(shop.judge(shop.product('B00000000A')!, new Map(), goal).total).toBe(0);
  });

  test('a price at the bound is met, above it is not', () => {
    const shop = smallShop('human');
    const [goal, mug] = [shop.goals[0]!, shop.product('B00000000B')!];
    expect(shop.judge(mug, new Map(), { ...goal, priceUpper: 12.5 }).priceMatch).toBe(true);
    expect(shop.judge(mug, new Map(), { ...goal, priceUpper: 12.49 }).priceMatch).toBe(false);
  });

  test('an attribute counts when listed alike, or mentioned in title, bullets or description', () => {
    const product = readProduct(rawProduct('B1'), { attributes: ['machine wash'] });
    const wanted = ['wash machine', 'plain', 'a pint', 'for tea', 'dishwasher'];
    expect(wanted.map((attribute) => countAttributes(product, [attribute]))).toEqual([1, 1, 1, 1, 0]);
  });

  test('buying exactly the right option may not count, as in the original', () => {
    // The chosen value becomes "ash", the wanted pair stays a pair.
    expect(countOptions(['antique graywash'], new Map([['color', 'antique graywash']]))).toBe(0);
    expect(countOptions(['antique graywash'], ['antique graywash'])).toBe(1);
    expect(countOptions(['red'], new Map([['color', 'red']]))).toBe(1);
    // One chosen value may meet several wanted ones; groups are not compared.
    expect(
      countOptions(
        ['large'],
        new Map([
          ['size', 'large'],
          ['fit', 'large'],
        ]),
      ),
    ).toBe(2);
  });

  test.each([
    [true, true, 0, 0],
    [true, true, 0.05, 0.1],
    [true, false, 0.1, 1],
    [false, true, 0.1, 1],
    [false, false, 0.2, 0.5],
    [false, false, 0.21, 1],
  ])('query %s, department %s, title %d: factor %d', (query, department, title, factor) => {
    expect(typeFactor(query, department, title)).toBe(factor);
  });

  test('a title score counts distinct nouns over all of the goal’s, repeats included', () => {
    const one = { query: 'a', productCategory: 'A › B › B › C' };
    const other = { query: 'b', productCategory: 'B › C' };
    expect(matchType(one, other, ['mug', 'mug', 'tea'], ['mug', 'mug', 'cup'])).toEqual({
      factor: 1,
      queryMatch: false,
      categoryMatch: true,
      titleScore: 1 / 3,
    });
    expect(matchType(one, { ...other, productCategory: 'B' }, [], [])).toMatchObject({
      titleScore: 0.2,
      categoryMatch: false,
      factor: 0.5,
    });
  });
});
