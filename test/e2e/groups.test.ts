import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { formatShare } from '../../app/_charts/format.ts';
import { assignRunStyles } from '../../app/_charts/run-colors.ts';
import { groupRuns } from '../../app/compare/run-groups.ts';
import { scoreGroups } from '../../app/statistics/score-groups.ts';
import type { ScoredRuns } from '../../server/contract/views.ts';
import { aggregateAll } from '../../server/stats/aggregates.ts';
import { temporaryFolder } from '../temporary-folder.ts';
import { openBrowser } from './browser.ts';
import { freePort, type Lab, queryLab, startLab } from './lab.ts';
import { SEEDS, storeRuns } from './stored-runs.ts';

const PATIENCE_MS = 120_000;

let browser: Browser;
let lab: Lab;
let page: Page;
let ids: string[];
const complaints: string[] = [];
const dataFolder = temporaryFolder('hiper-e2e-groups');

beforeAll(async () => {
  ids = await storeRuns(dataFolder);
  browser = await openBrowser();
  lab = await startLab(dataFolder, await freePort());
  page = await browser.newPage({ viewport: { width: 1280, height: 3000 }, acceptDownloads: true });
  page.setDefaultTimeout(PATIENCE_MS);
  page.on('pageerror', (error) => complaints.push(String(error)));
}, PATIENCE_MS);

afterAll(async () => {
  await browser?.close();
  await lab?.stop('SIGTERM');
});

/** Few charts, all of them in sight: others keep what they last showed. */
const compare = (query = '') =>
  page.goto(`${lab.url}/compare?runs=${ids.join(',')}&metrics=success,evaluation,kl,gradientNorm${query}`);
/** Waits for a value; machines are busy. */
const eventually = <T>(get: () => T | Promise<T>) => expect.poll(get, { timeout: PATIENCE_MS });
const figure = (title: string) => page.locator('figure', { hasText: title }).first();

describe('groups', () => {
  it(
    'are chosen by fields, told by a center with a band, and stay in the address',
    async () => {
      await compare();
      await page.getByRole('button', { name: /^Groups: by method, mean/ }).click();
      const dialog = page.getByRole('dialog', { name: 'Groups' });
      await dialog.getByRole('combobox', { name: 'One for' }).click();
      await page.getByRole('option', { name: /^Each value of a field/ }).click();
      await dialog.getByRole('combobox', { name: 'Line' }).click();
      await page.getByRole('option', { name: /^Median/ }).click();
      await dialog.getByRole('combobox', { name: 'Band' }).click();
      await page.getByRole('option', { name: /bootstrap/ }).click();
      await dialog.getByRole('button', { name: 'Done' }).click();
      await page.waitForURL(/by=estimator&center=median&band=bootstrap/);
      // Two estimators: the two kappas of HiPER go together, run by run.
      await eventually(() =>
        page.getByRole('list', { name: 'Groups' }).getByRole('listitem').allInnerTexts(),
      ).toEqual([expect.stringContaining('8 runs'), expect.stringContaining('4 seeds')]);
      await figure('Success in training').getByText('median of 8 runs').first().waitFor();
      const table = page.getByRole('table', { name: 'Evaluation success of the groups' });
      const rows = await table.locator('tbody tr').allInnerTexts();
      const shown = (await table.textContent()) + page.url();
      await page.reload();
      await eventually(async () => (await table.textContent()) + page.url()).toBe(shown);
      expect(rows.at(-1)).toMatch(/4 seeds.*−\d+\.\d\s+−\d+\.\d to −\d+\.\d/s);
    },
    PATIENCE_MS,
  );

  it(
    'change no number when one is hidden',
    async () => {
      await compare();
      const table = page.getByRole('table', { name: 'Evaluation success of the groups' });
      // Rows change until the runs of all groups have come.
      await eventually(async () => (await table.textContent())?.match(/4 seeds/g)?.length).toBe(3);
      const before = await table.textContent();
      await page.getByRole('button', { name: /^Hide the lines of Flat PPO, as published/ }).click();
      await page.getByRole('button', { name: /^Show the lines of Flat PPO, as published/ }).waitFor();
      await eventually(() => page.locator('figure li', { hasText: 'Flat PPO' }).count()).toBe(0);
      expect(await table.textContent()).toBe(before);
    },
    PATIENCE_MS,
  );
});

describe('differences', () => {
  it(
    'to the first group are drawn in points, with a band, for all others',
    async () => {
      await compare('&difference=true&band=bootstrap');
      const legend = figure('Success on valid_seen').getByRole('listitem');
      await eventually(() => legend.allInnerTexts()).toEqual([
        expect.stringMatching(/HiPER, own values, kappa 0.*mean less that of HiPER, as tuned here.*−\d/s),
        expect.stringMatching(/Flat PPO, as published.*mean less that of HiPER, as tuned here.*−\d/s),
      ]);
      expect(await figure('Success on valid_seen').locator('figcaption').textContent()).toContain('points');
      // The same number as in the table, to the same digits.
      const cell = page
        .getByRole('table', { name: 'Evaluation success of the groups' })
        .locator('tbody tr')
        .nth(2);
      const difference = /−\d+\.\d/.exec((await cell.textContent()) ?? '')?.[0];
      expect(await legend.first().textContent()).toContain(difference);
    },
    PATIENCE_MS,
  );
});

describe('a chart', () => {
  it(
    'keeps its scale, smoothing and pinned values in the address; metrics are found and folded up',
    async () => {
      await compare('&x=wall');
      const chart = figure('Success in training');
      const legend = chart.getByRole('listitem').filter({ hasText: 'mean of 4 seeds' });
      await eventually(() => legend.count()).toBe(3);
      await chart.locator('.u-over').click({ position: { x: 200, y: 60 } });
      await chart.getByRole('table').waitFor();
      await chart.getByRole('button', { name: 'Value', exact: true }).click();
      await chart.getByRole('button', { name: 'Success in training: menu' }).click();
      await page.getByRole('menuitemradio', { name: 'Logarithmic' }).click();
      await page.waitForURL(/charts=success~ylog~p\d+~high/);
      const rates = (await chart.getByRole('row').allInnerTexts())
        .slice(1)
        .map((row) => /([\d.]+) %/.exec(row)?.[1]);
      expect(rates).toHaveLength(3 + ids.length);
      expect(rates.map(Number)).toEqual(rates.map(Number).toSorted((a, b) => b - a));
      await page.getByRole('searchbox', { name: 'Find metrics' }).fill('gradient norm');
      await eventually(() => page.locator('figcaption').allInnerTexts()).toEqual(['Gradient norm']);
      await page.getByRole('searchbox', { name: 'Find metrics' }).fill('');
      await page.getByRole('button', { name: 'Policy update' }).click();
      await page.getByRole('button', { name: /^Policy update\s+\d+ folded up/ }).waitFor();
      expect(complaints).toEqual([]);
    },
    PATIENCE_MS,
  );

  it(
    'is saved for paper, as the command line draws it',
    async () => {
      await compare('&center=iqm&band=stderr');
      const chart = figure('Success on valid_seen');
      const legend = chart.getByRole('listitem').filter({ hasText: 'IQM of 4 seeds' });
      await eventually(() => legend.count()).toBe(3);
      await chart.getByRole('button', { name: /: menu$/ }).click();
      const saving = page.waitForEvent('download');
      await page.getByRole('menuitem', { name: 'Download SVG' }).click();
      const saved = readFileSync(await (await saving).path(), 'utf8');
      const file = join(dataFolder, 'figure.svg');
      const { status, stderr } = spawnSync(
        process.execPath,
        ['app/compare/figure-cli.ts', page.url(), 'valid_seen', file],
        { encoding: 'utf8' },
      );
      expect([status, stderr]).toEqual([0, '']);
      const withoutSource = (svg: string) => svg.replace(/<desc>.*<\/desc>/, '');
      expect(withoutSource(readFileSync(file, 'utf8'))).toBe(withoutSource(saved));
      expect(saved).toContain('Bands: ± 1 standard error; thin lines: single runs.');
      expect(saved).toMatch(/<desc>npm run -s figure -- /);
    },
    PATIENCE_MS,
  );
});

describe('parallel coordinates', () => {
  it(
    'choose runs by values and parts of axes, list them, and draw only them',
    async () => {
      await compare();
      const panel = page.getByRole('region', { name: 'Parallel coordinates' }).first();
      const table = panel.getByRole('table', { name: 'Chosen runs' });
      await eventually(() => table.locator('tbody tr').count()).toBe(ids.length);
      await panel.getByRole('button', { name: 'Kappa: 0.6' }).click();
      await panel.getByText(`4 of ${ids.length} runs`).waitFor();
      await panel.getByRole('slider', { name: /^valid_seen.*from$/ }).press('PageUp');
      await page.waitForURL(/brush=kappa~0\.6,.*valid_seen.*~~0\.100~1\.000/);
      // A run whose evaluations are still on their way is in no range.
      await eventually(() => table.locator('tbody tr').allInnerTexts()).toEqual(
        SEEDS.map(() => expect.stringContaining('kappa 0.6')),
      );
      await panel.getByRole('button', { name: 'Draw only these' }).click();
      const legend = figure('Success in training').getByRole('listitem');
      await eventually(() => legend.count()).toBe(1);
      expect(complaints).toEqual([]);
    },
    PATIENCE_MS,
  );
});

describe('the statistics page', () => {
  it(
    'computes the figures of a board in a worker, and says the same again',
    async () => {
      await page.goto(`${lab.url}/statistics?seed=7`);
      const aggregates = page.getByRole('table', { name: /^Aggregates/ });
      await eventually(() => aggregates.getByText(/%.* to /).count()).toBe(12);
      const { runs } = await queryLab<ScoredRuns>(lab, 'statistics.scores', { protocol: {} });
      expect(runs).toHaveLength(3 * SEEDS.length);
      const groups = scoreGroups(runs, groupRuns(runs, assignRunStyles(runs)), 'iteration');
      const text = await aggregates.textContent();
      for (const { scores } of groups)
        for (const value of aggregateAll(scores)) expect(text).toContain(formatShare(value));
      const improvement = page.getByRole('table', { name: /^Probability of improvement/ });
      await eventually(() => improvement.getByText(/%.* to /).count()).toBe(3);
      await page.locator('[data-computed]').waitFor();
      expect(await page.locator('figcaption').allInnerTexts()).toEqual([
        'Performance profile',
        'Sample efficiency',
      ]);
      await page.reload();
      await page.locator('[data-computed]').waitFor();
      expect(await aggregates.textContent()).toBe(text);
      expect(complaints).toEqual([]);
    },
    PATIENCE_MS,
  );
});

describe('the command palette', () => {
  it(
    'goes to what is named, does what the page offers, and gives the focus back',
    async () => {
      await page.goto(`${lab.url}/runs`);
      await page.getByRole('button', { name: 'Commands' }).waitFor();
      const palette = page.getByRole('dialog', { name: 'Commands' });
      const filter = page.getByRole('searchbox', { name: 'Filter runs' });
      const isInFilter = () => filter.evaluate((box) => box === document.activeElement);
      /** Presses keys until they are heard: a busy page that was just opened shows more than it listens to. */
      const press = (keys: readonly string[], isHeard: () => boolean | Promise<boolean>) =>
        eventually(async () => {
          if (await isHeard()) return true;
          for (const key of keys) await page.keyboard.press(key);
          return isHeard();
        }).toBe(true);
      const openPalette = async () => {
        await page.keyboard.press('Control+k');
        await palette.locator('input:focus').waitFor();
      };
      await filter.waitFor();
      await press(['/'], isInFilter);
      await openPalette();
      await page.keyboard.press('Escape');
      await palette.waitFor({ state: 'hidden' });
      await eventually(isInFilter).toBe(true);

      const choose = async (text: string, option: RegExp) => {
        await openPalette();
        await page.keyboard.type(text);
        await palette.getByRole('option', { name: option }).waitFor();
        await page.keyboard.press('Enter');
        await palette.waitFor({ state: 'hidden' });
      };
      await choose('token-gae, seed 2', /^token-gae, seed 2/);
      await page.waitForURL(`**/runs/${ids[2 * SEEDS.length + 1]}`);
      await page.getByRole('link', { name: 'Clone and edit' }).waitFor();
      await choose('clone', /^Clone and edit/);
      await page.waitForURL(/\/runs\/new\?from=/);
      await choose('dark', /^Theme: dark/);
      await page.locator('html[data-theme=dark]').waitFor();
      await choose('light', /^Theme: light/);
      await press(['g', 'r'], () => page.url() === `${lab.url}/runs`);
      await page.keyboard.press('?');
      await page.getByRole('dialog', { name: 'Keys and filters' }).waitFor();
      expect(complaints).toEqual([]);
    },
    PATIENCE_MS,
  );
});
