/**
 * The thread that renews a lease. A thread of its own, because the owner's may be busy for seconds: PGlite runs a query inside
 * it, a trainer a whole batch. One write a second against a period of ten leaves room for a machine that is slow ten times over.
 */
import { writeSync } from 'node:fs';
import { workerData } from 'node:worker_threads';
import { changeHands, parseLease, readLease, renewLease } from './lease-file.ts';
import { HELD, LOST, type RenewerData } from './renewal.ts';

/** A disk this full takes no other process's lease either. */
const FULL = ['ENOSPC', 'EDQUOT'];

const { path, content, renewMs, periodMs, fence, state } = workerData as RenewerData;
const shared = new Int32Array(state);
let count = 0;
let renewedAt = performance.now();

const timer = setInterval(renew, renewMs);

function renew(): void {
  if (Atomics.load(shared, 0) !== HELD) {
    clearInterval(timer);
    return;
  }
  // After so long without a renewal somebody may be about to take over: only the gate tells. Likewise where the file was removed.
  const isLate = performance.now() - renewedAt > periodMs / 2;
  try {
    count += 1;
    if (isLate ? takeBack() : renewLease(path, content.token, count) || takeBack()) {
      renewedAt = performance.now();
      return;
    }
  } catch (error) {
    if (FULL.includes((error as NodeJS.ErrnoException).code ?? '')) return;
  }
  if (performance.now() - renewedAt > periodMs || isReplaced()) lose();
}

/** Makes sure inside the gate that the lease is nobody else's. */
function takeBack(): boolean {
  const isOurs = (text: string | null) => text === null || parseLease(text)?.token === content.token;
  return changeHands(path, isOurs, content) && renewLease(path, content.token, count);
}

function isReplaced(): boolean {
  try {
    const text = readLease(path);
    return text !== null && parseLease(text)?.token !== content.token;
  } catch {
    return false;
  }
}

function lose(): void {
  clearInterval(timer);
  if (Atomics.compareExchange(shared, 0, HELD, LOST) !== HELD || fence === null) return;
  writeSync(2, `${fence}\n`);
  // The owner's thread may be in the middle of a write: nothing gentler stops it at once.
  process.kill(process.pid, 'SIGKILL');
}
