import type { FileHandle } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';

/** Tries in a row that bring nothing before a download is given up, and the pause between them. */
const TRIES = 4;
const PAUSE_MS = 1000;

export interface Retries {
  /** Whether a failure may pass by itself; others are thrown at once. */
  isPassing(error: unknown): boolean;
  /** What is thrown in the end: the last failure, undefined where the file only ended early. */
  gaveUp(error: unknown): unknown;
  /** For tests. */
  pauseMs?: number | undefined;
}

/** Appends to a file until it has its length, on from where it stands, whatever happens on the way; `append` gets where it starts. */
export async function appendRest(
  handle: FileHandle,
  bytes: number,
  append: (start: number) => Promise<void>,
  { isPassing, gaveUp, pauseMs = PAUSE_MS }: Retries,
): Promise<void> {
  let { size } = await handle.stat();
  for (let idle = 0; size !== bytes; ) {
    if (size > bytes) await handle.truncate(0);
    const before = size > bytes ? 0 : size;
    const error = await append(before).catch((error: unknown) => error);
    ({ size } = await handle.stat());
    if (error !== undefined && !isPassing(error)) throw error;
    if (size > before && size <= bytes) idle = 0;
    else if (++idle === TRIES) throw gaveUp(error);
    if (size !== bytes) await sleep(pauseMs);
  }
  await handle.sync();
}
