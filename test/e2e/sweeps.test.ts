import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { SweepView } from '../../server/contract/sweep-plan.ts';
import { temporaryFolder } from '../temporary-folder.ts';
import { openBrowser } from './browser.ts';
import { freePort, type Lab, queryLab, startLab } from './lab.ts';

const PATIENCE_MS = 240_000;

let browser: Browser;
let lab: Lab;

beforeAll(async () => {
  browser = await openBrowser();
  lab = await startLab(temporaryFolder('hiper-e2e-sweeps'), await freePort());
}, PATIENCE_MS);

afterAll(async () => {
  await browser?.close();
  await lab?.stop('SIGTERM');
});

it(
  'the form draws configurations and halves them; the sweep has a page, and is cancelled there',
  async () => {
    const page = await browser.newPage();
    page.setDefaultTimeout(60_000);
    await page.goto(`${lab.url}/runs/new?preset=tiny`);
    await page.getByRole('button', { name: 'Vary a field' }).click();
    await page.getByRole('combobox', { name: 'Field to vary' }).click();
    await page.getByRole('option', { name: 'Credit: Kappa', exact: true }).click();
    await page.getByLabel('Values of Kappa').fill('0 to 1');
    const panel = page.getByRole('region', { name: 'Sweep' });
    await panel.getByRole('alert').filter({ hasText: 'choose “drawn at random”' }).waitFor();
    await page.getByRole('combobox', { name: 'Configurations' }).click();
    await page.getByRole('option', { name: 'drawn at random' }).click();
    await page.getByRole('combobox', { name: 'Training' }).click();
    await page.getByRole('option', { name: 'successive halving' }).click();
    await page.getByRole('textbox', { name: 'Configurations' }).fill('4');
    await page
      .getByRole('listitem')
      .filter({ hasText: '4 configurations (4 runs) to iteration 2' })
      .waitFor();
    await page.getByRole('button', { name: 'Launch 4 configurations' }).click();
    await page.waitForURL(/\/sweeps\/\w+$/);
    const id = page.url().split('/').at(-1)!;
    const look = () => queryLab<SweepView>(lab, 'sweeps.get', { id });

    await page.getByRole('heading', { level: 1, name: 'Sweep of kappa' }).waitFor();
    const rung = page.getByRole('table', { name: 'How the configurations stand on rung 1' });
    await expect.poll(() => rung.getByRole('row').count(), { timeout: 60_000 }).toBe(1 + 4);
    await page.getByText('The best of the rung before will go on here.').waitFor();
    const { rungs } = await look();
    const [run] = rungs[0]!.standings[0]!.runs;
    await page.goto(`${lab.url}/runs/${run!.id}`);
    await page.getByRole('link', { name: 'Sweep of kappa' }).click();
    await page.waitForURL(/\/sweeps\/\w+$/);
    await rung.waitFor();

    await page.getByRole('button', { name: 'Cancel' }).click();
    await page.getByRole('button', { name: 'Cancel the sweep' }).click();
    await page.getByRole('button', { name: 'Go on' }).waitFor();
    await page.getByText('Cancelled on rung 1 of 2.').waitFor();
    await expect.poll(async () => (await look()).runs.cancelled, { timeout: 60_000 }).toBe(4);
  },
  PATIENCE_MS,
);

it(
  'runs that are selected are resumed and cancelled together',
  async () => {
    const page = await browser.newPage();
    page.setDefaultTimeout(60_000);
    await page.goto(lab.url);
    const control = async (item: RegExp) => {
      await page.getByRole('button', { name: 'Control' }).click();
      await page.getByRole('menuitem', { name: item }).click();
    };
    const states = async () =>
      (await queryLab<{ state: string }[]>(lab, 'runs.list', undefined)).map(({ state }) => state);
    await page.getByRole('checkbox', { name: 'Select all shown' }).click();
    await control(/^Resume 4 runs$/);
    await expect.poll(states, { timeout: 60_000 }).not.toContain('cancelled');
    await control(/^Cancel 4 runs …$/);
    await page.getByRole('button', { name: 'Cancel 4 runs' }).click();
    await page.getByText('4 runs cancelled').waitFor();
    await expect.poll(async () => [...new Set(await states())], { timeout: 60_000 }).toEqual(['cancelled']);
  },
  PATIENCE_MS,
);
