import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Report, ReportFigure } from '../../server/contract/report.ts';
import { temporaryFolder } from '../temporary-folder.ts';
import { openBrowser } from './browser.ts';
import { callLab, freePort, type Lab, queryLab, startLab } from './lab.ts';
import { storeRuns } from './stored-runs.ts';

const PATIENCE_MS = 120_000;

let browser: Browser;
let lab: Lab;
let page: Page;
let ids: string[];
/** Of the report. */
let id: string;
const complaints: string[] = [];
const dataFolder = temporaryFolder('hiper-e2e-reports');

beforeAll(async () => {
  ids = await storeRuns(dataFolder);
  browser = await openBrowser();
  lab = await startLab(dataFolder, await freePort());
  page = await openPage();
}, PATIENCE_MS);

afterAll(async () => {
  await browser?.close();
  await lab?.stop('SIGTERM');
});

/** A page of a browser that knows nothing of the others; tall enough for every figure. */
async function openPage(): Promise<Page> {
  const context = await browser.newContext({ viewport: { width: 1280, height: 3000 } });
  const opened = await context.newPage();
  opened.setDefaultTimeout(PATIENCE_MS);
  opened.on('pageerror', (error) => complaints.push(String(error)));
  return opened;
}

const eventually = <T>(get: () => T | Promise<T>) => expect.poll(get, { timeout: PATIENCE_MS });
const stored = () => queryLab<Report>(lab, 'reports.get', { id });
const texts = async () =>
  (await stored()).blocks.map((block) => (block.kind === 'text' ? block.text : block.figure));
const saved = (of: Page) => of.locator('[data-save-state=saved]').waitFor();

/** Makes a link to what the page shows, and opens it as somebody else. */
async function share(shows: 'Live' | 'Frozen'): Promise<Page> {
  await page.getByRole('button', { name: 'Share', exact: true }).click();
  const dialog = page.getByRole('dialog');
  await dialog.getByRole('combobox', { name: 'Shows' }).click();
  await page.getByRole('option', { name: new RegExp(`^${shows}`) }).click();
  await dialog.getByRole('button', { name: 'Create link' }).click();
  const link = await page.locator('input[readonly]').inputValue();
  await dialog.getByRole('button', { name: 'Done' }).click();
  const guest = await openPage();
  await guest.goto(link);
  return guest;
}

describe('a report', () => {
  it(
    'begins with a figure of the compare page, and keeps its view',
    async () => {
      await page.goto(`${lab.url}/compare?runs=${ids.join(',')}&by=estimator&center=median&x=tokens`);
      await page.getByRole('button', { name: 'Add to report' }).click();
      const dialog = page.getByRole('dialog');
      await dialog.getByRole('combobox', { name: 'Chart' }).click();
      await page.getByRole('option', { name: /^Success on valid_seen/ }).click();
      await dialog.getByRole('textbox', { name: 'Title of the new report' }).fill('Credit matters');
      await dialog.getByRole('textbox', { name: 'Caption' }).fill('Held-out games.');
      await dialog.getByRole('button', { name: 'Add', exact: true }).click();
      await dialog.getByRole('link', { name: 'Open the report' }).click();
      await page.waitForURL(/\/reports\/[a-z0-9]+\?edit=true/);
      id = /reports\/([a-z0-9]+)/.exec(page.url())![1]!;
      const chart = page.locator('figure', { hasText: 'Success on valid_seen' });
      await eventually(() => chart.getByText(/median of/).count()).toBeGreaterThan(0);
      expect((await stored()).title).toBe('Credit matters');
    },
    PATIENCE_MS,
  );

  it(
    'is written by keyboard, and saved by itself',
    async () => {
      await page.getByRole('button', { name: 'Add text' }).click();
      await page.keyboard.type('## What we found\n\n**HiPER** is *ahead*. <script>alert(1)</script>');
      await page.keyboard.press('Alt+ArrowUp');
      await saved(page);
      await eventually(texts).toEqual([expect.stringContaining('## What we found'), 'chart']);
      // The text that was moved is still the one that is written.
      await page.keyboard.press('Control+End');
      await page.keyboard.type(' More.');
      await page.keyboard.press('Control+s');
      await eventually(texts).toEqual([expect.stringMatching(/More\.$/), 'chart']);
    },
    PATIENCE_MS,
  );

  it(
    'in two tabs has what was written in both',
    async () => {
      const other = await openPage();
      await other.goto(`${lab.url}/reports/${id}?edit=true`);
      await other.getByRole('textbox', { name: 'Text 1 of 2' }).fill('From the other tab.');
      await page.getByRole('textbox', { name: 'Title of the report' }).fill('From this tab');
      await eventually(async () => [(await stored()).title, ...(await texts())]).toEqual([
        'From this tab',
        'From the other tab.',
        'chart',
      ]);
      await Promise.all([saved(page), saved(other)]);
      await other.close();
      await page
        .getByRole('textbox', { name: 'Text 1 of 2' })
        .fill('## Found\n\n- **one** [way](https://a.example)');
      await saved(page);
    },
    PATIENCE_MS,
  );

  it(
    'is read as it was written, without HTML',
    async () => {
      await page.getByRole('button', { name: 'Preview' }).click();
      await page.getByRole('heading', { name: 'Found' }).waitFor();
      expect(await page.getByRole('link', { name: 'way' }).getAttribute('rel')).toContain('noreferrer');
      await page.getByText('Held-out games.').waitFor();
      expect(await page.getByRole('textbox').count()).toBe(0);
    },
    PATIENCE_MS,
  );

  it(
    'has what a reader sets on a figure in the address, and keeps it once its writer says so',
    async () => {
      const chart = page.locator('figure', { hasText: 'Success on valid_seen' });
      await chart.getByRole('button', { name: /: menu$/ }).click();
      await page.getByRole('menuitemradio', { name: 'Logarithmic' }).click();
      await page.waitForURL(/set=[\w-]+~ylog/);
      const view = async () =>
        (await stored()).blocks.map((block) => (block.kind === 'figure' ? block.query : '')).join();
      expect(await view()).not.toContain('ylog');
      await page.getByRole('button', { name: 'Edit' }).click();
      await page.getByRole('button', { name: 'Keep these settings' }).click();
      await eventually(view).toContain('ylog');
      await page.waitForURL((url) => !url.searchParams.has('set'));
      await page.getByRole('button', { name: 'Preview' }).click();
      expect(complaints).toEqual([]);
    },
    PATIENCE_MS,
  );

  it(
    'is shared live and frozen; a guest can only look',
    async () => {
      const [live, frozen] = [await share('Live'), await share('Frozen')];
      for (const guest of [live, frozen]) {
        await guest.getByRole('heading', { name: 'From this tab' }).waitFor();
        await guest.getByRole('heading', { name: 'Found' }).waitFor();
        const chart = guest.locator('figure', { hasText: 'Success on valid_seen' });
        await eventually(() => chart.getByText(/median of/).count()).toBeGreaterThan(0);
        const controls = guest.getByRole('button', { name: /^(edit|share|delete|preview|add)/i });
        expect(await controls.count()).toBe(0);
        expect(await guest.getByRole('link', { name: 'Open its page' }).count()).toBe(0);
      }

      await page.getByRole('button', { name: 'Edit' }).click();
      await page.getByRole('textbox', { name: 'Title of the report' }).fill('Changed since');
      await saved(page);
      // The live one follows by itself.
      await live.getByRole('heading', { name: 'Changed since' }).waitFor();
      await frozen.reload();
      await frozen.getByRole('heading', { name: 'From this tab' }).waitFor();
      await frozen
        .getByText(/Frozen/)
        .first()
        .waitFor();

      // The live link ends with the report, the frozen one goes on.
      await page.goto(`${lab.url}/reports`);
      await page.getByRole('button', { name: 'Delete Changed since' }).click();
      await page.getByRole('button', { name: 'Delete the report' }).click();
      await page.getByText('No report yet').waitFor();
      await live.getByText('This link does not open anything').waitFor();
      await frozen.reload();
      const chart = frozen.locator('figure', { hasText: 'Success on valid_seen' });
      await eventually(() => chart.getByText(/median of/).count()).toBeGreaterThan(0);
      await Promise.all([live.close(), frozen.close()]);
      expect(complaints).toEqual([]);
    },
    PATIENCE_MS,
  );

  it(
    'opens signed out, with every figure, on a server that asks everybody else for its secret',
    async () => {
      const runs = `runs=${ids.join(',')}`;
      const figure = (name: ReportFigure, query: string) => ({
        ...{ kind: 'figure', id: name, figure: name, of: '', query, caption: `This is ${name}.` },
      });
      const compared = (['chart', 'evaluations', 'task-types'] as const).map((name) => figure(name, runs));
      const blocks = [...compared, figure('statistics', runs), figure('board', '')];
      const made = await callLab<{ id: string }>(lab, 'reports.create', { title: 'All figures', blocks });
      const request = { kind: 'report', reportId: made.id, runIds: [], title: '', query: '', days: 1 };
      const links = [
        await callLab<{ token: string }>(lab, 'shares.create', request),
        await callLab<{ token: string }>(lab, 'shares.create', { ...request, frozen: true }),
      ];
      await lab.stop('SIGTERM');
      process.env.HIPER_SECRET = 'a secret of the browser test';
      lab = await startLab(dataFolder, Number(new URL(lab.url).port)).finally(() => {
        delete process.env.HIPER_SECRET;
      });
      for (const { token } of links) {
        const guest = await openPage();
        await guest.goto(`${lab.url}/reports/${made.id}`);
        await guest.waitForURL(/\/login/);
        await guest.goto(`${lab.url}/s/${token}`);
        const chart = guest.locator('figure', { hasText: 'Success in training' });
        await eventually(() => chart.getByText('mean of 4 seeds').count()).toBe(3);
        await guest.getByRole('table', { name: 'Evaluation success of the groups' }).waitFor();
        await guest.locator('figure', { hasText: 'Success by task type on valid_seen' }).waitFor();
        await guest.locator('[data-computed]').waitFor();
        await guest.getByRole('table', { name: /^Leaderboard on valid_seen/ }).waitFor();
        await guest.close();
      }
      expect(complaints).toEqual([]);
    },
    2 * PATIENCE_MS,
  );
});
