/**
 * What the pages weigh: gzipped kilobytes of the scripts that a first visit asks for in headless Chromium, on the built app with
 * twelve stored runs. `named`: in the page itself, so before it can be used; `needed`: what those fetch by
 * themselves before it shows its runs or curves; `after`: what comes then (menus, dialogs, toasts).
 *
 *   npm run build && node test/bench/first-load.ts
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openBrowser } from '../e2e/browser.ts';
import { measureFirstLoad } from '../e2e/first-load.ts';
import { freePort, startLab } from '../e2e/lab.ts';
import { storeRuns } from '../e2e/stored-runs.ts';

const folder = mkdtempSync(join(tmpdir(), 'hiper-first-load-'));
const [first, ...others] = await storeRuns(folder);
const lab = await startLab(folder, await freePort());
const browser = await openBrowser();
const paths = {
  '/': '/',
  '/runs': '/runs',
  '/runs/[id]': `/runs/${first}`,
  '/runs/new': '/runs/new',
  '/compare': `/compare?runs=${[first, ...others.slice(0, 2)].join(',')}`,
  '/leaderboard': '/leaderboard',
  '/statistics': '/statistics',
  '/reports': '/reports',
  '/shares': '/shares',
  '/keys': '/keys',
  '/system': '/system',
};
const kilobytes = (bytes: number) => (bytes / 1000).toFixed(0).padStart(8);

process.stdout.write(
  `${'page'.padEnd(14)}${['named', 'needed', 'sum', 'after'].map((word) => word.padStart(8)).join('')}\n`,
);
for (const [name, path] of Object.entries(paths)) {
  const { named, needed, after } = await measureFirstLoad(browser, lab.url + path);
  process.stdout.write(
    `${name.padEnd(14)}${[named, needed, named + needed, after].map(kilobytes).join('')}\n`,
  );
}

await browser.close();
await lab.stop('SIGTERM');
rmSync(folder, { recursive: true });
