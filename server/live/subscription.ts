import type { RunEvent } from '../contract/events.ts';
import type { Appended } from '../store/events.ts';
import type { Progress } from './bus.ts';
import { complain } from './complain.ts';
import type { EventReader } from './event-reader.ts';
import type { Outlet } from './outlet.ts';

const FIRST_RETRY_MS = 500;
const LONGEST_RETRY_MS = 10_000;

/**
 * One reader of one run: first what is stored after its last event, then what comes, in order, without gap or double.
 * It holds no events: what cannot be sent at once shows as a gap in the numbers and is read from the store, piece by
 * piece, as fast as the reader takes it.
 */
export class Subscription {
  readonly #runId: string;
  readonly #reader: Pick<EventReader, 'after'>;
  readonly #outlet: Pick<Outlet, 'hasRoom' | 'turn'>;
  readonly #emit: (events: readonly RunEvent[]) => void;
  #sentSeq: number;
  #mustRead = true;
  #progress: Progress | null = null;
  #working = false;
  #closed = false;
  #retryMs = FIRST_RETRY_MS;

  constructor(
    runId: string,
    afterSeq: number,
    reader: Pick<EventReader, 'after'>,
    outlet: Pick<Outlet, 'hasRoom' | 'turn'>,
    emit: (events: readonly RunEvent[]) => void,
  ) {
    this.#runId = runId;
    this.#sentSeq = afterSeq;
    this.#reader = reader;
    this.#outlet = outlet;
    this.#emit = emit;
  }

  /** Events were stored. */
  add({ events, previousSeq, lastSeq }: Appended): void {
    if (lastSeq <= this.#sentSeq) return;
    const fits = !this.#mustRead && !this.#working && this.#outlet.hasRoom;
    if (fits && events.length > 0 && previousSeq <= this.#sentSeq)
      this.#deliver(events.filter(({ seq }) => seq > this.#sentSeq));
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
    if (!this.#working) void this.#work();
  }

  /** Clears `working` in the same breath as its last look at what is to be read: nothing can come in between. */
  async #work(): Promise<void> {
    this.#working = true;
    try {
      while (this.#mustRead && !this.#closed) await this.#outlet.turn(() => this.#readOn());
      if (this.#progress && this.#outlet.hasRoom) this.#tellProgress(this.#progress);
      this.#progress = null;
      this.#retryMs = FIRST_RETRY_MS;
    } catch (error) {
      if (this.#retryMs === FIRST_RETRY_MS) complain(error);
      this.#retryLater();
    } finally {
      this.#working = false;
    }
  }

  async #readOn(): Promise<void> {
    this.#mustRead = false;
    try {
      const { events, full } = await this.#reader.after(this.#runId, this.#sentSeq);
      if (full) this.#mustRead = true;
      this.#deliver(events);
    } catch (error) {
      this.#mustRead = true;
      throw error;
    }
  }

  /** The database does not answer: it will, and the reader has waited for less. */
  #retryLater(): void {
    setTimeout(() => this.wake(), this.#retryMs).unref();
    this.#retryMs = Math.min(2 * this.#retryMs, LONGEST_RETRY_MS);
  }

  #tellProgress(progress: Progress): void {
    if (!this.#closed)
      this.#emit([{ ...progress, runId: this.#runId, seq: this.#sentSeq, time: Date.now() }]);
  }

  #deliver(events: readonly RunEvent[]): void {
    const last = events.at(-1);
    if (!last || this.#closed) return;
    this.#sentSeq = last.seq;
    this.#emit(events);
  }
}
