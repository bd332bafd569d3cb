/**
 * Whether the comparison of many long runs opens and moves fluently: twenty runs of 100,000 iterations, every metric of the catalogue,
 * in a data folder that the store itself has filled, shown by the built app in headless Chromium.
 *
 *   npm run build && npm run bench -- dashboard [--runs 20] [--points 100000] [--folder DIR] [--opens 5]
 *
 * `open`: from the navigation, nothing cached in the browser, until every chart in the window has drawn every line. Under each time: the
 * processor time of the server and of the page's main thread, which say more on a busy machine. `zoom`: from the end of the drag until
 * the finer curves are drawn. `pan` and `hover`: frames a second, and those in which a chart was drawn anew. The folder stays in the
 * system's temporary folder and is used again; filling it takes some minutes (four runs are written as a trainer would, the others are copies of them).
 */
import { readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import type { Browser, Page } from 'playwright-core';
import { median } from '../../server/stats/median.ts';
import { openBrowser } from '../e2e/browser.ts';
import { freePort, type Lab, startLab } from '../e2e/lab.ts';
import { type Fluency, measureFluency, readDrawing, watchDrawing } from './dashboard/drawing.ts';
import { makeFolder } from './store/folder.ts';

const OPEN_MS = 1500;
const FRAMES_A_SECOND = 30;
const TIMEOUT_MS = 120_000;

const { values: flags } = parseArgs({
  options: {
    runs: { type: 'string', default: '20' },
    points: { type: 'string', default: '100000' },
    opens: { type: 'string', default: '5' },
    folder: { type: 'string', default: join(tmpdir(), 'hiper-bench-store') },
  },
});

/** Processor time in milliseconds. */
interface Cpu {
  server: number;
  page: number;
}

/** Of a process and its threads; 0 where the system does not tell. */
function serverCpu(lab: Lab): number {
  try {
    const stat = readFileSync(`/proc/${lab.process.pid}/stat`, 'utf8').split(') ')[1]!.split(' ');
    return (Number(stat[11]) + Number(stat[12])) * 10;
  } catch {
    return 0;
  }
}

async function pageCpu(page: Page): Promise<() => Promise<number>> {
  const session = await page.context().newCDPSession(page);
  await session.send('Performance.enable', { timeDomain: 'threadTicks' });
  return async () => {
    const { metrics } = await session.send('Performance.getMetrics');
    return 1000 * (metrics.find(({ name }) => name === 'TaskDuration')?.value ?? 0);
  };
}

interface Opened {
  page: Page;
  firstAt: number;
  allAt: number;
  charts: number;
  cpu: Cpu;
  /** Of the page's main thread so far. */
  readCpu: () => Promise<number>;
  /** Of the API's answers, as they travel. */
  bytes: number;
}

async function open(browser: Browser, lab: Lab, path: string, lines: number): Promise<Opened> {
  const context = await browser.newContext({ viewport: { width: 1440, height: 1000 } });
  const page = await context.newPage();
  page.setDefaultTimeout(TIMEOUT_MS);
  await watchDrawing(page, lines);
  const cpu = await pageCpu(page);
  const before = serverCpu(lab);
  await page.goto(lab.url + path, { waitUntil: 'commit' });
  const deadline = Date.now() + TIMEOUT_MS;
  for (;;) {
    const { firstAt, allAt, charts, whole } = await readDrawing(page);
    if (firstAt !== null && allAt !== null) {
      const bytes = await page.evaluate(() =>
        performance
          .getEntriesByType('resource')
          .map((entry) => entry as PerformanceResourceTiming)
          .filter(({ name }) => name.includes('/api/trpc/'))
          .reduce((sum, { transferSize }) => sum + transferSize, 0),
      );
      return {
        ...{ page, firstAt, allAt, charts, bytes, readCpu: cpu },
        cpu: { server: serverCpu(lab) - before, page: await cpu() },
      };
    }
    if (Date.now() > deadline)
      throw new Error(`after ${TIMEOUT_MS / 1000} s, ${whole} of ${charts} charts show ${lines} lines`);
    await page.waitForTimeout(50);
  }
}

const rounded = (value: number, digits = 0) => value.toFixed(digits);
const judged = (isGood: boolean) => (isGood ? 'within' : 'MISSES');

function tellOpening(
  name: string,
  { firstAt, allAt, charts, cpu, bytes }: Omit<Opened, 'page' | 'readCpu'>,
): void {
  console.log(
    `${name.padEnd(28)}${rounded(allAt).padStart(6)} ms, ${judged(allAt < OPEN_MS)} ${OPEN_MS} ms (first chart ${rounded(firstAt)} ms, ${charts} charts; processor: server ${rounded(cpu.server)} ms, page ${rounded(cpu.page)} ms; API ${rounded(bytes / 1e6, 2)} MB)`,
  );
}

/** `of`: frames in which a chart was drawn, or all of the page: not every move of the pointer changes a chart. */
function tellFluency(
  name: string,
  { frames, drawn, longestMs, cpuMs }: Fluency,
  of: 'drawn' | 'frames',
): void {
  const reached = of === 'drawn' ? drawn : frames;
  console.log(
    `${name.padEnd(28)}${rounded(reached).padStart(6)} frames/s, ${judged(reached > FRAMES_A_SECOND)} ${FRAMES_A_SECOND} (charts drawn ${rounded(drawn)} times/s, ${rounded(cpuMs)} ms of processor each; longest pause ${rounded(longestMs)} ms)`,
  );
}

/** Where the drawing of the first chart is in the window, brought there. */
async function plotArea(page: Page) {
  const plot = page.locator('.u-over').first();
  // The list of twenty runs above it takes most of the window.
  await plot.evaluate((element) => element.scrollIntoView({ block: 'center', behavior: 'instant' }));
  const box = await plot.boundingBox();
  if (!box) throw new Error('there is no chart');
  return box;
}

/** Moves the mouse between two places of a chart, to and fro, as often as the page takes it. */
async function sweep(page: Page, from: number, to: number, seconds: number): Promise<void> {
  const { x, y, width, height } = await plotArea(page);
  const end = Date.now() + seconds * 1000;
  for (let step = 0; Date.now() < end; step++) {
    const part = 0.5 - 0.5 * Math.cos(step / 12);
    await page.mouse.move(x + width * (from + (to - from) * part), y + height / 2);
  }
}

/** Milliseconds from the end of a drag until the curves of that part are drawn as finely as they come. */
async function zoom(page: Page): Promise<number> {
  const { x, y, width, height } = await plotArea(page);
  const answered = page.waitForResponse((response) => response.url().includes('window'));
  await page.mouse.move(x + width * 0.4, y + height / 2);
  await page.mouse.down();
  await page.mouse.move(x + width * 0.6, y + height / 2, { steps: 5 });
  await page.evaluate(() => {
    window.probe.drawn = [];
  });
  const started = await page.evaluate(() => performance.now());
  await page.mouse.up();
  await answered;
  await page.waitForTimeout(1500);
  return (await page.evaluate(() => window.probe.drawn.at(-1)!)) - started;
}

const { folder, runIds } = await makeFolder(flags.folder, {
  runs: Number(flags.runs),
  iterations: Number(flags.points),
  every: 1000,
  written: 4,
});
const lab = await startLab(folder, await freePort());
const browser = await openBrowser();
const path = `/compare?runs=${runIds.join(',')}`;
try {
  console.log(`${runIds.length} runs of ${flags.points} iterations`);
  const cold = await open(browser, lab, path, runIds.length);
  await cold.page.context().close();
  tellOpening('open, server just started', cold);
  const again: Opened[] = [];
  for (let count = 0; count < Number(flags.opens); count++) {
    const opened = await open(browser, lab, path, runIds.length);
    again.push(opened);
    if (count < Number(flags.opens) - 1) await opened.page.context().close();
  }
  const of = (read: (opened: Opened) => number) => median(again.map(read));
  tellOpening(`open, median of ${again.length}`, {
    ...{ firstAt: of(({ firstAt }) => firstAt), allAt: of(({ allAt }) => allAt) },
    ...{ bytes: of(({ bytes }) => bytes), charts: again[0]!.charts },
    cpu: { server: of(({ cpu }) => cpu.server), page: of(({ cpu }) => cpu.page) },
  });
  const { page, readCpu } = again.at(-1)!;
  await page.waitForTimeout(2000);
  tellFluency('hover', await measureFluency(page, readCpu, () => sweep(page, 0.1, 0.9, 4)), 'frames');
  console.log(
    `${'zoom'.padEnd(28)}${rounded(await zoom(page)).padStart(6)} ms until the finer curves are drawn`,
  );
  const pan = await measureFluency(page, readCpu, async () => {
    await page.keyboard.down('Shift');
    const { x, y, width, height } = await plotArea(page);
    await page.mouse.move(x + width / 2, y + height / 2);
    await page.mouse.down();
    await sweep(page, 0.2, 0.8, 4);
    await page.mouse.up();
    await page.keyboard.up('Shift');
  });
  tellFluency('pan', pan, 'drawn');
} finally {
  await browser.close();
  await lab.stop('SIGTERM');
}
