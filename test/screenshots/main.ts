/**
 * The pictures of README and docs, taken in a browser: the runs of docs/results compared, and a short run on generated games that
 * is trained here. `npm run screenshots` takes three minutes and writes docs/compare.png and docs/screens/*.png.
 */
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import type { Page } from 'playwright-core';
import type { EpisodePage } from '../../server/contract/episode-query.ts';
import { presetConfig } from '../../server/contract/presets.ts';
import type { RunDetail } from '../../server/contract/views.ts';
import { openDatabase } from '../../server/store/database.ts';
import { makeStore } from '../../server/store/store.ts';
import { openBrowser } from '../e2e/browser.ts';
import { callLab, freePort, type Lab, queryLab, startLab } from '../e2e/lab.ts';
import { storeStudyRuns } from './study-runs.ts';

const FOLDER = join('docs', 'screens');
const CONFIG = presetConfig('quick', { name: 'HiPER', games: 'generated', iterations: 40, evaluateEvery: 5 });
const SEEDS = [1, 2, 3, 4, 5];
const VIEW = { width: 1280, height: 820 };
/** What stays at the top of a page that is scrolled. */
const BARS_PX = 130;
const POLL_MS = 1000;
/** Charts draw, fonts load, toasts go. */
const SETTLING_MS = 2500;

const dataFolder = mkdtempSync(join(tmpdir(), 'hiper-screens-'));
mkdirSync(FOLDER, { recursive: true });
const studyIds = await storeStudy();
const lab = await startLab(dataFolder, await freePort());
const browser = await openBrowser();
try {
  const runId = await trainRun(lab);
  const page = await browser.newPage({ viewport: VIEW, colorScheme: 'light' });
  for (const [name, address] of Object.entries(await addresses(lab, runId)))
    await take(page, join(FOLDER, `${name}.png`), address);
  await take(page, join('docs', 'compare.png'), `/compare?runs=${studyIds.join(',')}`, 'Success in training');
} finally {
  await browser.close();
  await lab.stop('SIGTERM');
  rmSync(dataFolder, { recursive: true, force: true });
}

async function storeStudy(): Promise<string[]> {
  const database = await openDatabase({ databaseUrl: undefined, dataFolder });
  const ids = await storeStudyRuns(makeStore(database), SEEDS);
  await database.close();
  return ids;
}

async function trainRun(lab: Lab): Promise<string> {
  const { id } = await callLab<{ id: string }>(lab, 'runs.launch', { config: CONFIG, preset: 'quick' });
  for (;;) {
    const { state, iteration } = await queryLab<RunDetail>(lab, 'runs.get', { id });
    process.stdout.write(`${state}, iteration ${iteration} of ${CONFIG.iterations}\n`);
    if (state === 'finished') return id;
    if (state === 'failed') throw new Error(`the run failed:\n${lab.output()}`);
    await wait(5 * POLL_MS);
  }
}

/** Pages by the name of their picture; the episode is the latest won one of training with the most turns. */
async function addresses(lab: Lab, runId: string): Promise<Record<string, string>> {
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
