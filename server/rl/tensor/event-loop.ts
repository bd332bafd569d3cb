import { setImmediate } from 'node:timers/promises';

const MAX_BUSY_MS = 50;
let lastYieldAt = performance.now();

/**
 * Lets timers, sockets and messages have their turn, at most every 50 ms. Graphs run in the calling thread and a resolved
 * promise alone never leaves it, so a training loop would otherwise not hear "pause" until it ends.
 */
export async function yieldToEventLoop(): Promise<void> {
  if (performance.now() - lastYieldAt < MAX_BUSY_MS) return;
  await setImmediate();
  lastYieldAt = performance.now();
}
