import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { EpisodePage } from '../../server/contract/episode-query.ts';
import { presetConfig } from '../../server/contract/presets.ts';
import type { RunDetail } from '../../server/contract/views.ts';
import { temporaryFolder } from '../temporary-folder.ts';
import { openBrowser } from './browser.ts';
import { freePort, type Lab, queryLab, startLab } from './lab.ts';

const PATIENCE_MS = 240_000;
const SOON = { timeout: 20_000 };
const CONFIG = presetConfig('tiny', {
  games: 'generated',
  iterations: 2,
  criticWarmup: 0,
  evaluateEvery: 2,
  evaluationGames: 1,
  warmStartEpisodes: 20,
  warmStartEpochs: 1,
  // A reward on some turns, since little is won so soon.
  keepPenalty: -0.1,
});

let browser: Browser;
let lab: Lab;
let page: Page;
const complaints: string[] = [];

beforeAll(async () => {
  browser = await openBrowser();
  lab = await startLab(temporaryFolder('hiper-e2e-lens'), await freePort());
  page = await browser.newPage({ viewport: { width: 1280, height: 900 } });
  page.setDefaultTimeout(20_000);
  page.on('pageerror', (error) => complaints.push(String(error)));
}, PATIENCE_MS);

afterAll(async () => {
  await browser?.close();
  await lab?.stop('SIGTERM');
});

async function post<T>(procedure: string, input: unknown): Promise<T> {
  const response = await fetch(`${lab.url}/api/trpc/${procedure}`, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify(input),
  });
  return ((await response.json()) as { result: { data: T } }).result.data;
}

async function trainRun(): Promise<string> {
  const { id } = await post<{ id: string }>('runs.launch', { config: CONFIG, preset: 'tiny' });
  const state = async () => (await queryLab<RunDetail>(lab, 'runs.get', { id })).state;
  await expect.poll(state, { timeout: PATIENCE_MS }).toBe('finished');
  return id;
}

async function shareRun(runId: string): Promise<string> {
  const input = { kind: 'run', runIds: [runId], title: 'a run', query: '', days: 1 };
  return (await post<{ token: string }>('shares.create', input)).token;
}

const differenceOf = (level: string, shown = page) =>
  shown.locator(`[aria-busy=false] [data-difference=${level}]`).textContent();

it(
  'a lens on a real run: HiPER beside turn-level GAE, other settings, a link that shows the same',
  async () => {
    const runId = await trainRun();
    const filter = { evaluation: false };
    const { episodes } = await queryLab<EpisodePage>(lab, 'episodes.list', { runId, filter });
    await page.goto(`${lab.url}/runs/${runId}/episodes/${episodes[0]!.id}`);
    await page.getByRole('link', { name: 'Estimator lens' }).click();
    await page.getByRole('heading', { name: 'A: HiPER' }).waitFor();
    await page.getByRole('heading', { name: 'B: Turn-level GAE' }).waitFor();
    await page.getByText('as the run normalised its batch').waitFor();
    await expect.poll(() => differenceOf('low'), SOON).toMatch(/\d n = \d/);
    const before = await differenceOf('low');

    // The same estimator twice differs by nothing.
    await page.getByRole('combobox', { name: 'Estimator B' }).click();
    await page.getByRole('option', { name: 'HiPER' }).click();
    await expect.poll(() => differenceOf('low'), SOON).toMatch(/^0 n =/);
    await page.getByRole('textbox', { name: 'Kappa B', exact: true }).fill('0');
    await expect.poll(() => page.url(), SOON).toContain('b=hae~kappa:0');
    await page.getByRole('textbox', { name: 'Kappa B', exact: true }).fill('7');
    await page.getByRole('textbox', { name: 'Kappa B', exact: true, description: /./ }).waitFor();
    await expect.poll(() => differenceOf('low'), SOON).not.toMatch(/^0 n =/);
    await page.getByRole('textbox', { name: 'Lambda, turns B' }).fill('1');
    await expect.poll(() => page.url(), SOON).toContain('lamTurn:1');
    const after = await differenceOf('low');
    expect(after).not.toBe(before);
    await page.reload();
    await expect.poll(() => differenceOf('low'), SOON).toBe(after);

    await page.getByRole('combobox', { name: 'Estimator B' }).click();
    await page.getByRole('option', { name: 'GRPO' }).click();
    await page.getByText('every game was played once an iteration').waitFor();

    // A guest with a link to the run sees the same.
    const guest = await (await browser.newContext()).newPage();
    const token = await shareRun(runId);
    const address = `/episodes/${runId}/${episodes[0]!.id}/lens?b=hae~kappa:0~lamTurn:1`;
    await guest.goto(`${lab.url}/s/${token}${address}`);
    await expect.poll(() => differenceOf('low', guest), SOON).toBe(after);
    await guest.context().close();
    expect(complaints).toEqual([]);
  },
  3 * PATIENCE_MS,
);
