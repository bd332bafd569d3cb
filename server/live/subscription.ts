import type { RunEvent } from '../contract/events.ts';
import type { Appended, EventStore } from '../store/events.ts';
import type { Progress } from './bus.ts';

const CHUNK_EVENTS = 500;

/**
 * One reader of one run: first what is stored after its last event, then what comes, in order, without gap or double.
 * Whatever happens between two reads shows as a gap in the numbers and is read from the store.
 */
export class Subscription {
  readonly #runId: string;
  readonly #events: EventStore;
  readonly #emit: (events: RunEvent[]) => void;
  #sentSeq: number;
  #waiting: Appended[] = [];
  #mustRead = true;
  #progress: Progress | null = null;
  #working = false;
  #closed = false;

  constructor(runId: string, afterSeq: number, events: EventStore, emit: (events: RunEvent[]) => void) {
    this.#runId = runId;
    this.#sentSeq = afterSeq;
    this.#events = events;
    this.#emit = emit;
  }

  /** Events were stored. */
  add(appended: Appended): void {
    if (appended.events.length > 0) this.#waiting.push(appended);
    else this.#mustRead = true;
    this.wake();
  }

  addProgress(progress: Progress): void {
    this.#progress = progress;
    this.wake();
  }

  /** Something may have been missed. */
  reread(): void {
    this.#mustRead = true;
    this.wake();
  }

  close(): void {
    this.#closed = true;
  }

  /** Sends what there is to send. */
  wake(): void {
    if (!this.#working) this.#work();
  }

  async #work(): Promise<void> {
    this.#working = true;
    try {
      await this.#send();
    } catch (error) {
      console.error(`[live] events of run ${this.#runId}: ${(error as Error).message}`);
      this.#mustRead = true; // with the next event
    }
  }

  /** Clears `working` in the same breath as its last look at what waits: nothing can come in between. */
  async #send(): Promise<void> {
    try {
      while (!this.#closed) {
        if (this.#mustRead) {
          this.#mustRead = false;
          await this.#readAll();
          continue;
        }
        const next = this.#waiting.shift();
        if (!next) break;
        if (next.lastSeq <= this.#sentSeq) continue;
        if (next.previousSeq > this.#sentSeq) this.#mustRead = true;
        else this.#deliver(next.events.filter(({ seq }) => seq > this.#sentSeq));
      }
      if (this.#progress && !this.#closed)
        this.#emit([{ ...this.#progress, runId: this.#runId, seq: this.#sentSeq, time: Date.now() }]);
      this.#progress = null;
    } finally {
      this.#working = false;
    }
  }

  async #readAll(): Promise<void> {
    while (!this.#closed) {
      const events = await this.#events.after(this.#runId, this.#sentSeq, CHUNK_EVENTS);
      this.#deliver(events);
      if (events.length < CHUNK_EVENTS) return;
    }
  }

  #deliver(events: RunEvent[]): void {
    const last = events.at(-1);
    if (!last || this.#closed) return;
    this.#sentSeq = last.seq;
    this.#emit(events);
  }
}
