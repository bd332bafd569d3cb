import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { temporaryFolder } from '../temporary-folder.ts';
import { openBrowser } from './browser.ts';
import { freePort, type Lab, startLab } from './lab.ts';
import { storeRuns } from './stored-runs.ts';

const PATIENCE_MS = 120_000;

let browser: Browser;
let lab: Lab;
let page: Page;
const dataFolder = temporaryFolder('hiper-charts');

beforeAll(async () => {
  const runs = await storeRuns(dataFolder);
  browser = await openBrowser();
  lab = await startLab(dataFolder, await freePort());
  page = await browser.newPage({ viewport: { width: 1280, height: 900 } });
  await page.goto(
    `${lab.url}/compare?runs=${runs.slice(0, 3).join(',')}&by=run&metrics=success&smooth=0&zoom=8,16`,
  );
  await page.locator('.u-over').first().waitFor({ timeout: PATIENCE_MS });
}, 2 * PATIENCE_MS);

afterAll(async () => {
  await browser?.close();
  await lab?.stop('SIGTERM');
});

/** Places of coloured pixels of the first chart, as `x + y * width`: those of lines, and those of lines that step back. */
interface Ink {
  width: number;
  strong: number[];
  faint: number[];
}

/** Until the first chart has drawn its lines. */
async function untilDrawn(): Promise<void> {
  const strong = async () => (await readInk()).strong.length;
  await expect.poll(strong, { timeout: PATIENCE_MS }).toBeGreaterThan(1000);
}

/** What the first chart shows two frames from now. */
function readInk(): Promise<Ink> {
  return page.evaluate(async () => {
    for (let frame = 0; frame < 2; frame++) await new Promise(requestAnimationFrame);
    const ink: Ink = { width: 1, strong: [], faint: [] };
    const canvas = document.querySelector('canvas');
    if (!canvas) return ink;
    const { width, height } = canvas;
    const { data } = canvas.getContext('2d')!.getImageData(0, 0, width, height);
    ink.width = width;
    for (let at = 0; at < width * height; at++) {
      const [red, green, blue, alpha] = data.slice(4 * at, 4 * at + 4);
      const colour = Math.max(red!, green!, blue!) - Math.min(red!, green!, blue!);
      // The grid and the numbers are grey.
      if (colour < 60) continue;
      if (alpha! > 200) ink.strong.push(at);
      else if (alpha! > 30 && alpha! < 70) ink.faint.push(at);
    }
    return ink;
  });
}

/** Share of the ink of one picture that has none of another within two pixels. */
function shareAway(ink: Ink, other: Ink): number {
  const near = new Set<number>();
  for (const at of other.strong)
    for (let y = -2; y <= 2; y++) for (let x = -2; x <= 2; x++) near.add(at + y * other.width + x);
  return ink.strong.filter((at) => !near.has(at)).length / ink.strong.length;
}

describe('a chart that shows a part of its x axis', () => {
  it(
    'moves its lines along while the reader drags, to where they stand afterwards',
    async () => {
      await untilDrawn();
      const plot = page.locator('.u-over').first();
      await plot.scrollIntoViewIfNeeded();
      const { x, y, width, height } = (await plot.boundingBox())!;
      const before = await readInk();
      await page.keyboard.down('Shift');
      await page.mouse.move(x + width * 0.6, y + height / 2);
      await page.mouse.down();
      await page.mouse.move(x + width * 0.35, y + height / 2, { steps: 4 });
      const moving = await readInk();
      await page.mouse.up();
      await page.keyboard.up('Shift');
      await page.mouse.move(x + width * 0.35, y - 200);
      await expect.poll(() => new URL(page.url()).searchParams.get('zoom')).not.toBe('8,16');
      const after = await readInk();
      const [from, to] = new URL(page.url()).searchParams.get('zoom')!.split(',').map(Number);
      expect(from).toBeCloseTo(10, 0);
      expect(to! - from!).toBeCloseTo(8, 1);
      expect(shareAway(moving, before)).toBeGreaterThan(0.2);
      expect(shareAway(moving, after)).toBeLessThan(0.1);
      expect(shareAway(after, moving)).toBeLessThan(0.1);
    },
    PATIENCE_MS,
  );

  it(
    'lets all lines step back but the one that is pointed at, and then shows them as before',
    async () => {
      await untilDrawn();
      const before = await readInk();
      // A dotted line: less ink than the others, however wide.
      await page.locator('figure').first().locator('li').last().hover();
      await expect
        .poll(async () => (await readInk()).faint.length)
        .toBeGreaterThan(before.faint.length + 100);
      const pointed = await readInk();
      expect(pointed.strong.length).toBeGreaterThan(100);
      expect(pointed.strong.length).toBeLessThan(before.strong.length * 0.7);
      await page.mouse.move(0, 0);
      await expect.poll(async () => (await readInk()).faint.length).toBeLessThan(before.faint.length + 20);
      const after = await readInk();
      expect(shareAway(after, before)).toBe(0);
      expect(shareAway(before, after)).toBe(0);
      expect(after.strong.length / before.strong.length).toBeCloseTo(1, 1);
    },
    PATIENCE_MS,
  );
});
