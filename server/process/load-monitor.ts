import { cpus } from 'node:os';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import type { ServerLoad } from '../contract/server-load.ts';

/** What is measured is told from half of this time to all of it. */
const LONGEST_MS = 60_000;
/** How often the delay is measured. The histogram counts it in. */
const RESOLUTION_MS = 20;

/** Measurements since a moment. */
interface Stretch {
  /** As `performance.now()`. */
  sinceMs: number;
  delays: ReturnType<typeof monitorEventLoopDelay>;
  own: NodeJS.CpuUsage;
  machine: { busy: number; all: number };
}

/** Measures how busy this process and its machine were in the last minute or so, all the time. */
export class LoadMonitor {
  #older: Stretch = begin();
  #newer: Stretch = begin();
  readonly #timer: NodeJS.Timeout;

  constructor(longestMs = LONGEST_MS) {
    this.#timer = setInterval(() => {
      this.#older.delays.disable();
      this.#older = this.#newer;
      this.#newer = begin();
    }, longestMs / 2).unref();
  }

  read(): ServerLoad {
    const { sinceMs, delays, own, machine } = this.#older;
    const seconds = (performance.now() - sinceMs) / 1000;
    const { user, system } = process.cpuUsage(own);
    const { busy, all } = machineTimes();
    const late = (nanoseconds: number) => Math.max(0, nanoseconds / 1e6 - RESOLUTION_MS);
    return {
      seconds,
      delayMs: {
        median: late(delays.percentile(50)),
        p99: late(delays.percentile(99)),
        max: late(delays.max),
      },
      serverCores: (user + system) / 1e6 / seconds,
      machineShare: (busy - machine.busy) / Math.max(1, all - machine.all),
    };
  }

  close(): void {
    clearInterval(this.#timer);
    this.#older.delays.disable();
    this.#newer.delays.disable();
  }
}

function begin(): Stretch {
  const delays = monitorEventLoopDelay({ resolution: RESOLUTION_MS });
  delays.enable();
  return { sinceMs: performance.now(), delays, own: process.cpuUsage(), machine: machineTimes() };
}

/** Of all cores together, in milliseconds. */
function machineTimes(): { busy: number; all: number } {
  let busy = 0;
  let idle = 0;
  for (const { times } of cpus()) {
    busy += times.user + times.nice + times.sys + times.irq;
    idle += times.idle;
  }
  return { busy, all: busy + idle };
}
