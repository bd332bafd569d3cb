import type { RunEvent } from '../contract/events.ts';
import { Lane } from '../limits/lane.ts';
import type { EventStore } from '../store/events.ts';

const CHUNK_EVENTS = 250;

/** A piece of a run's events; `full` when there may be more. */
export interface Chunk {
  events: readonly RunEvent[];
  full: boolean;
}

/** Reads events for many at once: few reads at a time, and one for all who wait for the same piece. */
export class EventReader {
  readonly #events: Pick<EventStore, 'after'>;
  readonly #lane: Lane;
  /** Reads that have not begun: whoever joins one sees everything that is stored by now. */
  readonly #waiting = new Map<string, Promise<Chunk>>();

  constructor(events: Pick<EventStore, 'after'>, atOnce: number) {
    this.#events = events;
    this.#lane = new Lane(atOnce);
  }

  /** The next events after `seq`, in order. */
  after(runId: string, seq: number): Promise<Chunk> {
    const key = `${runId} ${seq}`;
    const known = this.#waiting.get(key);
    if (known) return known;
    let begun = false as boolean;
    const read = this.#lane.run(async () => {
      begun = true;
      this.#waiting.delete(key);
      const events = await this.#events.after(runId, seq, CHUNK_EVENTS);
      return { events, full: events.length === CHUNK_EVENTS };
    });
    if (!begun) this.#waiting.set(key, read);
    return read;
  }
}
