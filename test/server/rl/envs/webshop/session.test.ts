import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { originalSeeds } from '../../../../../server/rl/envs/webshop/goals.ts';
import { Session } from '../../../../../server/rl/envs/webshop/session.ts';
import { Shop } from '../../../../../server/rl/envs/webshop/shop.ts';
import { openCatalogue } from '../../../../../server/rl/envs/webshop/shop-data.ts';
import { WebShop } from '../../../../../server/rl/envs/webshop/web-shop.ts';
import { smallShop } from './small-shop.ts';

function visit(): Session {
  const shop = smallShop();
  return new Session(shop, '0', shop.goals[0]!);
}

const pieces = (session: Session) => session.observation().split(' [SEP] ').slice(2);

describe('pages', () => {
  test('index, results, item and sub pages', () => {
    const session = visit();
    const { instruction } = session.goal;
    expect(session.observation()).toBe(`WebShop [SEP] Instruction: [SEP] ${instruction} [SEP] Search`);
    expect(session.available()).toEqual({ hasSearchBar: true, clickables: ['search'] });

    session.act('search[Plain MUG]');
    const mugs = ['B00000000A', 'B00000000B', 'B00000000C'].flatMap((asin) => [
      asin,
      `Plain Mug ${asin}`,
      '$12.5',
    ]);
    expect(pieces(session)).toEqual(['Back to Search', 'Page 1 (Total results: 3)', 'Next >', ...mugs]);
    expect(session.available()).toEqual({
      hasSearchBar: false,
      clickables: ['back to search', 'next >', 'b00000000a', 'b00000000b', 'b00000000c'],
    });

    session.act('search[pillow]');
    session.act('click[b000000001]');
    expect(pieces(session)).toEqual([
      ...[
        'Back to Search',
        '< Prev',
        'size',
        '18" x 18"',
        '20 | 30',
        'color',
        'coal grey',
        'description',
        "chef's <b>",
      ],
      ...[
        'Soft Linen Pillow',
        'Price: $19.99 to $27.99',
        'Rating: N.A.',
        'Description',
        'Features',
        'Reviews',
        'Buy Now',
      ],
    ]);
    expect(session.available().clickables).toEqual([
      ...['back to search', '< prev', 'description', 'features', 'reviews', 'buy now'],
      ...['18" x 18"', '20 | 30', 'coal grey', "chef's <b>"],
    ]);

    session.act('click[features]');
    // An empty bullet leaves an empty piece.
    expect(pieces(session)).toEqual(['Back to Search', '< Prev', 'Holds a pint', '']);
    session.act('click[< prev]');
    session.act('click[reviews]');
    expect(pieces(session)).toEqual(['Back to Search', '< Prev']);
  });

  test('pages go on past the end, and empty', () => {
    const session = visit();
    session.act('search[mug]');
    session.act('click[next >]');
    expect(pieces(session)).toEqual(['Back to Search', 'Page 2 (Total results: 3)', '< Prev', 'Next >']);
    session.act('click[next >]');
    session.act('click[< prev]');
    session.act('click[< prev]');
    expect(pieces(session)[1]).toBe('Page 1 (Total results: 3)');
  });

  test('the purchase shows options and reward, and offers nothing; a search still works', () => {
    const session = visit();
    session.act('search[pillow]');
    session.act('click[b000000001]');
    session.act('click[18" x 18"]');
    session.act("click[chef's <b>]");
    expect(session.act('click[buy now]')).toBe(true);
    const text = session.observation();
    expect(text).toContain(
      ' [SEP] {"color": "chef\\u0027s \\u003cb\\u003e", "size": "18\\" x 18\\""} [SEP] ',
    );
    expect(text).toMatch(
      /Your score \(min 0\.0, max 1\.0\) \[SEP\] [01]\.\d+ \[SEP\] Reward Details \[SEP\] None$/,
    );
    expect(session.available()).toEqual({ hasSearchBar: false, clickables: [] });
    expect(session.observation('url')).toContain(`{'size': '18" x 18"', 'color': "chef's <b>"}`);
    session.act('search[mug]');
    expect(session.page.kind).toBe('results');
    expect(session.chosen.size).toBe(0);
  });
});

describe('clicks', () => {
  test('the last option of a group wins, and going back to the results forgets them', () => {
    const session = visit();
    session.act('search[pillow]');
    session.act('click[b000000001]');
    session.act('click[18" x 18"]');
    session.act('click[20 | 30]');
    expect([...session.chosen]).toEqual([['size', '20 | 30']]);
    session.act('click[features]');
    session.act('click[< prev]');
    expect(session.chosen.size).toBe(1);
    session.act('click[< prev]');
    expect(session.page.kind).toBe('results');
    session.act('click[b000000001]');
    expect(session.chosen.size).toBe(0);
  });

  test('an option named like a button is that button', () => {
    const session = visit();
    session.act('search[pillow]');
    session.act('click[b000000001]');
    session.act('click[description]');
    expect(session.page).toMatchObject({ kind: 'sub', name: 'Description' });
  });

  test('a query that names a page leads < Prev astray, as in the original', () => {
    const session = visit();
    session.act('search[search_results mug]');
    session.act('click[b00000000a]');
    session.act('click[< prev]');
    expect(session.page).toMatchObject({ kind: 'results', number: 0, products: [] });
  });

  test('control queries', () => {
    const session = visit();
    const total = (query: string) => {
      session.act(`search[${query}]`);
      return session.page.kind === 'results' ? session.page.total : null;
    };
    expect([
      total('<q> mugs'),
      total('<q> Pillows'),
      total('<c> garden x'),
      total('<r>'),
      total('the'),
    ]).toEqual([3, 1, 4, 4, 0]);
    // The original crashes at these; here they do nothing.
    session.restart();
    for (const query of ['<a> easy clean', '<c>', '<a>']) session.act(`search[${query}]`);
    expect(session.page.kind).toBe('index');
  });

  test.each([
    'Search[mug]',
    ' search[mug]',
    'Thought: x search[mug]',
    'search[]',
    'search[a\nb]',
    'search',
    'click[search]',
    'click[Buy Now]',
    'foo',
    '',
    '[]',
    'search[a [b]]',
  ])('%j does nothing on the index page', (action) => {
    const session = visit();
    expect(session.act(action)).toBe(false);
    expect(session.page.kind).toBe('index');
  });

  test.each(['search[mug] blah', 'search[mug', 'search[[mug]', 'search[mug]]]'])('%j', (action) => {
    const session = visit();
    session.act(action);
    expect(session.page.kind).toBe(
      action === 'search[mug' || action === 'search[[mug]' ? 'index' : 'results',
    );
  });

  test('brackets, quotes, CJK and 10,000 characters are only text', () => {
    const session = visit();
    for (const query of [
      '"mug\'s" {}',
      '中文 マグ',
      'x'.repeat(10_000),
      `mug ${'tea '.repeat(3000)}`,
      '\u0000\ud800',
    ]) {
      session.act(`search[${query}]`);
      expect(session.page.kind).toBe('results');
      session.act(`click[${query}]`);
      expect(session.page.kind).toBe('results');
    }
  });

  test('nothing that is typed or clicked breaks the shop or leaves its pages', () => {
    const { catalogue, nouns } = openCatalogue({ source: 'generated', limit: 60 });
    const shop = new Shop(catalogue, {
      goals: 'synthetic',
      seeds: originalSeeds(2),
      nouns,
      showAttributes: true,
    });
    const typed = fc.string({ unit: 'binary', maxLength: 20 }).map((text) => `search[${text}]`);
    const any = fc.oneof(typed, fc.string({ unit: 'binary', maxLength: 20 }), fc.nat(40));
    fc.assert(
      fc.property(fc.array(any, { maxLength: 25 }), fc.nat(shop.goals.length - 1), (moves, goal) => {
        const session = new Session(shop, 'x', shop.goals[goal]!);
        for (const move of moves) {
          const { clickables } = session.available();
          session.act(typeof move === 'string' ? move : `click[${clickables[move % clickables.length]}]`);
          expect(session.observation()).toContain(
            session.page.kind === 'done' ? 'Thank you' : session.goal.instruction,
          );
          expect(new Set(session.available().clickables).size).toBe(session.available().clickables.length);
          if (session.page.kind === 'done') expect(session.page.reward.total).toBeLessThanOrEqual(1);
        }
      }),
      { numRuns: 60 },
    );
  });
});

describe('WebShop', () => {
  test('sessions by number, from the end, by name and by chance; a name keeps its goal', () => {
    const shop = smallShop();
    const environment = new WebShop(shop);
    environment.reset(2);
    expect(environment.session.goal).toBe(shop.goals[2]);
    environment.reset(-1);
    expect(environment.session.goal).toBe(shop.goals[5]);
    environment.reset('anna');
    const { goal } = environment.session;
    environment.reset(3);
    environment.reset('anna');
    expect(environment.session.goal).toBe(goal);
    environment.reset();
    expect(environment.session.id).toMatch(/^[a-z]{10}$/);
    expect(() => environment.reset(6)).toThrow('Session 6: there are goals -6 to 5.');
  });

  test('a step returns what came before, oldest first, as far as asked for', () => {
    const environment = new WebShop(smallShop(), {
      previousObservations: 1,
      previousActions: 2,
      observation: 'url',
    });
    const base = 'http://127.0.0.1:3000';
    expect(environment.reset(0)).toBe(`${base}/0`);
    expect(environment.step('search[mug]').observation).toBe(
      `${base}/0 [SEP] search[mug] [SEP] ${base}/search_results/0/mug/1`,
    );
    expect(environment.step('x').observation).toBe(
      `search[mug] [SEP] ${base}/search_results/0/mug/1 [SEP] x [SEP] ${base}/search_results/0/mug/1`,
    );
  });

  test('rich text marks buttons, chosen options and opened products', () => {
    const environment = new WebShop(smallShop(), { observation: 'text_rich' });
    environment.reset(0);
    environment.step('search[pillow]');
    const item = environment.step('click[b000000001]').observation;
    expect(item).toContain('\n  [button] 20 | 30 [button_]\n');
    const chosen = environment.step('click[20 | 30]').observation;
    expect(chosen).toMatch(/^You have clicked 20 \| 30\.\nInstruction:\n/);
    expect(chosen).toContain('\n  [clicked button] 20 | 30 [clicked button_]\n');
    expect(environment.step('click[< prev]').observation).toContain(
      '\n\n[clicked button] B000000001 [clicked button_]\n',
    );
    environment.step('click[back to search]');
    expect(environment.step('search[pillow]').observation).toContain('\n\n[button] B000000001 [button_]\n');
  });
});
