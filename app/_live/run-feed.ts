import type { RunEvent } from '../../server/contract/events.ts';
import { rowsPerRun } from '../../server/contract/series.ts';
import { atNextFrame } from './frames.ts';
import { RunBuffer, type RunPicture } from './run-buffer.ts';
import { requestLogs, requestSnapshot } from './snapshots.ts';
import { type LiveSocket, withSocket } from './socket.ts';

/** The picture of a run and how fresh it is. */
export interface LiveRun extends RunPicture {
  runId: string;
  /** `loading` until what is stored has arrived; `failed` when the server refused. */
  status: 'loading' | 'live' | 'failed';
  problem: string | null;
  /** false while the socket is down: what is here grows stale. */
  connected: boolean;
  /** Browser's clock, epoch ms, of the last event; null before the first. */
  receivedAt: number | null;
}

/** What a watcher needs of a run. */
export interface FeedNeeds {
  /** Rows of its curves. */
  points: number;
  /** The tail of its log, as far as it is older than the watcher. */
  logs: boolean;
}

/** A feed that nobody watches stays subscribed this long, so that going back and forth costs nothing. */
const LINGER_MS = 5000;
/** After a longer break a new snapshot is less to read than all that happened. */
const LONG_BREAK_MS = 60_000;
const RETRY_MS = 5000;

/**
 * One run as a store for `useSyncExternalStore`: a snapshot first, then its events from the socket; at most one change a frame.
 */
export class RunFeed {
  readonly #runId: string;
  readonly #shareToken: string;
  #buffer: RunBuffer;
  #needs: FeedNeeds = { points: 0, logs: false };
  readonly #listeners = new Set<() => void>();
  #pending: RunEvent[] = [];
  #linger: ReturnType<typeof setTimeout> | null = null;
  #retry: ReturnType<typeof setTimeout> | null = null;
  #attached = false;
  #socket: LiveSocket | null = null;
  #leaveSocket = () => {};
  #seeded = false;
  /** Takes back the snapshot that was asked for. */
  #stopAsking: (() => void) | null = null;
  #lostAt: number | null = null;
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

  /** Returns what ends it. A watcher that needs more than those before it gets it with a new snapshot. */
  subscribe = (
    listener: () => void,
    needs: FeedNeeds = { points: rowsPerRun(1), logs: false },
  ): (() => void) => {
    this.#listeners.add(listener);
    if (this.#linger !== null) clearTimeout(this.#linger);
    this.#linger = null;
    this.#meet(needs);
    this.#attach();
    return () => {
      this.#listeners.delete(listener);
      if (this.#listeners.size === 0) this.#linger = setTimeout(() => this.#detach(), LINGER_MS);
    };
  };

  #meet({ points, logs }: FeedNeeds): void {
    if (logs && !this.#needs.logs) this.#loadLogs();
    const isFiner = points > this.#needs.points;
    this.#needs = { points: Math.max(points, this.#needs.points), logs: logs || this.#needs.logs };
    if (isFiner && this.#attached) this.#seed();
  }

  #attach(): void {
    if (this.#attached) return;
    this.#attached = true;
    this.#seed();
    this.#leaveSocket = withSocket(this.#shareToken, (socket) => {
      this.#socket = socket;
      socket.on('events', this.#onEvents);
      socket.on('connect', this.#onConnect);
      socket.on('disconnect', this.#onDisconnect);
      if (socket.connected) this.#onConnect();
      return () => {
        this.#socket = null;
        socket.off('events', this.#onEvents);
        socket.off('connect', this.#onConnect);
        socket.off('disconnect', this.#onDisconnect);
        if (socket.connected) socket.emit('unsubscribe', { runId: this.#runId });
      };
    });
  }

  #detach(): void {
    this.#attached = false;
    this.#stopAsking?.();
    if (this.#retry !== null) clearTimeout(this.#retry);
    this.#leaveSocket();
    // What is here grows old from now on, and may be asked for more coarsely next time.
    this.#needs = { points: 0, logs: false };
    this.#seeded = false;
  }

  /** Starts over from a snapshot, then follows the socket from there. */
  #seed(): void {
    this.#stopAsking?.();
    this.#seeded = false;
    const { points } = this.#needs;
    this.#stopAsking = requestSnapshot({
      runId: this.#runId,
      shareToken: this.#shareToken,
      points,
      onPreview: (snapshot) => {
        if (!this.#attached) return;
        const preview = new RunBuffer(this.#runId, points);
        preview.seed(snapshot);
        this.#publish({ ...preview.picture, logs: this.#buffer.picture.logs });
      },
      onSnapshot: (snapshot) => {
        this.#stopAsking = null;
        if (!this.#attached) return;
        const logs = this.#buffer.picture.logs;
        this.#buffer = new RunBuffer(this.#runId, points);
        this.#buffer.addLogs(logs);
        if (snapshot) this.#buffer.seed(snapshot);
        this.#seeded = true;
        // A run that the server does not know is told by the socket.
        const status = snapshot ? 'live' : this.#snapshot.status;
        this.#publish({ ...this.#buffer.picture, status, problem: null });
        if (this.#socket?.connected) this.#askForEvents();
      },
      onError: (error) => {
        this.#stopAsking = null;
        if (!this.#attached) return;
        if (this.#snapshot.status === 'loading') this.#publish({ status: 'failed', problem: error.message });
        this.#retry = setTimeout(() => this.#seed(), RETRY_MS);
      },
    });
  }

  #loadLogs(): void {
    requestLogs(this.#runId).then(
      (lines) => {
        this.#buffer.addLogs(lines);
        this.#publish({ logs: this.#buffer.picture.logs });
      },
      // The figures say what is wrong with the connection; the log is asked for with the next watcher.
      () => {
        this.#needs = { ...this.#needs, logs: false };
      },
    );
  }

  #onConnect = (): void => {
    const isLong = this.#lostAt !== null && Date.now() - this.#lostAt > LONG_BREAK_MS;
    this.#lostAt = null;
    if (!this.#snapshot.connected) this.#publish({ connected: true });
    if (isLong) this.#seed();
    else if (this.#seeded) this.#askForEvents();
  };

  /** Everything after what is here: what came since the snapshot at first, the gap after a reconnection. */
  #askForEvents(): void {
    this.#flush();
    const afterSeq = this.#buffer.picture.lastSeq;
    this.#socket?.emit('subscribe', { runId: this.#runId, afterSeq }, (answer) => {
      if (!answer.ok) {
        this.#publish({ status: 'failed', problem: answer.message });
        return;
      }
      this.#fillTo = answer.lastSeq;
      atNextFrame(this.#flush);
    });
  }

  #onDisconnect = (): void => {
    this.#lostAt = Date.now();
    this.#publish({ connected: false });
  };

  #onEvents = (batch: { runId: string; events: RunEvent[] }): void => {
    if (batch.runId !== this.#runId) return;
    for (const event of batch.events) this.#pending.push(event);
    atNextFrame(this.#flush);
  };

  #flush = (): void => {
    // What arrives while a snapshot is awaited follows it, or is part of it.
    if (!this.#seeded) return;
    const events = this.#pending;
    this.#pending = [];
    const changed = events.length > 0 && this.#buffer.apply(events);
    if (this.#buffer.isOutdated) {
      this.#seed();
      return;
    }
    const filled = this.#fillTo !== null && this.#buffer.picture.lastSeq >= this.#fillTo;
    const status = filled ? 'live' : this.#snapshot.status;
    if (!changed && status === this.#snapshot.status) return;
    this.#publish({
      ...this.#buffer.picture,
      status,
      problem: null,
      receivedAt: changed ? Date.now() : this.#snapshot.receivedAt,
    });
  };

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
