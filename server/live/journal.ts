import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { AppError } from '../contract/error.ts';
import type { RunState, StateEvent } from '../contract/events.ts';
import { cleanText, LONGEST_LINE, LONGEST_REASON } from '../contract/text.ts';
import type { Appended, AppendGuard, EventPayload, EventStore } from '../store/events.ts';
import type { DatabaseLink } from '../store/link.ts';
import { codeOf } from '../store/outage.ts';
import type { Bus } from './bus.ts';

/** How often, and after how long, the end of a run is tried to store whose reason the database refuses. */
const LAST_TRIES = 3;
const LAST_TRY_MS = 500;

/** Stores events of runs, then tells about them: what nobody can lose any more is what everybody sees. */
export class Journal {
  readonly #events: EventStore;
  readonly #bus: Bus;
  readonly #link: DatabaseLink;
  /** The last write of each run: one after the other, so that they are told in the order of their numbers. */
  readonly #tails = new Map<string, Promise<unknown>>();

  constructor(events: EventStore, bus: Bus, link: DatabaseLink) {
    this.#events = events;
    this.#bus = bus;
    this.#link = link;
  }

  /**
   * See EventStore.append. While the database is away this waits, as long as `goesOn` says so; what was stored just before it
   * went is not stored twice. An end that the database refuses for its reason is stored with a plain one.
   */
  record(
    runId: string,
    payloads: readonly EventPayload[],
    guard?: AppendGuard,
    goesOn?: () => boolean,
  ): Promise<Appended> {
    const earlier = this.#tails.get(runId) ?? Promise.resolve();
    const write = earlier.then(async () => {
      try {
        return await this.#write(runId, payloads.map(storable), guard, goesOn);
      } catch (error) {
        const end = payloads.find(isEnd);
        if (end === undefined || error instanceof AppError || this.#link.isAway(error)) throw error;
        return this.#writePlainly(runId, end, error, guard);
      }
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

  async #write(
    runId: string,
    payloads: readonly EventPayload[],
    guard?: AppendGuard,
    goesOn?: () => boolean,
  ): Promise<Appended> {
    const id = randomUUID();
    let again = false;
    const appended = await this.#link.patiently((tries) => {
      again = tries > 0;
      return this.#events.append(runId, payloads, guard, this.#link.patient ? { id, again } : undefined);
    }, goesOn);
    // Events that an earlier try has stored are not here to be passed on: everybody reads them.
    if (appended.events.length > 0 || again) this.#bus.publish({ type: 'appended', ...appended });
    const told = again ? payloads : appended.events;
    // What lists and pages have beside the curves.
    if (told.some(({ kind }) => kind === 'state' || kind === 'provenance'))
      this.#bus.publishRunsChanged([runId]);
    return appended;
  }

  /** An end must be an end: one that is never stored would be trained again for ever. Throws AppError `internal`. */
  async #writePlainly(
    runId: string,
    end: StateEvent,
    cause: unknown,
    guard?: AppendGuard,
  ): Promise<Appended> {
    const message = cause instanceof Error ? cause.message.trim().split('\n').at(-1) : String(cause);
    console.error(`[journal] The end of run ${runId} could not be stored: ${message}. It was: ${end.reason}`);
    const reason = `The reason could not be stored (database error ${codeOf(cause)}); the terminal of the server or worker that trained it shows it`;
    for (let tries = 1; ; tries++) {
      try {
        return await this.#write(runId, [{ ...end, reason }], guard);
      } catch (error) {
        if (error instanceof AppError || this.#link.isAway(error)) throw error;
        if (tries === LAST_TRIES)
          throw new AppError(
            'internal',
            `The end of run ${runId} cannot be stored at all (database error ${codeOf(error)}): it is left alone until this server starts anew`,
            { cause: error },
          );
        await sleep(LAST_TRY_MS);
      }
    }
  }
}

function isEnd(payload: EventPayload): payload is StateEvent {
  return payload.kind === 'state' && ['finished', 'failed', 'cancelled'].includes(payload.to);
}

/** What programs say in words may quote a file or a database: whatever it holds, what it explains must be stored. */
function storable(payload: EventPayload): EventPayload {
  if (payload.kind === 'state') return { ...payload, reason: cleanText(payload.reason, LONGEST_REASON) };
  if (payload.kind === 'log') return { ...payload, text: cleanText(payload.text, LONGEST_LINE) };
  return payload;
}
