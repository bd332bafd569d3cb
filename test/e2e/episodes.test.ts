import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { EpisodeOverview, EpisodePage } from '../../server/contract/episode-query.ts';
import { presetConfig } from '../../server/contract/presets.ts';
import type { RunDetail } from '../../server/contract/views.ts';
import { openDatabase } from '../../server/store/open-database.ts';
import { makeStore } from '../../server/store/store.ts';
import { makeBody, makeEpisode, makeTurn } from '../recorded-episode.ts';
import { temporaryFolder } from '../temporary-folder.ts';
import { openBrowser } from './browser.ts';
import { freePort, type Lab, queryLab, startLab } from './lab.ts';

const PATIENCE_MS = 240_000;
const CONFIG = presetConfig('tiny', { games: 'generated', iterations: 3, evaluationGames: 6 });
/** Four of each of three iterations; evaluations of six games before the first, after the second and the last. */
const STORED = 3 * 4 + 5 * 6;

let browser: Browser;
let lab: Lab;
let page: Page;
let runId: string;
let longId: string;
const dataFolder = temporaryFolder('hiper-e2e-episodes');
const complaints: string[] = [];

beforeAll(async () => {
  longId = await storeLongEpisode();
  browser = await openBrowser();
  lab = await startLab(dataFolder, await freePort());
  page = await browser.newPage({ viewport: { width: 1280, height: 900 } });
  page.setDefaultTimeout(20_000);
  page.on('pageerror', (error) => complaints.push(String(error)));
}, PATIENCE_MS);

afterAll(async () => {
  await browser?.close();
  await lab?.stop('SIGTERM');
});

/** A run that has ended, with an episode of a thousand turns of ten thousand characters. */
async function storeLongEpisode(): Promise<string> {
  const database = await openDatabase({ databaseUrl: undefined, dataFolder });
  const { runs, events } = makeStore(database);
  const { id } = await runs.create({ name: 'long', preset: 'tiny', config: CONFIG });
  const turns = Array.from({ length: 1000 }, (_, turn) =>
    makeTurn({
      observation: `turn ${turn + 1} `.repeat(1000).slice(0, 10_000),
      switched: turn % 7 === 0,
      admitted: turn !== 499,
    }),
  );
  const episode = makeEpisode({ length: 1000, invalid: 1 }, JSON.stringify(makeBody({ turns })));
  await events.append(id, [
    { kind: 'recording', iteration: 1, evaluation: false, split: 'train', part: 0, episodes: [episode] },
    { kind: 'state', from: 'queued', to: 'finished', reason: 'as a test wants it' },
  ]);
  await database.close();
  return id;
}

async function launch(): Promise<string> {
  const response = await fetch(`${lab.url}/api/trpc/runs.launch`, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify({ config: CONFIG, preset: 'tiny' }),
  });
  return ((await response.json()) as { result: { data: { id: string } } }).result.data.id;
}

const overview = () => queryLab<EpisodeOverview>(lab, 'episodes.overview', { runId });
const idsOf = async (filter: object) =>
  (await queryLab<EpisodePage>(lab, 'episodes.list', { runId, filter })).episodes.map(({ id }) => id);
const shownCount = (shown: Page) => shown.locator('[data-episode-count]').getAttribute('data-episode-count');
const currentTurn = () => page.locator('article[aria-current=step]').first().getAttribute('data-turn');

describe('episodes of a run', () => {
  it(
    'are stored once each, though its server is killed meanwhile',
    async () => {
      runId = await launch();
      await expect.poll(async () => (await overview()).stored, { timeout: PATIENCE_MS }).toBeGreaterThan(0);
      await lab.stop('SIGKILL');
      lab = await startLab(dataFolder, Number(new URL(lab.url).port));
      const state = async () => (await queryLab<RunDetail>(lab, 'runs.get', { id: runId })).state;
      await expect.poll(state, { timeout: PATIENCE_MS }).toBe('finished');
      expect(await overview()).toMatchObject({ recorded: STORED, stored: STORED, stride: 1 });
    },
    3 * PATIENCE_MS,
  );

  it('are a click away from the success curve, and narrowed by filters in the address', async () => {
    await page.goto(`${lab.url}/runs/${runId}`);
    await page.getByRole('link', { name: 'Episodes of iteration 3' }).click();
    await page.waitForURL(/tab=episodes/);
    await expect.poll(() => shownCount(page)).toBe('16');
    await page.getByRole('combobox', { name: 'Played in' }).click();
    await page.getByRole('option', { name: 'Rollouts', exact: true }).click();
    await expect.poll(() => shownCount(page)).toBe('4');
    expect(page.url()).toContain('origin=rollout');
    const [first] = await idsOf({ fromIteration: 3, evaluation: false });
    await page.getByRole('link', { name: first, exact: true }).waitFor();

    await page.getByRole('textbox', { name: 'Iterations' }).fill('3..1');
    await page.getByText('12, 5..20, 5.. or ..20').waitFor();
    await page.getByRole('button', { name: 'Show all' }).click();
    await expect.poll(() => shownCount(page)).toBe(String(STORED));
    await page.getByRole('searchbox', { name: 'Find in episodes' }).fill('no such words');
    await page.getByText('No episode fits the filter.').waitFor();
    await page.reload();
    await page.getByText('No episode fits the filter.').waitFor();
  });

  it('are those of an iteration that the log names; the note beside it is read as Markdown', async () => {
    await page.goto(`${lab.url}/runs/${runId}?tab=logs`);
    await page.getByRole('link', { name: 'iteration 2', exact: true }).first().click();
    await page.waitForURL(/tab=training&at=2$/);
    await page.getByRole('heading', { name: /^Episodes of iteration 2/ }).waitFor();
    await page.getByRole('tab', { name: 'Note and history' }).click();
    await page.getByRole('textbox', { name: 'Note' }).fill('# Found\n\n<b>raw</b>');
    await page.getByRole('button', { name: 'Save' }).click();
    await page.getByRole('heading', { name: 'Found' }).waitFor();
    await page.getByText('<b>raw</b>').waitFor();
    await page.getByRole('button', { name: 'Edit' }).click();
    expect(await page.getByRole('textbox', { name: 'Note' }).inputValue()).toContain('# Found');
  });

  it('are opened and read by keyboard, turn by turn; an address leads to a turn', async () => {
    await page.goto(`${lab.url}/runs/${runId}?tab=episodes&origin=rollout`);
    await expect.poll(() => shownCount(page)).toBe('12');
    const [first] = await idsOf({ evaluation: false });
    await page.keyboard.press('j');
    await page.keyboard.press('Enter');
    await page.getByRole('heading', { name: `Episode ${first}` }).waitFor();
    await page.getByText('Your task is to').first().waitFor();
    expect(await currentTurn()).toBe('1');
    await page.keyboard.press('j');
    await page.keyboard.press('j');
    await expect.poll(currentTurn).toBe('3');
    await page.keyboard.press('k');
    await expect.poll(currentTurn).toBe('2');
    expect(new URL(page.url()).hash).toBe('#turn-2');
    // Every level has its value and its advantage.
    const credit = page.locator('article[data-turn="1"] dl');
    await expect.poll(() => credit.textContent()).toMatch(/switch.*V.*A.*sub-goal.*V.*A.*action.*V.*A/);
    await page.getByRole('combobox', { name: 'Tokens coloured by' }).click();
    await page.getByRole('option', { name: /Entropy/ }).click();
    await expect.poll(() => page.url()).toContain('color=entropy');
    await page.reload();
    await expect.poll(currentTurn).toBe('2');
    expect(await page.getByRole('combobox', { name: 'Tokens coloured by' }).textContent()).toContain(
      'Entropy',
    );
  });

  it('of one game stand side by side', async () => {
    await page.goto(`${lab.url}/runs/${runId}/episodes/e3-valid_seen-1`);
    await page.getByRole('link', { name: 'e3-valid_seen-0' }).click();
    await page.getByRole('heading', { name: 'Episode e3-valid_seen-0' }).waitFor();
    await page.keyboard.press(']');
    await page.getByRole('heading', { name: 'Episode e3-valid_seen-1' }).waitFor();
    await page.keyboard.press('[');
    await page.getByRole('heading', { name: 'Episode e3-valid_seen-0' }).waitFor();
    await page.getByRole('combobox', { name: 'Beside it' }).click();
    await page.getByRole('option', { name: /^e0-valid_seen-0/ }).click();
    await page.getByRole('heading', { name: /^e0-valid_seen-0, evaluation on valid_seen before/ }).waitFor();
    expect(page.url()).toContain('with=e0-valid_seen-0');
    expect(await page.locator('article[data-turn="1"]').count()).toBe(2);
  });

  it('tell over training: a step moves distributions and episodes, and stands in the address', async () => {
    await page.goto(`${lab.url}/runs/${runId}?tab=training`);
    const step = page.getByRole('region', { name: 'Training step' });
    await step.getByText('Iteration 3 of 3').waitFor();
    await page.getByRole('heading', { name: 'Episodes of iteration 3' }).waitFor();
    const slider = page.getByRole('slider', { name: 'Iteration' });
    await slider.focus();
    await page.keyboard.press('Home');
    await step.getByText('Iteration 1 of 3').waitFor();
    await page.getByRole('heading', { name: 'Episodes of iteration 1' }).waitFor();
    await page.getByRole('heading', { name: /^Iteration 1, and all of training/ }).waitFor();
    await page.keyboard.press('ArrowRight');
    await expect.poll(() => page.url()).toContain('at=2');
    await page.keyboard.press(']');
    await expect.poll(() => page.url()).toContain('at=3');
    // Every episode was counted, not the stored ones alone.
    const episodes = CONFIG.iterations * CONFIG.episodesPerIteration;
    await page.getByText(`counted over all ${episodes} training episodes`).waitFor();
    const [first] = await page.locator('[data-subgoal]').all();
    const name = await first!.getAttribute('data-subgoal');
    await page.getByRole('searchbox', { name: 'Find sub-goals' }).fill(name!.toUpperCase());
    await expect.poll(() => page.url()).toContain('subgoal=');
    await expect.poll(() => page.locator('[data-subgoal]').first().getAttribute('data-subgoal')).toBe(name);
  });

  it('are shown by a link to their run', async () => {
    await page.goto(`${lab.url}/runs/${runId}`);
    await page.getByRole('button', { name: /^Share/ }).click();
    await page.getByRole('button', { name: /create link/i }).click();
    const link = await page.locator('input[readonly]').inputValue();
    const guest = await (await browser.newContext()).newPage();
    await guest.goto(`${link.split('?')[0]}?tab=episodes`);
    await guest.getByRole('link', { name: 'e3-valid_seen-0', exact: true }).click();
    await guest.getByRole('heading', { name: 'Episode e3-valid_seen-0' }).waitFor();
    await guest.getByText('Your task is to').first().waitFor();
    await guest.context().close();
  });

  it('are left out of a link where its maker wants that', async () => {
    await page.goto(`${lab.url}/runs/${runId}`);
    await page.getByRole('button', { name: /^Share/ }).click();
    await page.getByRole('checkbox', { name: /^Stored episodes/ }).click();
    await page.getByRole('button', { name: /create link/i }).click();
    const guest = await (await browser.newContext()).newPage();
    await guest.goto(await page.locator('input[readonly]').inputValue());
    await guest.getByRole('tab', { name: 'Figures' }).waitFor();
    await guest.locator('figure li').first().waitFor();
    expect(await guest.getByRole('tab', { name: 'Episodes' }).count()).toBe(0);
    expect(await guest.getByRole('link', { name: /^Episodes of/ }).count()).toBe(0);
    await guest.context().close();
  });

  it('are shared alone, at the turn that is looked at', async () => {
    await page.goto(`${lab.url}/runs/${runId}/episodes/t3-0#turn-2`);
    await page.getByRole('link', { name: 'Estimator lens' }).waitFor();
    await page.getByRole('button', { name: 'Share' }).click();
    await page.getByRole('button', { name: /create link/i }).click();
    const link = await page.locator('input[readonly]').inputValue();
    expect(new URL(link).hash).toBe('#turn-2');
    const guest = await (await browser.newContext()).newPage();
    await guest.goto(link);
    await guest.getByRole('heading', { name: 'Episode t3-0' }).waitFor();
    await guest.getByText('Your task is to').first().waitFor();
    const current = guest.locator('article[aria-current=step]').first();
    await expect.poll(() => current.getAttribute('data-turn')).toBe('2');
    // Nothing leads from here to its run or to other episodes: only to its turns.
    expect(await guest.locator('#content a:not([href^="#"])').count()).toBe(0);
    expect(await guest.getByRole('button', { name: 'Share' }).count()).toBe(0);
    await guest.context().close();
  });
});

it('a thousand turns of ten thousand characters: only those in sight are on the page', async () => {
  await page.goto(`${lab.url}/runs/${longId}/episodes/t1-0#turn-900`);
  await page.locator('article[data-turn="900"]').waitFor();
  await expect.poll(currentTurn).toBe('900');
  await page.keyboard.press('f');
  await expect.poll(currentTurn).toBe('500');
  await page.getByText('not admissible').first().waitFor();
  for (let step = 0; step < 40; step++) await page.keyboard.press('j');
  await expect.poll(currentTurn).toBe('540');
  await page.locator('article[data-turn="540"]').waitFor();
  expect(await page.locator('article[data-turn]').count()).toBeLessThan(30);
  await page.keyboard.press('e');
  await expect.poll(currentTurn).toBe('500');
});

it('no page has complained', () => {
  expect(complaints).toEqual([]);
});
