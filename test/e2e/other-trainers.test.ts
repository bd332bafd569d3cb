import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { RunConfigInput } from '../../server/contract/run-config.ts';
import type { RunSummary } from '../../server/contract/views.ts';
import { temporaryFolder } from '../temporary-folder.ts';
import { openBrowser } from './browser.ts';
import { pointsOf } from './chart-points.ts';
import { freePort, type Lab, queryLab, startLab } from './lab.ts';

const PATIENCE_MS = 120_000;
const ITERATIONS = 2;

/** As small as a run can be. */
const SMALLEST: RunConfigInput = {
  ...{ iterations: ITERATIONS, taskTypes: ['pick_and_place_simple'], games: 'generated', generatedGames: 20 },
  ...{ width: 16, feedForward: 32, warmStartEpisodes: 8, warmStartEpochs: 1, episodesPerIteration: 4 },
  ...{ stepLimit: 6, criticWarmup: 1, evaluateEvery: 2, evaluationGames: 4, evaluationStepLimits: [6] },
};

let browser: Browser;
let lab: Lab;
let page: Page;
/** The run that the first test imports. */
let imported: string;
beforeAll(async () => {
  browser = await openBrowser();
  lab = await startLab(temporaryFolder('hiper-e2e-others'), await freePort());
  page = await browser.newPage({ viewport: { width: 1280, height: 900 } });
  page.setDefaultTimeout(20_000);
}, PATIENCE_MS);
afterAll(async () => {
  await browser?.close();
  await lab?.stop('SIGTERM');
});

async function post<T>(path: string, body: unknown): Promise<T> {
  const response = await fetch(`${lab.url}${path}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });
  expect(response.status).toBe(200);
  return (await response.json()) as T;
}

describe('runs of other trainers', () => {
  it('are imported on the page, refused with the line that is wrong, and plot beside a native run', {
    timeout: PATIENCE_MS,
  }, async () => {
    const launched = await post<{ result: { data: { id: string } } }>('/api/trpc/runs.launch', {
      config: SMALLEST,
      preset: null,
    });
    const native = launched.result.data.id;
    await page.goto(`${lab.url}/runs`);
    await page.getByRole('button', { name: 'Import', exact: true }).click();
    const lines = Array.from(
      { length: 5 },
      (_, step) =>
        `step:${step} - episode/success_rate:0.${step} - critic/advantages_low/mean:0.1 - my/own:${step}`,
    );
    const choose = (text: string) =>
      page
        .getByLabel('Files', { exact: true })
        .setInputFiles({ name: 'hae.log', mimeType: 'text/plain', buffer: Buffer.from(text) });
    const submit = page.getByRole('dialog').getByRole('button', { name: 'Import' });
    await choose(`${lines.join('\n')}\nstep:5 - broken`);
    await submit.click();
    await page.getByText('hae.log, line 6: "broken" should be').waitFor();
    await choose(lines.join('\n'));
    await page.getByLabel('Params').fill('method=hae\nseed=5');
    await submit.click();
    await page.getByText('5 steps, 3 metrics').waitFor();
    await page.getByRole('link', { name: 'hae', exact: true }).click();
    await page.getByText('imported', { exact: true }).waitFor();
    expect(await pointsOf(page, 'Advantage, mean')).toEqual([5]);
    expect(await page.getByRole('button', { name: /Pause|Clone|Resume|Cancel/ }).count()).toBe(0);
    imported = page.url().split('/').at(-1)!.split('?')[0]!;
    await expect
      .poll(async () => (await queryLab<RunSummary>(lab, 'runs.get', { id: native })).state, {
        timeout: 60_000,
      })
      .toBe('finished');
    await page.goto(`${lab.url}/compare?runs=${native},${imported}`);
    await expect
      .poll(() => pointsOf(page, 'Success in training'), { timeout: 20_000 })
      .toEqual([ITERATIONS, 5]);
    expect(await pointsOf(page, 'my/own')).toEqual([5]);
  });

  it('stand on a board once their owner says on which, marked as imported', {
    timeout: PATIENCE_MS,
  }, async () => {
    await page.goto(`${lab.url}/runs/${imported}`);
    await page.getByRole('button', { name: 'More actions' }).click();
    await page.getByRole('menuitem', { name: /^Put on a board/ }).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByText('episode/success_rate: 40.0 % at step 4').waitFor();
    await dialog.getByRole('combobox', { name: 'Board' }).click();
    await page.getByRole('option', { name: /^alfworld valid_seen, generated, 4 games, 6 turns/ }).click();
    await dialog.getByRole('button', { name: 'Put on the board' }).click();
    await dialog.getByRole('link', { name: 'To the board' }).click();
    await page.getByText('Imported, not verified').waitFor();
    const ranked = await page.locator('[data-board-row]').all();
    expect(await Promise.all(ranked.map((row) => row.getAttribute('data-board-row')))).toEqual([
      expect.not.stringMatching(imported),
      imported,
    ]);
    await page.getByText('not verified, ranked apart').waitFor();
  });

  it('stream into an open page by MLflow’s protocol', { timeout: PATIENCE_MS }, async () => {
    const { run } = await post<{ run: { info: { run_id: string } } }>('/api/2.0/mlflow/runs/create', {
      run_name: 'elsewhere',
    });
    const { run_id } = run.info;
    // As MLflow's client prints it.
    await page.goto(`${lab.url}/#/experiments/0/runs/${run_id}`);
    await page.getByText('streamed by MLflow', { exact: true }).waitFor();
    await page.getByText('Its trainer has logged no metric yet.').waitFor();
    for (let step = 1; step <= 3; step++)
      await post('/api/2.0/mlflow/runs/log-batch', {
        run_id,
        metrics: [{ key: 'reward', value: step, timestamp: Date.now(), step }],
      });
    await expect.poll(() => pointsOf(page, 'Reward'), { timeout: 20_000 }).toEqual([3]);
    await post('/api/2.0/mlflow/runs/update', { run_id, status: 'FINISHED' });
    await page.getByText('finished', { exact: true }).waitFor();
  });

  it('get a key that is shown once', { timeout: PATIENCE_MS }, async () => {
    await page.goto(`${lab.url}/keys`);
    await page.getByRole('button', { name: 'New key' }).click();
    await page.getByLabel('Name').fill('cluster');
    await page.getByRole('button', { name: 'Make the key' }).click();
    expect(await page.getByLabel('Key', { exact: true }).inputValue()).toMatch(/^hiper_[\w-]{43}$/);
    await page.getByRole('button', { name: 'Done' }).click();
    await page.getByRole('cell', { name: 'Write metrics' }).waitFor();
    await page.getByRole('button', { name: 'Revoke' }).click();
    await page.getByRole('button', { name: 'Revoke the key' }).click();
    await page.getByText('revoked', { exact: true }).waitFor();
  });

  it('find what programs may ask on a page of its own, by words that its address keeps', {
    timeout: PATIENCE_MS,
  }, async () => {
    await page.goto(`${lab.url}/keys`);
    await page.getByRole('link', { name: 'HTTP API' }).click();
    await page.getByText('/api/2.0/mlflow/runs/log-batch').waitFor();
    await page.getByLabel('Find operations').fill('runs.label');
    await expect.poll(() => page.getByRole('listitem').filter({ hasText: '/api/' }).count()).toBe(1);
    await expect.poll(() => page.url()).toContain('q=runs.label');
    await page.getByText('Input', { exact: true }).click();
    await page.getByText('"starred"').waitFor();
    await page.reload();
    await page.getByText('Tags, stars and archives runs').waitFor();
    expect(await page.getByText('/api/trpc/runs.list').count()).toBe(0);
  });
});
