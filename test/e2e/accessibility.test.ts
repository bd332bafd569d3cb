import { AxeBuilder } from '@axe-core/playwright';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { openDatabase } from '../../server/store/open-database.ts';
import { makeStore } from '../../server/store/store.ts';
import { expandSweep } from '../../server/sweeps/sweep.ts';
import { makeBody, makeEpisode, makeTurn } from '../recorded-episode.ts';
import { temporaryFolder } from '../temporary-folder.ts';
import { openBrowser } from './browser.ts';
import { callLab, freePort, type Lab, queryLab, startLab } from './lab.ts';
import { storeRuns } from './stored-runs.ts';

const PATIENCE_MS = 240_000;
const WIDTHS = [1440, 390];
/** What a theme changes; all else is the same in both. */
const COLOR_RULES = ['color-contrast', 'link-in-text-block'];

let browser: Browser;
let lab: Lab;
/** Addresses by the name of the page. */
let pages: Record<string, string>;
const dataFolder = temporaryFolder('hiper-e2e-accessibility');

beforeAll(async () => {
  const ids = await storeRuns(dataFolder);
  const [first = ''] = ids;
  await storeEpisodes(first);
  browser = await openBrowser();
  lab = await startLab(dataFolder, await freePort());
  pages = await addresses(ids, first);
}, PATIENCE_MS);

afterAll(async () => {
  await browser?.close();
  await lab?.stop('SIGTERM');
});

/** Two short episodes of a run that has none. */
async function storeEpisodes(runId: string): Promise<void> {
  const database = await openDatabase({ databaseUrl: undefined, dataFolder });
  const turns = Array.from({ length: 12 }, (_, turn) =>
    makeTurn({ observation: `You arrive at shelf ${turn + 1}.`, switched: turn % 4 === 0 }),
  );
  const episode = makeEpisode({ length: turns.length }, JSON.stringify(makeBody({ turns })));
  await makeStore(database).events.append(runId, [
    { kind: 'recording', iteration: 1, evaluation: false, split: 'train', part: 0, episodes: [episode] },
  ]);
  await database.close();
}

async function addresses(ids: readonly string[], first: string): Promise<Record<string, string>> {
  const { episodes } = await queryLab<{ episodes: { id: string }[] }>(lab, 'episodes.list', {
    runId: first,
    filter: {},
  });
  const episode = `/runs/${first}/episodes/${episodes[0]?.id}`;
  const runs = ids.join(',');
  const share = { kind: 'comparison', runIds: ids.slice(0, 4), title: 'four runs', query: '', days: 1 };
  const { token } = await callLab<{ token: string }>(lab, 'shares.create', share);
  const plan = expandSweep({ preset: 'tiny', vary: { kappa: [0, 0.5, 1] }, halving: {} });
  const { id: sweep } = await callLab<{ id: string }>(lab, 'sweeps.launch', plan);
  await callLab(lab, 'sweeps.cancel', { id: sweep });
  return {
    home: '/',
    runs: '/runs',
    launch: '/runs/new',
    run: `/runs/${first}`,
    episode,
    lens: `${episode}/lens`,
    compare: `/compare?runs=${runs}`,
    groups: `/compare?runs=${runs}&group=estimator`,
    leaderboard: '/leaderboard',
    statistics: `/statistics?runs=${runs}`,
    shares: '/shares',
    share: `/s/${token}`,
    sweeps: '/sweeps',
    sweep: `/sweeps/${sweep}`,
    reports: '/reports',
    keys: '/keys',
    'http api': '/keys/api',
    system: '/system',
    'no such page': '/nowhere',
    'no such run': '/runs/nowhere',
    'no such share': '/s/nowhere',
  };
}

/** What axe finds, a line each: the rule, and the first place. Without `rules`, by all that it has. */
async function findings(page: Page, rules: readonly string[] | null): Promise<string[]> {
  // All there is to look at is in one frame: results need no page of their own, which takes a third of the time.
  const axe = new AxeBuilder({ page }).setLegacyMode();
  const { violations } = await (rules ? axe.withRules([...rules]) : axe).analyze();
  return violations.map(({ id, help, nodes }) => `${id}: ${help} (${nodes.length}, first ${nodes[0]?.html})`);
}

const settle = async (page: Page) => {
  await page.locator('main h1').first().waitFor();
  await page.waitForLoadState('networkidle');
  await page.locator('[aria-busy=true]').first().waitFor({ state: 'hidden' });
};

it.each(WIDTHS)(
  'axe finds nothing on any page at a width of %d, in both themes',
  async (width) => {
    const context = await browser.newContext({ viewport: { width, height: 900 } });
    const page = await context.newPage();
    page.setDefaultTimeout(30_000);
    const found: Record<string, string[]> = {};
    for (const [name, address] of Object.entries(pages)) {
      await page.emulateMedia({ colorScheme: 'light' });
      await page.goto(lab.url + address);
      await settle(page);
      const own = await findings(page, null);
      const overflow = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
      if (overflow > 0) own.push(`wider than the window by ${overflow} pixels`);
      await page.emulateMedia({ colorScheme: 'dark' });
      await page.locator('html[data-theme=dark]').waitFor();
      await page.waitForFunction(() => !document.getAnimations().some((one) => one instanceof CSSTransition));
      for (const finding of await findings(page, COLOR_RULES)) own.push(`dark: ${finding}`);
      if (own.length > 0) found[name] = own;
    }
    await page.goto(lab.url);
    await settle(page);
    await page.getByRole('button', { name: 'Commands' }).click();
    await page.getByRole('dialog', { name: 'Commands' }).waitFor();
    await page.keyboard.type('hae');
    await page
      .getByRole('option', { name: /^hae kappa/ })
      .first()
      .waitFor();
    const commands = await findings(page, null);
    if (commands.length > 0) found.commands = commands;
    await context.close();
    expect(found).toEqual({});
  },
  PATIENCE_MS,
);
