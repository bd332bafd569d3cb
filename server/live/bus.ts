import { EventEmitter } from 'node:events';
import type { RunEvent, TrainerEvent } from '../contract/events.ts';
import type { Measurement } from '../contract/variance.ts';
import type { Appended } from '../store/events.ts';

export type Progress = Extract<TrainerEvent, { kind: 'progress' }>;

/** What parts of the lab, and servers that share a Postgres, tell each other. */
export type BusMessage =
  /** Stored events. `events` is empty when they were stored by another process: read them from the store. */
  | ({ type: 'appended' } & Appended)
  | { type: 'progress'; runId: string; progress: Progress }
  /** A trainer has said nothing since then (epoch milliseconds), told again and again; null when it speaks again. */
  | { type: 'stalled'; runId: string; since: number | null }
  /** Runs appeared, changed state or went. */
  | { type: 'runsChanged'; runIds: string[] }
  /** A run was deleted: so are its files, on every machine. */
  | { type: 'removed'; runId: string }
  /** A variance measurement goes on; null when it has ended or nobody wants it any more. */
  | { type: 'measurement'; runId: string; measurement: Measurement | null }
  /** A key for programs was made. */
  | { type: 'keysChanged' }
  /** And revoked. */
  | { type: 'keyEnded'; keyId: string }
  | { type: 'shareEnded'; shareId: string }
  /** What a link shows was changed by its owner. */
  | { type: 'shareChanged'; shareId: string }
  /** A session was logged out. */
  | { type: 'sessionEnded'; sessionId: string }
  /** The desired state of a run changed. */
  | { type: 'control'; runId: string }
  /** Something that was done was recorded, to these runs among others. */
  | { type: 'acted'; runIds: string[] }
  /** A job waits. */
  | { type: 'queued' }
  /** Messages may have been lost: look at the store again. */
  | { type: 'resync' };

/** What is not told again for so long is no longer so: whoever told it may be gone. */
const STALLED_MS = 20_000;

type Listener = (message: BusMessage) => void;

/** Tells everybody in this process what happened; `relay` carries it to other processes where there are any. */
export class Bus {
  readonly #emitter = new EventEmitter();
  readonly #progress = new Map<string, Progress>();
  readonly #stalled = new Map<string, { since: number; told: number }>();
  #relay: Listener | null = null;

  constructor() {
    this.#emitter.setMaxListeners(0);
    this.subscribe((message) => this.#remember(message));
  }

  /** Returns what ends the subscription. */
  subscribe(listener: Listener): () => void {
    this.#emitter.on('message', listener);
    return () => this.#emitter.off('message', listener);
  }

  /** Called by postgres-relay.ts. */
  setRelay(relay: Listener | null): void {
    this.#relay = relay;
  }

  publish(message: BusMessage): void {
    this.receive(message);
    this.#relay?.(message);
  }

  /** A message from another process: told here, not sent on. */
  receive(message: BusMessage): void {
    this.#emitter.emit('message', message);
  }

  publishRunsChanged(runIds: string[]): void {
    this.publish({ type: 'runsChanged', runIds });
  }

  /** The last progress of a run that trains. */
  progressOf(runId: string): Progress | null {
    return this.#progress.get(runId) ?? null;
  }

  /** Since when the trainer of a run shows no sign of life; null while it does. Epoch milliseconds. */
  stalledSince(runId: string): number | null {
    const entry = this.#stalled.get(runId);
    return entry && performance.now() - entry.told < STALLED_MS ? entry.since : null;
  }

  #remember(message: BusMessage): void {
    if (message.type === 'progress') this.#progress.set(message.runId, message.progress);
    if (message.type === 'stalled') {
      const { runId, since } = message;
      if (since === null) this.#stalled.delete(runId);
      else this.#stalled.set(runId, { since, told: performance.now() });
    }
    if (message.type !== 'appended') return;
    if (message.events.some(endsProgress)) this.#progress.delete(message.runId);
  }
}

function endsProgress(event: RunEvent): boolean {
  return event.kind === 'state' && !['running', 'paused'].includes(event.to);
}
