import { gzipSync } from 'node:zlib';
import type { Browser } from 'playwright-core';
import { CONTENT_MARK } from '../../app/_ui/later.ts';

/** Gzipped bytes of the scripts that a page asks for on its first visit, nothing clicked. */
export interface FirstLoad {
  /** Named by the page itself: they run before it can be used. */
  named: number;
  /** Asked for by those before the page shows what one has come for, beside the data that it shows. */
  needed: number;
  /** Asked for after that: menus, dialogs, toasts. */
  after: number;
}

/** A page that asked for no script for so long asks for none any more. */
const QUIET_MS = 1500;
/** On a busy machine. */
const MOST_MS = 60_000;

/** Opens a page with an empty cache and waits until it asks for nothing more. Throws where it never says that its content is shown. */
export async function measureFirstLoad(browser: Browser, url: string): Promise<FirstLoad> {
  const context = await browser.newContext({ viewport: { width: 1440, height: 1000 } });
  const page = await context.newPage();
  const scripts: Promise<[path: string, bytes: number]>[] = [];
  page.on('response', (response) => {
    if (response.request().resourceType() !== 'script') return;
    const { pathname } = new URL(response.url());
    scripts.push(response.body().then((body) => [pathname, gzipSync(body).length]));
  });
  // Far more than any page of a test has.
  await page.addInitScript(() => performance.setResourceTimingBufferSize(5000));
  const response = await page.goto(url, { waitUntil: 'load', timeout: MOST_MS });
  if (!response?.ok()) throw new Error(`${url} answered ${response?.status()}`);
  const sources = [...(await response.text()).matchAll(/<script[^>]* src="([^"]+)"/g)];
  const named = new Set(sources.map(([, source]) => new URL(source ?? '', url).pathname));
  await page.waitForFunction((mark) => performance.getEntriesByName(mark).length > 0, CONTENT_MARK, {
    timeout: MOST_MS,
  });
  const load: FirstLoad = { named: 0, needed: 0, after: 0 };
  for (let known = -1; known < scripts.length; ) {
    known = scripts.length;
    await Promise.all(scripts);
    // By the page's own clock: a busy page is not a quiet one.
    await page.evaluate(
      (ms) => new Promise((done) => requestAnimationFrame(() => setTimeout(done, ms))),
      QUIET_MS,
    );
  }
  page.removeAllListeners('response');
  const isAfter = new Set(await page.evaluate(readScriptsAfter, CONTENT_MARK));
  for (const [path, bytes] of new Map(await Promise.all(scripts)))
    load[named.has(path) ? 'named' : isAfter.has(path) ? 'after' : 'needed'] += bytes;
  await context.close();
  return load;
}

/** In the page: paths of the scripts that it asked for once its content was shown; none where it never was. */
function readScriptsAfter(mark: string): string[] {
  const shownAt = performance.getEntriesByName(mark)[0]?.startTime ?? Number.POSITIVE_INFINITY;
  return performance
    .getEntriesByType('resource')
    .filter(({ name, startTime }) => name.includes('.js') && startTime > shownAt)
    .map(({ name }) => new URL(name).pathname);
}
