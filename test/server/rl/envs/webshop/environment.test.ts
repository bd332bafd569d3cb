import { describe, expect, test } from 'vitest';
import { SEARCH, ShoppingEnvironment } from '../../../../../server/rl/envs/webshop/environment.ts';
import { smallShop } from './small-shop.ts';

describe('ShoppingEnvironment', () => {
  test('a purchase ends the episode with its score, and does not count as truncated', () => {
    const environment = new ShoppingEnvironment(smallShop('human'), 0);
    expect(environment).toMatchObject({ gameId: '0-B00000000B', taskType: 'garden' });
    expect(environment.reset()).toContain('WebShop [SEP] Instruction:');
    expect(environment.admissible()).toEqual([SEARCH]);
    expect(environment.step('search[mug]')).toMatchObject({
      reward: 0,
      done: false,
      won: false,
      score: 0,
      truncated: false,
    });
    expect(environment.admissible()).toContain('click[b00000000b]');
    // Only the first page has a bar to search with.
    expect(environment.admissible()).not.toContain(SEARCH);
    environment.step('click[b00000000b]');
    // Attribute and price are met, the option is not.
    expect(environment.step('click[buy now]')).toMatchObject({
      reward: 2 / 3,
      done: true,
      won: false,
      score: 2 / 3,
      truncated: false,
    });
  });

  test('the step limit truncates, counting steps that did nothing; reset starts over', () => {
    const environment = new ShoppingEnvironment(smallShop(), 0, { stepLimit: 2 });
    for (let round = 0; round < 2; round++) {
      environment.reset();
      expect(environment.step('nonsense')).toMatchObject({ done: false });
      expect(environment.step('search[mug]')).toMatchObject({ done: true, won: false, truncated: true });
    }
  });

  test('a purchase on the last step is no truncation', () => {
    const environment = new ShoppingEnvironment(smallShop(), 0, { stepLimit: 3 });
    environment.reset();
    environment.step('search[pillow]');
    environment.step('click[b000000001]');
    expect(environment.step('click[buy now]')).toMatchObject({ done: true, truncated: false });
  });

  test('a goal that is not there is refused', () => {
    expect(() => new ShoppingEnvironment(smallShop(), 6)).toThrow('goal 6 of 6');
  });
});
