import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { temporaryFolder } from '../temporary-folder.ts';
import { openBrowser } from './browser.ts';
import { callLab, freePort, type Lab, startLab } from './lab.ts';
import { storeRuns } from './stored-runs.ts';

let browser: Browser;
let lab: Lab;
let runs: string[];
const dataFolder = temporaryFolder('hiper-e2e-activity');

beforeAll(async () => {
  runs = await storeRuns(dataFolder);
  browser = await openBrowser();
  lab = await startLab(dataFolder, await freePort());
}, 240_000);
afterAll(async () => {
  await browser?.close();
  await lab?.stop('SIGTERM');
});

const rowsOf = (page: Page) => page.getByRole('region', { name: 'What was done' }).locator('tbody tr');

it('what is done appears on the page System and in the history of its run, while one looks', async () => {
  const [kept = '', gone = ''] = runs;
  const page = await browser.newPage();
  await page.goto(`${lab.url}/system`);
  await page.getByText('Nothing was done yet').waitFor();
  await callLab(lab, 'runs.update', { id: kept, name: 'Night run' });
  await callLab(lab, 'runs.update', { id: gone, name: 'Gone soon' });
  await callLab(lab, 'runs.remove', { id: gone });
  await rowsOf(page).getByText('deleted').waitFor();
  expect(await rowsOf(page).first().textContent()).toMatch(/Run Gone soon\s*deleted\s*owner/);
  expect(await page.getByRole('link', { name: 'Gone soon' }).count()).toBe(0);

  await page.goto(`${lab.url}/runs/${kept}?tab=history`);
  const history = page.getByRole('region', { name: 'History' });
  await history.getByText('renamed to “Night run”').waitFor();
  await callLab(lab, 'runs.label', { ids: [kept], addTags: ['paper'] });
  await history.getByText('tagged paper').waitFor();
  expect(await history.getByRole('listitem').first().textContent()).toContain('tagged paper');
  await page.close();
}, 120_000);
