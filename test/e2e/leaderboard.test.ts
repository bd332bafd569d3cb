import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { presetConfig } from '../../server/contract/presets.ts';
import type { RunSummary } from '../../server/contract/views.ts';
import { SMALL } from '../server/training-lab.ts';
import { temporaryFolder } from '../temporary-folder.ts';
import { openBrowser } from './browser.ts';
import { callLab, freePort, type Lab, queryLab, startLab } from './lab.ts';

const PATIENCE_MS = 240_000;

let browser: Browser;
let lab: Lab;
let page: Page;
const dataFolder = temporaryFolder('hiper-board');

beforeAll(async () => {
  browser = await openBrowser();
  lab = await startLab(dataFolder, await freePort());
  page = await browser.newPage({ viewport: { width: 1440, height: 1000 } });
  page.setDefaultTimeout(30_000);
});

afterAll(async () => {
  await browser?.close();
  await lab?.stop('SIGTERM');
});

const row = (words: string) => page.locator('[data-board-row]').filter({ hasText: words });

describe('the leaderboard of real runs', () => {
  it(
    'ties what the bootstrap does not tell apart, ranks budgets apart, and verifies a row from its checkpoints',
    async () => {
      const complaints: string[] = [];
      page.on('pageerror', (error) => complaints.push(String(error)));
      const seeds = [1, 2, 3];
      const configs = [
        ...seeds.map((seed) => presetConfig('tiny', { ...SMALL, seed, iterations: 2 })),
        ...seeds.map((seed) =>
          presetConfig('tiny', { ...SMALL, seed, iterations: 2, estimator: 'turn-gae' }),
        ),
        presetConfig('tiny', { ...SMALL, iterations: 1 }),
      ];
      await callLab(lab, 'runs.launchAll', { configs, preset: null });
      const states = async () =>
        (await queryLab<RunSummary[]>(lab, 'runs.list', undefined)).map(({ state }) => state);
      await expect
        .poll(states, { timeout: PATIENCE_MS, interval: 1000 })
        .toEqual(configs.map(() => 'finished'));

      // Too little training to win a game: nothing tells the two methods of three seeds apart.
      await page.goto(`${lab.url}/leaderboard?split=valid_seen`);
      await page.getByText('Trained with 8 episodes').waitFor();
      await page.getByText('Trained with 4 episodes').waitFor();
      const ranks = () => page.locator('[data-board-row] > :first-child').allInnerTexts();
      expect((await ranks()).map((text) => text.trim())).toEqual(['1 =', '1 =', '–']);

      await page.getByRole('combobox', { name: 'Training budgets' }).click();
      await page.getByRole('option', { name: 'All together' }).click();
      await page.waitForURL(/budgets=together/);
      await page.getByText('All training budgets, ranked together').waitFor();
      await page.getByRole('combobox', { name: 'Rank by' }).click();
      await page.getByRole('option', { name: 'Episode length' }).click();
      await page.waitForURL(/metric=episodeLength/);
      await page.getByRole('columnheader', { name: /^Episode length, mean of seeds/ }).waitFor();
      expect(await row('2 iterations').first().textContent()).toContain('4.00 turns');

      await row('Turn-level GAE').getByRole('button', { name: 'Verify' }).click();
      await row('Turn-level GAE').getByRole('status').waitFor();
      await row('Turn-level GAE').getByText('Verified').waitFor({ timeout: PATIENCE_MS });
      await page.reload();
      await row('Turn-level GAE').getByText('Verified').waitFor();
      expect(await row('').getByText('Verified', { exact: true }).count()).toBe(1);

      // The page of one of its runs lists the checkpoint with both evaluations.
      await row('Turn-level GAE').getByRole('link', { name: 'seed 1' }).click();
      await page.getByRole('tab', { name: 'Checkpoints' }).click();
      const checkpoints = page.getByRole('table', { name: 'Checkpoints' });
      await checkpoints.getByText('as in training').waitFor();
      await checkpoints.getByRole('link', { name: 'Fork from iteration 2' }).click();
      await page.getByRole('heading', { name: 'Fork from iteration 2' }).waitFor();
      expect(complaints).toEqual([]);
    },
    3 * PATIENCE_MS,
  );
});
