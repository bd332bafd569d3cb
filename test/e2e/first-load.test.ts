import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { temporaryFolder } from '../temporary-folder.ts';
import { openBrowser } from './browser.ts';
import { type FirstLoad, measureFirstLoad } from './first-load.ts';
import { freePort, type Lab, startLab } from './lab.ts';
import { storeRuns } from './stored-runs.ts';

let browser: Browser;
let lab: Lab;
let runs: string[];
const dataFolder = temporaryFolder('hiper-weight');

beforeAll(async () => {
  runs = await storeRuns(dataFolder);
  browser = await openBrowser();
  lab = await startLab(dataFolder, await freePort());
});

afterAll(async () => {
  await browser?.close();
  await lab?.stop('SIGTERM');
});

/** Gzipped kilobytes; what was reached and a little more. See `npm run bench -- first-load`. */
const BUDGETS: { page: string; path: () => string; most: FirstLoad }[] = [
  { page: 'home', path: () => '/', most: { named: 180, needed: 18, after: 135 } },
  { page: 'run', path: () => `/runs/${runs[0]}`, most: { named: 187, needed: 71, after: 155 } },
  {
    page: 'compare',
    path: () => `/compare?runs=${runs.slice(0, 3).join(',')}`,
    most: { named: 209, needed: 82, after: 155 },
  },
  { page: 'launch', path: () => '/runs/new', most: { named: 268, needed: 0, after: 135 } },
  { page: 'leaderboard', path: () => '/leaderboard', most: { named: 209, needed: 0, after: 160 } },
];

describe('the scripts of a first visit', () => {
  it.each(BUDGETS)('of the $page page stay within their budget', async ({ path, most }) => {
    const { named, needed, after } = await measureFirstLoad(browser, lab.url + path());
    expect(named / 1000).toBeLessThanOrEqual(most.named);
    expect((named + needed) / 1000).toBeLessThanOrEqual(most.named + most.needed);
    expect(after / 1000).toBeLessThanOrEqual(most.after);
    // It was told what the page is for, or nothing would come after.
    expect(after).toBeGreaterThan(0);
  });
});

it('a page whose later scripts do not come at first shows itself once they do', async () => {
  const page = await browser.newPage();
  const html = await (await fetch(`${lab.url}/runs/${runs[0]}`)).text();
  let refused = 0;
  let isAway = true;
  await page.route('**/*.js', (route) => {
    if (html.includes(new URL(route.request().url()).pathname) || !isAway) return route.continue();
    refused++;
    return route.abort();
  });
  await page.goto(`${lab.url}/runs/${runs[0]}`);
  await expect.poll(() => refused, { timeout: 10_000 }).toBeGreaterThan(30);
  isAway = false;
  await page.locator('[data-run-state]').waitFor({ timeout: 20_000 });
  await page.close();
}, 60_000);

it.each([3, 12])(
  'a comparison of %i runs asks for its data in its head, and for nothing twice',
  async (count) => {
    const path = `/compare?runs=${runs.slice(0, count).join(',')}`;
    const html = await (await fetch(lab.url + path)).text();
    const links = [...html.matchAll(/<link [^>]*as="fetch"[^>]*>/g)].map(([link]) => link);
    const early = links.map((link) => /href="([^"]+)"/.exec(link)![1]!.replaceAll('&amp;', '&'));
    expect(early).toHaveLength(2);
    // Tall enough for the first chart below the list of runs.
    const page = await browser.newPage({ viewport: { width: 1280, height: 3000 } });
    const asked: string[] = [];
    page.on('request', (request) => {
      const { pathname, search } = new URL(request.url());
      if (pathname.startsWith('/api/trpc/')) asked.push(pathname + search);
    });
    await page.goto(lab.url + path, { waitUntil: 'networkidle' });
    await page.locator('canvas').first().waitFor();
    expect(asked.slice(0, 2).sort()).toEqual(early.sort());
    expect(asked.toSorted()).toEqual([...new Set(asked)].sort());
    await page.close();
  },
  60_000,
);
