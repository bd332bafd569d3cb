import { describe, expect, test } from 'vitest';
import { originalSeeds } from '../../../../../server/rl/envs/webshop/goals.ts';
import { Shop } from '../../../../../server/rl/envs/webshop/shop.ts';
import { paperSplits, verlSplits } from '../../../../../server/rl/envs/webshop/splits.ts';
import {
  VerlBatches,
  verlActions,
  verlObservation,
  verlSeeds,
} from '../../../../../server/rl/envs/webshop/verl-agent.ts';
import { WebShop } from '../../../../../server/rl/envs/webshop/web-shop.ts';
import { smallShop } from './small-shop.ts';

describe('goals', () => {
  test('one for each choice of options, group names in alphabetical order, one price bound for the product', () => {
    const { goals } = smallShop();
    expect(goals).toHaveLength(6);
    const bound = goals[0]!.priceUpper;
    const text = `Find me machine washable pillows with linen cover with color: coal grey, and size: 20 | 30, and price lower than ${bound}.00 dollars`;
    const goal = goals.find(({ instruction }) => instruction === text);
    expect([...(goal!.options as Map<string, string>)]).toEqual([
      ['color', 'coal grey'],
      ['size', '20 | 30'],
    ]);
    // Each of the two attributes is in all six goals.
    expect(goals.every(({ weight, priceUpper }) => weight === 1 / 6 && priceUpper === bound)).toBe(true);
    expect(new Set(goals.map(({ instruction }) => instruction)).size).toBe(6);
  });

  test('the bound is one of the second to fourth tens above the price', () => {
    const shop = smallShop();
    const price = shop.price('B000000001');
    expect(price).toBeGreaterThan(19.99);
    expect(price).toBeLessThan(27.99);
    expect([40, 50, 60].map((bound) => bound - (price < 20 ? 10 : 0))).toContain(shop.goals[0]!.priceUpper);
  });

  test('a human instruction loses its outer dots; one without attributes is no goal', () => {
    const { goals } = smallShop('human');
    expect(goals).toHaveLength(1);
    expect(goals[0]!.instruction).toMatch(
      /^i want a mug for tea, and price lower than (30|40|50)\.00 dollars$/,
    );
    expect(goals[0]).toMatchObject({
      asin: 'B00000000B',
      attributes: ['a pint'],
      options: ['navy blue'],
      weight: 1,
    });
  });

  test('goals can be filtered by index, and then drawn by weight', () => {
    const all = smallShop().goals;
    const { catalogue, nouns } = smallShop();
    const options = { goals: 'synthetic', seeds: originalSeeds(1), nouns } as const;
    const odd = new Shop(catalogue, { ...options, filter: (index) => index % 2 === 1 });
    expect(odd.goals).toEqual([all[1], all[3], all[5]]);
    expect(odd.cumulativeWeights.at(-1)).toBeCloseTo(0.5);
    const some = new Shop(catalogue, { ...options, limit: 3 });
    expect(new Set(some.goals).size).toBe(3);
    expect(some.goals.every((goal) => all.some(({ instruction }) => instruction === goal.instruction))).toBe(
      true,
    );
    expect(new Shop(catalogue, { ...options, limit: 9 }).goals).toEqual(all);
  });

  test('what verl-agent shows of a page and its actions', () => {
    const environment = new WebShop(smallShop());
    const text = environment.reset(0);
    const { goal } = environment.session;
    expect(verlObservation(text, goal)).toBe("'Search'");
    expect(verlActions(environment.available())).toEqual(['search[<your query>]', 'click[search]']);
    const results = environment.step('search[pillow]').observation;
    expect(verlObservation(results, goal)).toMatch(
      /^'Back to Search' \[SEP\] 'Page 1 \(Total results: 1\)' \[SEP\] /,
    );
    expect(verlActions(environment.available())).toContain('click[b000000001]');
    expect(verlObservation('Thank you [SEP] x', goal)).toBe('Thank you [SEP] x');
  });

  test('splits as in the paper and as in verl-agent; fewer goals leave less', () => {
    expect(paperSplits(12_087)).toEqual({
      test: { from: 0, to: 500 },
      dev: { from: 500, to: 1500 },
      train: { from: 1500, to: 12_087 },
    });
    expect(verlSplits(6910)).toEqual({ test: { from: 0, to: 500 }, train: { from: 500, to: 6910 } });
    expect(paperSplits(600)).toEqual({
      test: { from: 0, to: 500 },
      dev: { from: 500, to: 600 },
      train: { from: 600, to: 600 },
    });
  });

  test('verl-agent seeds both and draws batches that do not repeat', () => {
    expect(verlSeeds(6)).toEqual({ load: 6, shuffle: 6 });
    const batches = new VerlBatches(6, verlSplits(6910).train);
    expect(batches.next(128).slice(0, 3)).toEqual([6359, 5727, 1186]);
    expect(batches.next(128).slice(0, 3)).toEqual([5589, 2351, 1077]);
    expect(() => new VerlBatches(0, { from: 0, to: 10 }).next(11)).toThrow(RangeError);
  });
});
