import type { Page } from 'playwright-core';

/** Points that a chart's spoken summary counts, one number a line; empty while there is nothing, or while it is out of sight. */
export async function pointsOf(page: Page, title: string): Promise<number[]> {
  const figure = page.locator('figure', { hasText: title }).first();
  // A chart is drawn when it comes near the window.
  for (let tries = 0; (await figure.count()) === 0 && tries < 20; tries++) {
    await page.mouse.wheel(0, 400);
    await page.waitForTimeout(100);
  }
  if ((await figure.count()) === 0) return [];
  await figure.scrollIntoViewIfNeeded();
  const summary = (await figure.textContent()) ?? '';
  return [...summary.matchAll(/(\d+) points/g)].map(([, points]) => Number(points));
}
