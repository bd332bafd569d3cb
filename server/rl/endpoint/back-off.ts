import { setTimeout as sleep } from 'node:timers/promises';

/** Pauses after faults in a row, doubled each time. */
const FIRST_WAIT_MS = 1000;
const LONGEST_WAIT_MS = 30_000;

/**
 * One for all questions to an endpoint: after a fault everybody waits, the longer the more faults come in a row, or as long as the endpoint
 * asks.
 */
export class BackOff {
  readonly #firstWaitMs: number;
  #notBefore = 0;
  #inARow = 0;

  /** `firstWaitMs` is shorter in tests. */
  constructor(firstWaitMs = FIRST_WAIT_MS) {
    this.#firstWaitMs = firstWaitMs;
  }

  /** Resolves when questions may be asked. Rejects when `signal` is aborted. */
  async wait(signal: AbortSignal): Promise<void> {
    signal.throwIfAborted();
    for (let left = this.#left(); left > 0; left = this.#left()) await sleep(left, undefined, { signal });
  }

  /** Takes note of a fault; returns for how many milliseconds nothing is asked now, null where nothing was asked already. */
  failed(askedMs: number | null): number | null {
    // Questions that were under way together fail together: that is one fault.
    const isWaiting = this.#left() > 0;
    if (!isWaiting) this.#inARow += 1;
    const own = Math.min(LONGEST_WAIT_MS, this.#firstWaitMs * 2 ** (this.#inARow - 1));
    this.#notBefore = Math.max(this.#notBefore, performance.now() + (askedMs ?? own));
    return isWaiting ? null : this.#left();
  }

  succeeded(): void {
    this.#inARow = 0;
  }

  #left(): number {
    return this.#notBefore - performance.now();
  }
}
