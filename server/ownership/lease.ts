import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { Worker } from 'node:worker_threads';
import { markOf, type ProcessMark, stateOf } from './identity.ts';
import {
  breakGate,
  changeHands,
  gateSignature,
  type LeaseContent,
  parseLease,
  readLease,
} from './lease-file.ts';
import { HELD, LOST, RELEASED, type RenewerData } from './renewal.ts';

/** A lease that was not renewed for this long, watched by one clock all the while, is nobody's. */
export const LEASE_PERIOD_MS = 10_000;
const RENEW_MS = 1_000;
const POLL_MS = 200;

/** Who stands in the way, and what is known of it. */
export interface Holder {
  /** Null for a lease that cannot be read. */
  mark: ProcessMark | null;
  /** Proven to be there: seen to renew, or found as a process. */
  alive: boolean;
  /** The first time that this waiting meets anyone. */
  first: boolean;
  /** Milliseconds until it is taken for gone, unless it shows a sign of life. */
  leftMs: number;
}

export interface LeaseOptions {
  /** Called at every look at a lease of somebody else, several times a second; throw to give up. */
  onHeld: (holder: Holder) => void | Promise<void>;
  /** Asked before every try: true ends the waiting without the lease. */
  satisfied?: () => boolean;
  /** Printed when the lease is lost to another process; this one is then killed at once, before it writes any more. */
  fence?: string;
  /** For tests. */
  periodMs?: number;
  renewMs?: number;
}

/** What this process owns until it is released, or lost. */
export interface Lease {
  token: string;
  /** Another process took it over, because this one showed no sign of life for a whole period. */
  readonly lost: boolean;
  release(): void;
}

/** This process's own leases by token. */
const held = new Map<string, Lease>();

/** However the process ends, short of being killed, nobody has to wait for what it held. */
function releaseAll(): void {
  for (const lease of held.values()) lease.release();
}

/**
 * Takes the lease at `path`, or waits for it: one whose owner is proven gone is taken over at once, one whose owner cannot be
 * seen from here (in another container, on another machine) after a whole period without a renewal. Clocks of two machines are
 * never compared. Null when `satisfied` became true.
 */
export async function takeLease(path: string, options: LeaseOptions): Promise<Lease | null> {
  const { periodMs = LEASE_PERIOD_MS } = options;
  const watch = new Watch(() => readLease(path));
  const gate = new Watch(() => gateSignature(path));
  for (let first = true; ; ) {
    if (options.satisfied?.()) return null;
    watch.look();
    const mark = watch.seen === null ? null : parseLease(watch.seen);
    const proven = mark === null ? 'unknown' : provenState(mark);
    if (watch.seen === null || proven === 'gone' || (proven === 'unknown' && watch.unchangedMs >= periodMs)) {
      const content = { ...markOf(process.pid), token: randomUUID() };
      if (changeHands(path, (text) => text === watch.seen, content)) return hold(path, content, options);
      gate.look();
      if (gate.seen !== null && gate.unchangedMs >= periodMs) breakGate(path, gate.seen);
    } else {
      const alive = proven === 'alive' || (mark !== null && watch.changes > 0);
      await options.onHeld({ mark, alive, first, leftMs: periodMs - watch.unchangedMs });
      first = false;
    }
    await sleep(POLL_MS);
  }
}

/** A lease of this very process that it does not hold is that of an earlier process with the same id. */
function provenState(content: LeaseContent): ReturnType<typeof stateOf> {
  const state = stateOf(content);
  return state === 'alive' && content.pid === process.pid && !held.has(content.token) ? 'gone' : state;
}

function hold(path: string, content: LeaseContent, options: LeaseOptions): Lease {
  const { periodMs = LEASE_PERIOD_MS, renewMs = RENEW_MS, fence = null } = options;
  const { token } = content;
  const state = new SharedArrayBuffer(Int32Array.BYTES_PER_ELEMENT);
  const shared = new Int32Array(state);
  const workerData: RenewerData = { path, content, renewMs, periodMs, fence, state };
  const renewer = new Worker(new URL('./renewer.ts', import.meta.url), { workerData, execArgv: [] });
  renewer.unref();
  if (held.size === 0) process.once('exit', releaseAll);
  const lease: Lease = {
    token,
    get lost() {
      return Atomics.load(shared, 0) === LOST;
    },
    release() {
      held.delete(token);
      if (held.size === 0) process.off('exit', releaseAll);
      if (Atomics.compareExchange(shared, 0, HELD, RELEASED) !== HELD) return;
      void renewer.terminate();
      changeHands(path, (text) => text !== null && parseLease(text)?.token === token, null);
    },
  };
  held.set(token, lease);
  return lease;
}

/** Something on disk, looked at again and again: for how long it has been the same. */
class Watch {
  readonly #read: () => string | null;
  #since = performance.now();
  seen: string | null = null;
  /** How often it became something else while it was watched, its disappearance included. */
  changes = 0;

  constructor(read: () => string | null) {
    this.#read = read;
    this.seen = read();
  }

  get unchangedMs(): number {
    return performance.now() - this.#since;
  }

  look(): void {
    const now = this.#read();
    if (now === this.seen) return;
    this.seen = now;
    this.changes += 1;
    this.#since = performance.now();
  }
}
