import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test, vi } from 'vitest';
import { analyze } from '../../../../../server/rl/envs/webshop/analyzer.ts';
import { checkSection, SECTION_NAMES } from '../../../../../server/rl/envs/webshop/golden/sections.ts';
import { GoldenShops } from '../../../../../server/rl/envs/webshop/golden/shops.ts';
import { Tally } from '../../../../../server/rl/envs/webshop/golden/tally.ts';
import { taggedNouns } from '../../../../../server/rl/envs/webshop/nouns.ts';
import { searchText } from '../../../../../server/rl/envs/webshop/product.ts';
import { openCatalogue } from '../../../../../server/rl/envs/webshop/shop-data.ts';
import { DATA_FOLDER, GOLDEN_FILE, HAS_DATA, SMALL_SET } from './shared-data.ts';

vi.setConfig({ testTimeout: 60_000 });

/** Comparisons in each section of the recorded file: a check that looks at less than it should is a failure too. */
const COMPARISONS: Record<string, number> = {
  python_random: 55,
  numpy_randomstate: 6,
  goals_original: 88,
  goals_verl_hiper: 124,
  price_parse: 5,
  normalize_color: 63,
  normalize_color_tuple: 4,
  token_set_ratio: 293,
  analyzer: 23,
  search: 1293,
  reward_computed: 165,
  human_trajectory_rewards: 99,
  external_recorded: 5,
  episodes: 782,
  prev_obs_concat: 4,
  verl_wrapper: 68,
  rule_baseline: 43,
  oracle_stats: 10,
};

describe.skipIf(!HAS_DATA)('recorded from the original', () => {
  const golden = HAS_DATA ? JSON.parse(readFileSync(GOLDEN_FILE, 'utf8')) : {};
  let opened: GoldenShops | null = null;
  const shops = () => {
    opened ??= new GoldenShops(
      openCatalogue({ source: 'real', dataFolder: DATA_FOLDER, goals: 'human' }).catalogue,
    );
    return opened;
  };

  test.each(SECTION_NAMES)('%s', (name) => {
    const tally = new Tally();
    checkSection(name, golden[name], tally, shops);
    expect(tally.first).toBeNull();
    expect(tally.passed).toBe(COMPARISONS[name]);
  });

  test('every product becomes the tokens that Lucene makes of it', () => {
    const lines = readFileSync(join(SMALL_SET, 'lucene_tokens_1000.tsv'), 'utf8').trimEnd().split('\n');
    const { products } = shops().catalogue;
    expect(lines).toHaveLength(products.length);
    lines.forEach((line, place) => {
      expect(analyze(searchText(products.get(place)))).toEqual(line.split('\t'));
    });
  });

  test('titles have the nouns that the tagger was recorded with, whichever is asked for first', () => {
    const recorded: [string, string[]][] = Object.entries(
      JSON.parse(readFileSync(join(SMALL_SET, 'title_nouns_wink.json'), 'utf8')),
    );
    const finder = taggedNouns(shops().catalogue.products);
    for (const [title, nouns] of recorded.reverse()) expect(finder.nouns(title)).toEqual(nouns);
  });
});
