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
  /** Runs appeared, changed state or went. */
  | { type: 'runsChanged'; runIds: string[] }
  /** A variance measurement goes on; null when it has ended or nobody wants it any more. */
  | { type: 'measurement'; runId: string; measurement: Measurement | null }
  | { type: 'shareEnded'; shareId: string }
  /** A session was logged out. */
  | { type: 'sessionEnded'; sessionId: string }
  /** The desired state of a run changed. */
  | { type: 'control'; runId: string }
  /** A job waits. */
  | { type: 'queued' }
  /** Messages may have been lost: look at the store again. */
  | { type: 'resync' };

type Listener = (message: BusMessage) => void;

/** Tells everybody in this process what happened; `relay` carries it to other processes where there are any. */
export class Bus {
  readonly #emitter = new EventEmitter();
  readonly #progress = new Map<string, Progress>();
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

  #remember(message: BusMessage): void {
    if (message.type === 'progress') this.#progress.set(message.runId, message.progress);
    if (message.type !== 'appended') return;
    if (message.events.some(endsProgress)) this.#progress.delete(message.runId);
  }
}

function endsProgress(event: RunEvent): boolean {
  return event.kind === 'state' && !['running', 'paused'].includes(event.to);
}
