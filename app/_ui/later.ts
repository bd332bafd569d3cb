'use client';
import { useEffect } from 'react';
import { patiently } from './ahead.ts';

/** A page that says nothing of it is taken to show what it is for so long after its script; one that will say so, at last. */
const PATIENCE_MS = 1000;
const LAST_MS = 15_000;
/** Mark on the browser's timeline, for measurements. */
export const CONTENT_MARK = 'content shown';

let tell = () => {};
const shown = new Promise<void>((resolve) => {
  tell = resolve;
});

let isAwaited = false;

/** For a page's own script: it will say when its content is shown. */
export function awaitContent(): void {
  isAwaited = true;
}

async function sayNothing(): Promise<void> {
  await sleep(PATIENCE_MS);
  if (isAwaited) await sleep(LAST_MS);
}

const sleep = (ms: number) => new Promise<void>((resolve) => setTimeout(resolve, ms));

/** Once this is rendered with true, the page shows what one has come for, and the rest of its scripts may come. */
export function useContentShown(isShown: boolean): void {
  useEffect(() => {
    if (!isShown) return;
    performance.mark(CONTENT_MARK);
    // After the frame that shows it.
    requestAnimationFrame(() => setTimeout(tell));
  }, [isShown]);
}

/** For `dynamic`: what nobody needs at the first glance. Its script is fetched after the content is shown, not beside it. */
export function later<T>(load: () => Promise<T>): () => Promise<T> {
  return patiently(async () => {
    await Promise.race([shown, sayNothing()]);
    return load();
  });
}
