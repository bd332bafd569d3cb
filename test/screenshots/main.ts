/**
 * The pictures of README and docs, taken in a browser: the runs of docs/results compared, and a short run and a sweep on generated
 * games that are trained here. `npm run screenshots` takes some minutes and writes docs/compare.png and docs/screens/*.png; with
 * `-- --data FOLDER` it keeps what it trains there, and takes the pictures again without training.
 */
import { existsSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import type { Page } from 'playwright-core';
import type { EpisodePage } from '../../server/contract/episode-query.ts';
import { presetConfig } from '../../server/contract/presets.ts';
import type { SweepSummary } from '../../server/contract/sweep-plan.ts';
import type { RunSummary } from '../../server/contract/views.ts';
import { readCommandLine } from '../../server/rl/command-line.ts';
import { openDatabase } from '../../server/store/open-database.ts';
import { makeStore } from '../../server/store/store.ts';
import { expandSweep } from '../../server/sweeps/sweep.ts';
import { openBrowser } from '../e2e/browser.ts';
import { callLab, freePort, type Lab, queryLab, startLab } from '../e2e/lab.ts';
import { storeStudyRuns } from './study-runs.ts';

const FOLDER = join('docs', 'screens');
const CONFIG = presetConfig('quick', { name: 'HiPER', games: 'generated', iterations: 40, evaluateEvery: 5 });
const SWEEP = expandSweep({
  ...{ name: 'Rate and kappa', preset: 'tiny', halving: {} },
  set: { games: 'generated', iterations: 9 },
  vary: { learningRate: { from: 1e-4, to: 1e-2, scale: 'log' }, kappa: [0, 0.6] },
  random: { configurations: 9 },
});
const SEEDS = [1, 2, 3, 4, 5];
const VIEW = { width: 1280, height: 820 };
/** What stays at the top of a page that is scrolled. */
const BARS_PX = 130;
const POLL_MS = 1000;
/** Charts draw, fonts load, toasts go. */
const SETTLING_MS = 2500;

const { values: flags } = readCommandLine({ options: { data: { type: 'string' } } }, 'npm run screenshots');
const dataFolder = flags.data ?? mkdtempSync(join(tmpdir(), 'hiper-screens-'));
mkdirSync(FOLDER, { recursive: true });
if (!existsSync(join(dataFolder, 'database'))) await storeStudy();
const lab = await startLab(dataFolder, await freePort());
const browser = await openBrowser();
try {
  const runId = await launchRun(lab);
  const sweepId = await launchSweep(lab);
  await endOfRun(lab, runId);
  await endOfSweep(lab, sweepId);
  const page = await browser.newPage({ viewport: VIEW, colorScheme: 'light' });
  for (const [name, address] of Object.entries(await addresses(lab, runId, sweepId)))
    await take(page, join(FOLDER, `${name}.png`), address);
  const study = (await listRuns(lab)).filter(({ config }) => config?.games !== 'generated').reverse();
  const ids = study.map(({ id }) => id);
  await take(page, join('docs', 'compare.png'), `/compare?runs=${ids.join(',')}`, 'Success in training');
} finally {
  await browser.close();
  await lab.stop('SIGTERM');
  if (!flags.data) rmSync(dataFolder, { recursive: true, force: true });
}

async function storeStudy(): Promise<void> {
  const database = await openDatabase({ databaseUrl: undefined, dataFolder });
  await storeStudyRuns(makeStore(database), SEEDS);
  await database.close();
}

function listRuns(lab: Lab): Promise<RunSummary[]> {
  return queryLab(lab, 'runs.list', undefined);
}

async function launchSweep(lab: Lab): Promise<string> {
  const [known] = await queryLab<SweepSummary[]>(lab, 'sweeps.list', undefined);
  return known?.id ?? (await callLab<{ id: string }>(lab, 'sweeps.launch', SWEEP)).id;
}

async function endOfSweep(lab: Lab, id: string): Promise<void> {
  for (;;) {
    const { state, failure } = await queryLab<SweepSummary>(lab, 'sweeps.get', { id });
    if (state === 'finished') return;
    if (state !== 'running') throw new Error(`the sweep is ${state}: ${failure}`);
    await wait(5 * POLL_MS);
  }
}

/** Where it is not there from before. */
async function launchRun(lab: Lab): Promise<string> {
  const known = (await listRuns(lab)).find(({ name }) => name === CONFIG.name);
  return (
    known?.id ?? (await callLab<{ id: string }>(lab, 'runs.launch', { config: CONFIG, preset: 'quick' })).id
  );
}

async function endOfRun(lab: Lab, id: string): Promise<void> {
  for (;;) {
    const { state, iteration } = await queryLab<RunSummary>(lab, 'runs.get', { id });
    process.stdout.write(`${state}, iteration ${iteration} of ${CONFIG.iterations}\n`);
    if (state === 'finished') return;
    if (state === 'failed') throw new Error(`the run failed:\n${lab.output()}`);
    await wait(5 * POLL_MS);
  }
}

/** Pages by the name of their picture; the episode is the latest won one of training with the most turns. */
async function addresses(lab: Lab, runId: string, sweepId: string): Promise<Record<string, string>> {
  const filter = { evaluation: false, won: true };
  const { episodes } = await queryLab<EpisodePage>(lab, 'episodes.list', { runId, filter });
  const [episode] = episodes.toSorted((a, b) => b.length - a.length);
  if (!episode) throw new Error('no episode of training was won');
  const replay = `/runs/${runId}/episodes/${episode.id}`;
  return {
    run: `/runs/${runId}`,
    training: `/runs/${runId}?tab=training`,
    episode: replay,
    lens: `${replay}/lens`,
    sweep: `/sweeps/${sweepId}`,
  };
}

/** `figure`: the title of the chart that the picture begins with. */
async function take(page: Page, path: string, address: string, figure?: string): Promise<void> {
  await page.goto(lab.url + address);
  await page.locator('main h1').first().waitFor();
  await page.waitForLoadState('networkidle');
  if (figure) {
    const chart = page.locator('figure', { hasText: figure }).first();
    await chart.evaluate((one, room) => scrollBy(0, one.getBoundingClientRect().top - room), BARS_PX);
  }
  await wait(SETTLING_MS);
  await page.screenshot({ path });
  process.stdout.write(`${path}\n`);
}
