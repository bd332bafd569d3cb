import { gzipSync } from 'node:zlib';
import type { Browser } from 'playwright-core';

/** Gzipped bytes of the scripts that a page asks for on its first visit, nothing clicked. */
export interface FirstLoad {
  /** Named by the page itself: they run before it can be used. */
  named: number;
  /** Asked for by those, beside the data that they show. */
  later: number;
}

/** A page that asked for no script for so long asks for none any more. */
const QUIET_MS = 1500;

/** Opens a page with an empty cache and waits until it asks for nothing more. */
export async function measureFirstLoad(browser: Browser, url: string): Promise<FirstLoad> {
  const context = await browser.newContext({ viewport: { width: 1440, height: 1000 } });
  const page = await context.newPage();
  const scripts: Promise<[path: string, bytes: number]>[] = [];
  page.on('response', (response) => {
    if (response.request().resourceType() !== 'script') return;
    const { pathname } = new URL(response.url());
    scripts.push(response.body().then((body) => [pathname, gzipSync(body).length]));
  });
  const response = await page.goto(url, { waitUntil: 'networkidle' });
  if (!response?.ok()) throw new Error(`${url} answered ${response?.status()}`);
  const sources = [...(await response.text()).matchAll(/<script[^>]* src="([^"]+)"/g)];
  const named = new Set(sources.map(([, source]) => new URL(source ?? '', url).pathname));
  const load: FirstLoad = { named: 0, later: 0 };
  for (let known = -1; known < scripts.length; ) {
    known = scripts.length;
    await Promise.all(scripts);
    await page.waitForTimeout(QUIET_MS);
  }
  page.removeAllListeners('response');
  for (const [path, bytes] of new Map(await Promise.all(scripts)))
    load[named.has(path) ? 'named' : 'later'] += bytes;
  await context.close();
  return load;
}
