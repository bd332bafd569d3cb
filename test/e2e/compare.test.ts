import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { methodTitle } from '../../server/contract/credit-origin.ts';
import { presetConfig } from '../../server/contract/presets.ts';
import { differingFields } from '../../server/contract/run-config.ts';
import { fromWire } from '../../server/contract/series-codec.ts';
import type { VarianceView } from '../../server/contract/variance.ts';
import type { RunDetail, RunSnapshot } from '../../server/contract/views.ts';
import { temporaryFolder } from '../temporary-folder.ts';
import { openBrowser } from './browser.ts';
import { pointsOf } from './chart-points.ts';
import { freePort, type Lab, queryLab, startLab } from './lab.ts';

const PATIENCE_MS = 240_000;

let browser: Browser;
let lab: Lab;
let page: Page;
const dataFolder = temporaryFolder('hiper-e2e');

beforeAll(async () => {
  browser = await openBrowser();
  lab = await startLab(dataFolder, await freePort());
  page = await browser.newPage({ viewport: { width: 1280, height: 900 } });
  page.setDefaultTimeout(20_000);
});

afterAll(async () => {
  await browser?.close();
  await lab?.stop('SIGTERM');
});

/** Makes a link to what a page shows; a browser that knows nothing of its owner opens it. */
async function shareWithGuest(owner: Page): Promise<Page> {
  await owner.getByRole('button', { name: /^Share/ }).click();
  await owner.getByRole('button', { name: /create link/i }).click();
  const link = await owner.locator('input[readonly]').inputValue();
  expect(link).toMatch(/\/s\/.+/);
  const guest = await (await browser.newContext()).newPage();
  await guest.goto(link);
  return guest;
}

const query = <T>(procedure: string, input: unknown) => queryLab<T>(lab, procedure, input);

describe('comparing HiPER with flat GAE and flat PPO', () => {
  let ids: string[] = [];

  it(
    'launches the comparison, streams it, survives SIGKILL and finishes with one point an iteration',
    async () => {
      const complaints: string[] = [];
      const watching = await browser.newPage();
      for (const open of [page, watching]) open.on('pageerror', (error) => complaints.push(String(error)));
      await page.goto(lab.url);
      await page.getByRole('button', { name: 'Compare HiPER, flat GAE and PPO' }).waitFor();
      await page.getByRole('button', { name: 'Shorter and longer comparisons' }).click();
      await page.getByRole('menuitem', { name: /^Tiny/ }).click();
      await page.waitForURL(/\/compare\?runs=/);
      ids = (new URL(page.url()).searchParams.get('runs') ?? '').split(',');
      expect(ids).toHaveLength(3);

      // The success curves of the two that train at once, and the advantage of every level, arrive without a reload.
      const live = ['Success in training', 'Switch level', 'Sub-goal level (high)', 'Action level (low)'];
      for (const title of live) {
        await expect
          .poll(async () => (await pointsOf(page, title)).length, { timeout: PATIENCE_MS, message: title })
          .toBe(2);
      }

      const midRun = await Promise.all(ids.map((id) => query<RunDetail>('runs.get', { id })));
      expect(midRun.map(({ state }) => state)).toEqual(['running', 'running', 'queued']);
      // Watched from here to its end without a reload.
      await watching.goto(`${lab.url}/runs/${ids[0]}`);
      await watching.locator('[data-run-state]').waitFor();
      await lab.stop('SIGKILL');
      const port = Number(new URL(lab.url).port);
      lab = await startLab(dataFolder, port);

      // The page reconnects by itself and follows all runs to their end.
      const { iterations } = presetConfig('tiny');
      for (const title of live) {
        await expect
          .poll(() => pointsOf(page, title), { timeout: PATIENCE_MS, message: title })
          .toEqual([iterations, iterations, iterations]);
      }
      for (const id of ids) {
        await expect
          .poll(async () => (await query<RunDetail>('runs.get', { id })).state, { timeout: PATIENCE_MS })
          .toBe('finished');
      }

      const everyIteration = Array.from({ length: iterations }, (_, i) => i + 1);
      const snapshots = await query<RunSnapshot[]>('metrics.snapshots', { runIds: ids });
      for (const { series } of snapshots) expect(fromWire(series).iterations).toEqual(everyIteration);
      const evaluations = Object.fromEntries(
        snapshots.map((snapshot) => [snapshot.runId, snapshot.evaluations]),
      );
      for (const id of ids) {
        const keys = (evaluations[id] ?? []).map(
          ({ iteration, split, stepLimit }) => `${iteration} ${split} ${stepLimit}`,
        );
        expect(new Set(keys).size).toBe(keys.length);
        expect(evaluations[id]?.some(({ iteration }) => iteration === iterations)).toBe(true);
      }
      const runs = await Promise.all(ids.map((id) => query<RunDetail>('runs.get', { id })));
      expect(runs.map(({ config }) => methodTitle(config!))).toEqual([
        'HiPER, as tuned here',
        'Turn-level GAE, as tuned here',
        'Flat PPO, as published',
      ]);
      expect(differingFields(runs.map(({ config }) => config!))).toEqual(['estimator']);
      await page.getByText('Only the credit differs: the same seeds, the same games').waitFor();
      // Same games, same first weights: the same first evaluation.
      expect(new Set(ids.map((id) => evaluations[id]?.[0]?.successes)).size).toBe(1);
      // The two that trained were picked up again by the second server.
      const starts = runs.map(({ transitions }) => transitions.filter(({ to }) => to === 'running').length);
      expect(starts).toEqual([2, 2, 1]);

      // What was live is what a reload shows, to the letter: the facts of the run and every legend.
      const shown = () => watching.locator('dl, figure ul').allTextContents();
      await expect
        .poll(async () => (await shown()).join(), { timeout: PATIENCE_MS })
        .toContain(`iteration ${iterations}`);
      const watched = await shown();
      await watching.reload();
      await expect.poll(shown, { timeout: PATIENCE_MS }).toEqual(watched);
      await watching.close();
      expect(complaints).toEqual([]);
    },
    3 * PATIENCE_MS,
  );

  it(
    'draws a run alike on every page',
    async () => {
      const page = await browser.newPage();
      const drawn = async (path: string) => {
        await page.goto(`${lab.url}${path}`);
        const swatches = page.locator('[data-run-style]');
        await swatches.first().waitFor();
        return swatches.evaluateAll((all) => all.map((one) => one.getAttribute('data-run-style')));
      };
      const listed = (await drawn('/runs')).toReversed();
      expect(new Set(listed).size).toBe(3);
      expect((await drawn(`/compare?runs=${ids.join(',')}`)).slice(0, 3)).toEqual(listed);
      expect(await drawn(`/runs/${ids[1]}`)).toEqual([listed[1]]);
      expect((await drawn('/leaderboard')).toSorted()).toEqual(listed.toSorted());
      await page.close();
    },
    PATIENCE_MS,
  );

  it(
    'changes no number when a run is hidden',
    async () => {
      // Tall enough for every chart: they are drawn where they are in sight.
      const page = await browser.newPage({ viewport: { width: 1280, height: 9000 } });
      await page.goto(`${lab.url}/compare?runs=${ids.join(',')}`);
      await page.getByRole('table', { name: /^Evaluation success/ }).waitFor();
      // By chart; the hidden run's own entries go.
      const numbers = async () => ({
        table: await page.getByRole('table', { name: /^Evaluation success/ }).textContent(),
        legends: await page
          .locator('figure')
          .evaluateAll((figures) =>
            Object.fromEntries(
              figures
                .toReversed()
                .map((figure) => [
                  figure.querySelector('figcaption')?.textContent ?? '',
                  [...figure.querySelectorAll('ul > li')]
                    .map((line) => line.textContent ?? '')
                    .filter((text) => !text.includes('Flat PPO')),
                ]),
            ),
          ),
      });
      const values = async () =>
        Object.entries((await numbers()).legends)
          .filter(([title]) => title.startsWith('Success'))
          .flatMap(([, lines]) => lines.filter((line) => line.endsWith('%')));
      await expect.poll(async () => (await values()).length, { timeout: PATIENCE_MS }).toBe(4);
      const before = await numbers();
      await page.getByRole('button', { name: /^Hide the lines of Flat PPO/ }).click();
      await page.getByRole('button', { name: /^Show the lines of Flat PPO/ }).waitFor();
      await expect
        .poll(() => page.locator('figure li', { hasText: 'Flat PPO' }).count(), { timeout: PATIENCE_MS })
        .toBe(0);
      expect(await numbers()).toMatchObject(before);
      await page.close();
    },
    PATIENCE_MS,
  );

  it(
    'measures the variance of every estimator from the page of a run',
    async () => {
      const page = await browser.newPage();
      const complaints: string[] = [];
      page.on('pageerror', (error) => complaints.push(String(error)));
      await page.goto(`${lab.url}/runs/${ids[0]}?tab=variance`);
      await page.getByRole('combobox', { name: 'Episodes' }).click();
      await page.getByRole('option', { name: /^768/ }).click();
      await page.getByRole('button', { name: 'Measure' }).click();
      await page.getByRole('status').filter({ hasText: 'episodes done' }).waitFor();
      const table = page.getByRole('table', { name: /^All statistics/ });
      await table.waitFor({ timeout: PATIENCE_MS });

      const { report } = await query<VarianceView>('variance.get', { id: ids[0] });
      const estimators = report?.estimators ?? [];
      expect(report?.options.episodes).toBe(768);
      expect(await table.locator('tbody tr > :first-child').allTextContents()).toEqual([
        'Monte-Carlo reference',
        ...estimators.map(({ label }) => label),
      ]);
      // Variance as a multiple of turn-level GAE's, each with its interval.
      const ratios = await table.locator('tbody tr > :nth-child(3)').allInnerTexts();
      const shown = new Map(estimators.map(({ id }, row) => [id, Number.parseFloat(ratios[row + 1] ?? '')]));
      expect(shown.get('turn-gae')).toBe(1);
      const hae = estimators.find(({ id }) => id === 'hae as published')?.levels.all?.againstFlat.variance;
      expect(shown.get('hae as published')).toBeCloseTo(hae?.value ?? Number.NaN, 1);

      // A share link shows what was measured, and offers nothing.
      const guest = await shareWithGuest(page);
      const sharedTable = guest.getByRole('table', { name: /^All statistics/ });
      await sharedTable.waitFor();
      expect(await sharedTable.locator('tbody tr > :nth-child(3)').allInnerTexts()).toEqual(ratios);
      expect(await guest.getByRole('button', { name: /measure|^share/i }).count()).toBe(0);
      await guest.close();
      expect(complaints).toEqual([]);
      await page.close();
    },
    PATIENCE_MS,
  );

  it('shares the comparison read-only', async () => {
    const guest = await shareWithGuest(page);
    await guest.locator('figure', { hasText: 'Success in training' }).first().waitFor();
    expect(
      await guest.getByRole('button', { name: /^(pause|cancel|resume|share|launch|clone)/i }).count(),
    ).toBe(0);
    expect(await guest.content()).not.toContain(dataFolder);
    await guest.close();
  });
});
