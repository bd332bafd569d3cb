import type { RunEvent } from '../../server/contract/events.ts';
import { RunBuffer, type RunPicture } from './run-buffer.ts';
import { getSocket } from './socket.ts';

/** The picture of a run and how fresh it is. */
export interface LiveRun extends RunPicture {
  runId: string;
  /** `loading` until everything stored has arrived; `failed` when the server refused. */
  status: 'loading' | 'live' | 'failed';
  problem: string | null;
  /** false while the socket is down: what is here grows stale. */
  connected: boolean;
  /** Browser's clock, epoch ms, of the last event; null before the first. */
  receivedAt: number | null;
}

/** A feed that nobody watches stays subscribed this long, so that going back and forth costs nothing. */
const LINGER_MS = 5000;

/** One run's events from the socket into a store for `useSyncExternalStore`: at most one change a frame. */
export class RunFeed {
  readonly #runId: string;
  readonly #shareToken: string;
  readonly #buffer: RunBuffer;
  readonly #listeners = new Set<() => void>();
  #pending: RunEvent[] = [];
  #frame: number | null = null;
  #linger: ReturnType<typeof setTimeout> | null = null;
  #attached = false;
  /** Sequence number that makes the first fill complete; null until the server said it. */
  #fillTo: number | null = null;
  #snapshot: LiveRun;

  constructor(runId: string, shareToken: string) {
    this.#runId = runId;
    this.#shareToken = shareToken;
    this.#buffer = new RunBuffer(runId);
    this.#snapshot = {
      ...this.#buffer.picture,
      runId,
      status: 'loading',
      problem: null,
      connected: true,
      receivedAt: null,
    };
  }

  getSnapshot = (): LiveRun => this.#snapshot;

  subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    if (this.#linger !== null) clearTimeout(this.#linger);
    this.#linger = null;
    this.#attach();
    return () => {
      this.#listeners.delete(listener);
      if (this.#listeners.size === 0) this.#linger = setTimeout(() => this.#detach(), LINGER_MS);
    };
  };

  #attach(): void {
    if (this.#attached) return;
    this.#attached = true;
    const socket = getSocket(this.#shareToken);
    socket.on('events', this.#onEvents);
    socket.on('connect', this.#askForEvents);
    socket.on('disconnect', this.#onDisconnect);
    if (socket.connected) this.#askForEvents();
  }

  #detach(): void {
    this.#attached = false;
    const socket = getSocket(this.#shareToken);
    socket.off('events', this.#onEvents);
    socket.off('connect', this.#askForEvents);
    socket.off('disconnect', this.#onDisconnect);
    if (socket.connected) socket.emit('unsubscribe', { runId: this.#runId });
  }

  /** Everything after what is here: all of it at first, the gap after a reconnection. */
  #askForEvents = (): void => {
    this.#flush();
    if (!this.#snapshot.connected) this.#publish({ connected: true });
    const afterSeq = this.#buffer.picture.lastSeq;
    getSocket(this.#shareToken).emit('subscribe', { runId: this.#runId, afterSeq }, (answer) => {
      if (!answer.ok) {
        this.#publish({ status: 'failed', problem: answer.message });
        return;
      }
      this.#fillTo = answer.lastSeq;
      this.#schedule();
    });
  };

  #onDisconnect = (): void => this.#publish({ connected: false });

  #onEvents = (batch: { runId: string; events: RunEvent[] }): void => {
    if (batch.runId !== this.#runId) return;
    for (const event of batch.events) this.#pending.push(event);
    this.#schedule();
  };

  #schedule(): void {
    this.#frame ??= requestAnimationFrame(() => {
      this.#frame = null;
      this.#flush();
    });
  }

  #flush(): void {
    const events = this.#pending;
    this.#pending = [];
    const changed = events.length > 0 && this.#buffer.apply(events);
    const filled = this.#fillTo !== null && this.#buffer.picture.lastSeq >= this.#fillTo;
    const status = filled ? 'live' : this.#snapshot.status;
    if (!changed && status === this.#snapshot.status) return;
    this.#publish({
      ...this.#buffer.picture,
      status,
      problem: null,
      receivedAt: changed ? Date.now() : this.#snapshot.receivedAt,
    });
  }

  #publish(changes: Partial<LiveRun>): void {
    this.#snapshot = { ...this.#snapshot, ...changes };
    for (const listener of this.#listeners) listener();
  }
}

const feeds = new Map<string, RunFeed>();

/** The feed of a run, one a page. On the server, where nothing is live, a blank one that is not kept. */
export function getRunFeed(runId: string, shareToken = ''): RunFeed {
  if (typeof window === 'undefined') return new RunFeed(runId, shareToken);
  const key = `${shareToken}/${runId}`;
  const feed = feeds.get(key) ?? new RunFeed(runId, shareToken);
  feeds.set(key, feed);
  return feed;
}
