import type { RunState } from '../contract/events.ts';
import { cleanText, LONGEST_LINE, LONGEST_REASON } from '../contract/text.ts';
import type { Appended, AppendGuard, EventPayload, EventStore } from '../store/events.ts';
import type { Bus } from './bus.ts';

/** Stores events of runs, then tells about them: what nobody can lose any more is what everybody sees. */
export class Journal {
  readonly #events: EventStore;
  readonly #bus: Bus;
  /** The last write of each run: one after the other, so that they are told in the order of their numbers. */
  readonly #tails = new Map<string, Promise<unknown>>();

  constructor(events: EventStore, bus: Bus) {
    this.#events = events;
    this.#bus = bus;
  }

  /** See EventStore.append. */
  record(runId: string, payloads: readonly EventPayload[], guard?: AppendGuard): Promise<Appended> {
    const earlier = this.#tails.get(runId) ?? Promise.resolve();
    const write = earlier.then(async () => {
      const appended = await this.#events.append(runId, payloads.map(storable), guard);
      if (appended.events.length > 0) this.#bus.publish({ type: 'appended', ...appended });
      if (appended.events.some((event) => event.kind === 'state')) this.#bus.publishRunsChanged([runId]);
      return appended;
    });
    const tail = write.catch(() => undefined);
    this.#tails.set(runId, tail);
    tail.then(() => {
      if (this.#tails.get(runId) === tail) this.#tails.delete(runId);
    });
    return write;
  }

  /** Throws AppError `conflict` when the run is no longer in the state `from`. */
  async recordState(
    runId: string,
    change: { from: RunState; to: RunState; reason: string },
    attempt?: number,
  ): Promise<void> {
    await this.record(runId, [{ kind: 'state', ...change }], { state: change.from, attempt });
  }
}

/** What programs say in words may quote a file or a database: whatever it holds, what it explains must be stored. */
function storable(payload: EventPayload): EventPayload {
  if (payload.kind === 'state') return { ...payload, reason: cleanText(payload.reason, LONGEST_REASON) };
  if (payload.kind === 'log') return { ...payload, text: cleanText(payload.text, LONGEST_LINE) };
  return payload;
}
