import { expect, test } from 'vitest';
import { ShoppingEnvironment } from '../../../../../server/rl/envs/webshop/environment.ts';
import { ShopMemory } from '../../../../../server/rl/envs/webshop/memory.ts';
import type { Shop } from '../../../../../server/rl/envs/webshop/shop.ts';
import { WEBSHOP_STATE } from '../../../../../server/rl/envs/webshop/state-features.ts';
import { smallShop } from './small-shop.ts';

function visit(shop: Shop, goal: number) {
  const environment = new ShoppingEnvironment(shop, goal);
  const memory = ShopMemory.of(environment.reset(), environment);
  return {
    memory,
    goal: environment.session.goal,
    act(...commands: string[]) {
      for (const command of commands) memory.update(command, environment.step(command).observation);
    },
  };
}

test('a memory reads the task, the results and the options asked for', () => {
  const { memory, goal, act } = visit(smallShop(), 0);
  expect(memory.task).toBe(goal.instruction);
  act('search[pillow]');
  expect(memory.page).toMatchObject({
    kind: 'results',
    number: 1,
    products: [{ asin: 'b000000001', title: 'Soft Linen Pillow', price: 19.99 }],
  });
  expect(memory).toMatchObject({ searches: 1, query: 'pillow', item: null });
  act('click[b000000001]');
  const wanted = new Map(memory.item?.groups.map((group) => [group.name, group.wanted]));
  expect(wanted).toEqual(goal.options);
  expect(memory.item?.misfits).toBe(0);
});

test('options are chosen one a group, and going back forgets them', () => {
  const { memory, act } = visit(smallShop(), 0);
  const chosen = () => memory.item?.groups.map((group) => group.chosen);
  act('search[pillow]', 'click[b000000001]', 'click[20 | 30]', 'click[18" x 18"]', 'click[coal grey]');
  expect(chosen()).toEqual(['18" x 18"', 'coal grey']);
  // An option of that name is a page all the same.
  act('click[description]');
  expect(memory.page).toMatchObject({ kind: 'text', text: 'For the sofa.' });
  act('click[< prev]');
  expect(chosen()).toEqual(['18" x 18"', 'coal grey']);
  act('click[< prev]', 'click[b000000001]');
  expect(chosen()).toEqual([null, null]);
});

test('a product without the options asked for does not fit', () => {
  const { memory, act } = visit(smallShop(), 0);
  act('search[mug]', 'click[b00000000a]');
  expect(memory.item).toMatchObject({ misfits: 2, groups: [], price: 12.5 });
  expect(memory.isDear({ price: memory.wishes.limit })).toBe(false);
  expect(memory.isDear({ price: memory.wishes.limit + 1 })).toBe(true);
});

test('reading on adds to what is known of a product, also after another visit', () => {
  const { memory, act } = visit(smallShop('human'), 0);
  act('search[mug]', 'click[b00000000b]');
  const before = memory.coverage(memory.item?.terms ?? new Set());
  act('click[description]', 'click[< prev]', 'click[< prev]', 'click[b00000000b]');
  expect(memory.coverage(memory.item?.terms ?? new Set())).toBeGreaterThan(before);
  expect(memory.item?.read).toEqual(new Set(['description']));
});

test('what a critic reads lies between 0 and 1 on every page', () => {
  const { memory, act } = visit(smallShop(), 0);
  for (const command of [
    'nonsense',
    'search[pillow mug]',
    'click[next >]',
    'click[< prev]',
    'click[b000000001]',
  ]) {
    act(command);
    const state = WEBSHOP_STATE.read(memory, 'compare them', { planned: true, switched: false });
    expect(state).toHaveLength(WEBSHOP_STATE.columns.length);
    expect(Math.min(...state)).toBeGreaterThanOrEqual(0);
    expect(Math.max(...state)).toBeLessThanOrEqual(1);
  }
});
