import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, describe, expect, test, vi } from 'vitest';
import { DATA_FOLDER, GOLDEN_FILE, HAS_DATA } from './shared-data.ts';
import { rawProduct } from './small-shop.ts';

vi.setConfig({ testTimeout: 120_000 }); // every run starts a Node process, slow on a busy machine

const folder = mkdtempSync(join(tmpdir(), 'webshop-commands-'));
afterAll(() => rmSync(folder, { recursive: true }));

function write(name: string, content: string | object): string {
  const path = join(folder, name);
  writeFileSync(path, typeof content === 'string' ? content : JSON.stringify(content));
  return path;
}

function run(command: string, ...args: string[]) {
  const script = resolve(import.meta.dirname, `../../../../../server/rl/envs/webshop/${command}.ts`);
  const { status, stdout, stderr } = spawnSync(process.execPath, [script, ...args], { encoding: 'utf8' });
  return { status, stdout, lastLine: stdout.trim().split('\n').at(-1), stderr };
}

describe('webshop:check', () => {
  const GOLDEN = {
    meta: { made_by: 'hand' },
    price_parse: [['$1,847.00', [1847], '$1847.0']],
    normalize_color: [['standard', 'tan']],
    token_set_ratio: [{ kind: 'attr', s1: 'a b', s2: 'b a', difflib: 100, levenshtein: 100 }],
  };

  test('counts what agrees, section by section, without a catalogue where none is needed', () => {
    const { status, stdout, lastLine } = run('check', write('same.json', GOLDEN));
    expect({ status, lastLine }).toEqual({ status: 0, lastLine: '3 passed, 0 failed' });
    expect(stdout).toContain('price_parse: 1 passed, 0 failed\n');
  });

  test('exits with 1 and prints the first difference in full', () => {
    const changed = {
      ...GOLDEN,
      normalize_color: [['standard', 'blue']],
      token_set_ratio: [{ s1: 'a', s2: 'b', difflib: 7 }],
    };
    const { status, stdout, lastLine } = run('check', write('changed.json', changed));
    expect({ status, lastLine }).toEqual({ status: 1, lastLine: '1 passed, 2 failed' });
    expect(stdout).toContain('First difference: normalize_color[0]\n  expected "blue"\n  but got  "tan"\n');
  });

  test('says what is wrong with a file, a section or an argument', () => {
    const stderrOf = (content: string | object) => run('check', write('bad.json', content)).stderr;
    expect(stderrOf('{')).toContain('bad.json');
    expect(stderrOf([])).toContain('must hold an object of sections');
    expect(stderrOf({ prices: [] })).toContain('There is no section "prices": known are python_random,');
    expect(stderrOf({ analyzer: [{}] })).toContain('Section "analyzer" does not have the golden schema');
    expect(run('check').stderr).toContain('Name one golden file.');
    expect(run('check', '--bogus')).toMatchObject({ status: 2 });
    expect(run('check', '--help').stdout).toContain('npm run -s webshop:check');
  });

  test.skipIf(!HAS_DATA)('agrees with everything that was recorded', () => {
    const { status, lastLine } = run('check', GOLDEN_FILE, '--data', DATA_FOLDER);
    expect({ status, lastLine }).toEqual({ status: 0, lastLine: '3130 passed, 0 failed' });
  });
});

describe('webshop:replay', () => {
  const goal = {
    ...{
      asin: 'B000000009',
      category: 'garden',
      query: 'mugs',
      name: 'Mug',
      product_category: 'Kitchen › Cups',
    },
    ...{
      instruction_text: 'i want a mug',
      attributes: ['a pint'],
      price_upper: 20,
      goal_options: ['navy blue'],
      weight: 1,
    },
  };
  const page = (kind: string, url: string, content?: object) => ({
    page: kind,
    url: `http://x/${url}`,
    goal,
    content,
  });
  const keywords = "['men\\'s', 'mug']";
  const visit = (options: object, asins = ['B000000001', 'B000000009']) => [
    page('index', 's'),
    page('search_results', 'search_results/s/k/1', {
      keywords: ["men's", 'mug'],
      search_result_asins: asins,
      page: 1,
    }),
    page('item_page', 'item_page/s/B000000009/k/1/{}', {
      keywords,
      page: '1',
      asin: 'B000000009',
      options: {},
    }),
    page('item_sub_page', 'item_sub_page/s/B000000009/k/1/Features/{}', {
      keywords,
      page: '1',
      asin: 'B000000009',
      options: {},
    }),
    page('item_page', 'item_page/s/B000000009/k/1/{}', {
      keywords,
      page: '1',
      asin: 'B000000009',
      options: {},
    }),
    page('item_page', 'item_page/s/B000000009/k/1/{}', { keywords, page: '1', asin: 'B000000009', options }),
    {
      ...page('done', 'done/s/B000000009/{}', { asin: 'B000000009', options, price: 12.5 }),
      reward: 1,
      reward_info: {
        r_type: 1,
        r_att: 1,
        query_match: true,
        category_match: true,
        title_score: 1,
        r_option: 1,
        r_price: true,
      },
    },
  ];

  function replay(name: string, pages: readonly object[], products: readonly object[]) {
    const visits = mkdtempSync(join(folder, `${name}-`));
    writeFileSync(join(visits, 'one.jsonl'), pages.map((line) => JSON.stringify(line)).join('\n'));
    writeFileSync(join(visits, 'items_shuffle_1000.json'), JSON.stringify(products));
    writeFileSync(join(visits, 'items_ins_v2_1000.json'), '{}');
    return run('replay', visits, '--data', visits);
  }

  test('walks through a visit with stand-ins for products that the catalogue does not hold', () => {
    const { status, stdout, lastLine } = replay('absent', visit({ color: 'blue' }), [
      rawProduct('B000000002'),
    ]);
    expect({ status, lastLine }).toEqual({ status: 0, lastLine: '7 pages, 1 rewards, 0 mismatches' });
    expect(stdout).toContain('1 visits to 1 products, 0 of them in the catalogue');
  });

  test('compares with the catalogue where it holds the products: options, results, attributes', () => {
    const mug = rawProduct('B000000009', { customization_options: { Color: [{ value: 'Blue' }] } });
    const known = [rawProduct('B000000001'), mug];
    expect(replay('known', visit({ color: 'blue' }), known).lastLine).toBe(
      '7 pages, 1 rewards, 0 mismatches',
    );
    // The tie is decided by asin, so that the recorded order cannot be right.
    const swapped = replay('swapped', visit({ color: 'blue' }, ['B000000009', 'B000000001']), known);
    expect(swapped.stdout).toContain('First difference: one, page 2 (results)');
    expect(swapped).toMatchObject({ status: 1, lastLine: '7 pages, 1 rewards, 1 mismatches' });
    // An option that the product does not offer cannot be clicked.
    const impossible = replay('impossible', visit({ color: 'navy' }), known);
    expect(impossible.stdout).toContain('First difference: one, page 6');
  });

  test('a wrong reward is a mismatch, a broken line is named', () => {
    const wrong = visit({ color: 'blue' }).map((line) =>
      'reward' in line ? { ...line, reward: 0.5 } : line,
    );
    expect(replay('wrong', wrong, []).stdout).toContain('First difference: one, page 7 (reward)');
    expect(replay('broken', [{ page: 'index' }], []).stderr).toContain(
      'one.jsonl, line 1: a page needs "page", "url" and "goal".',
    );
    expect(run('replay', join(folder, 'nowhere')).stderr).toContain('Cannot read');
    expect(run('replay').stderr).toContain('Name one folder.');
  });

  test.skipIf(!HAS_DATA)('agrees with the recorded visits', () => {
    expect(run('replay', join(DATA_FOLDER, 'human-trajs'), '--data', DATA_FOLDER)).toMatchObject({
      status: 0,
      lastLine: '269 pages, 25 rewards, 0 mismatches',
    });
  });
});
