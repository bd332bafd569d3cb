import type { Server as HttpServer, IncomingMessage } from 'node:http';
import { type DefaultEventsMap, Server, type Socket } from 'socket.io';
import { z } from 'zod';
import { AppError } from '../contract/error.ts';
import type { ClientToServer, RunEvent, ServerToClient } from '../contract/events.ts';
import { LARGEST_STORED_INTEGER, MOST_RUNS_WATCHED } from '../contract/limits.ts';
import type { ShareInfo } from '../contract/views.ts';
import type { GuestBudget } from '../limits/guest-budget.ts';
import type { Store } from '../store/store.ts';
import type { Bus, BusMessage } from './bus.ts';
import { EventReader } from './event-reader.ts';
import { GuestSockets } from './guest-sockets.ts';
import type { OutletLimits } from './outlet.ts';
import { Outlets } from './outlets.ts';
import { Subscription } from './subscription.ts';
import { visibleInShare } from './visibility.ts';
import type { Visitor } from './visitor.ts';

interface SocketData {
  visitor: Visitor;
  /** Null for the owner. */
  share: { token: string; id: string } | null;
  expiry: NodeJS.Timeout | undefined;
  subscriptions: Map<string, Subscription>;
  /** Requests of the current ten seconds. */
  requests: { since: number; count: number };
}
type LabSocket = Socket<ClientToServer, ServerToClient, DefaultEventsMap, SocketData>;

export interface GatewayParts {
  store: Store;
  bus: Bus;
  guests: GuestBudget;
  /** Who asks to connect. Throws AppError `forbidden` for what would not be taken as a POST either, and `too-many`. */
  identify(request: IncomingMessage): Promise<Visitor>;
  /** Whether somebody who connected as the owner still is. */
  isStillOwner(visitor: Visitor): boolean;
  limits?: Partial<OutletLimits>;
}

const OWNERS = 'owners';
/** In ten seconds; a page that changes from one large comparison to another sends 600. Twice as many end the socket. */
const MOST_REQUESTS = 1000;
const LONGEST_TIMEOUT_MS = 2 ** 31 - 1;
const OWNER_READS_AT_ONCE = 4;
const GUEST_READS_AT_ONCE = 1;
const FIRST_RETRY_MS = 500;
const LONGEST_RETRY_MS = 5000;

const authSchema = z.object({
  share: z.string().max(100).optional(),
  shareToken: z.string().max(100).optional(),
});
const runId = z.string().regex(/^[a-z0-9]{1,40}$/);
const subscribeSchema = z.object({ runId, afterSeq: z.number().int().min(0).max(LARGEST_STORED_INTEGER) });
const unsubscribeSchema = z.object({ runId });

class Refusal extends Error {}

/** Pushes what happens to whoever watches; see ClientToServer and ServerToClient. */
export class Gateway {
  readonly #parts: GatewayParts;
  readonly #io: Server<ClientToServer, ServerToClient, DefaultEventsMap, SocketData>;
  readonly #unsubscribe: () => void;
  readonly #visitors = new WeakMap<IncomingMessage, Visitor>();
  readonly #outlets: Outlets;
  readonly #guestSockets = new GuestSockets();
  readonly #ownerReader: EventReader;
  readonly #guestReader: EventReader;

  constructor(http: HttpServer, parts: GatewayParts) {
    this.#parts = parts;
    this.#outlets = new Outlets(parts.limits);
    this.#ownerReader = new EventReader(parts.store.events, OWNER_READS_AT_ONCE);
    this.#guestReader = new EventReader(parts.store.events, GUEST_READS_AT_ONCE);
    this.#io = new Server(http, {
      serveClient: false,
      maxHttpBufferSize: 20_000,
      // WebSockets know no same-origin rule: it is checked here.
      allowRequest: (request, decide) => {
        parts.identify(request).then(
          (visitor) => {
            this.#visitors.set(request, visitor);
            decide(null, true);
          },
          (error: Error) => decide(error instanceof AppError ? error.message : 'Something broke', false),
        );
      },
    });
    this.#io.engine.use(
      (
        _request: IncomingMessage,
        response: { setHeader(name: string, value: string): void },
        next: () => void,
      ) => {
        response.setHeader('X-Content-Type-Options', 'nosniff');
        next();
      },
    );
    this.#io.use((socket, next) => {
      this.#admit(socket).then(
        () => next(),
        (error: Error) => {
          if (error instanceof Refusal) next(error);
          // Too many at once, or nobody waits any more: the browser comes back by itself.
          else socket.conn.close();
        },
      );
    });
    this.#io.on('connection', (socket) => this.#welcome(socket));
    this.#unsubscribe = parts.bus.subscribe((message) => this.#onMessage(message));
  }

  /** What is held for browsers that have not taken it yet. */
  get outstandingBytes(): number {
    return this.#outlets.bytes;
  }

  get connections(): number {
    return this.#io.engine.clientsCount;
  }

  async close(): Promise<void> {
    this.#unsubscribe();
    this.#outlets.close();
    this.#io.disconnectSockets(true);
    // The http server is closed by whoever opened it.
    this.#io.engine.close();
  }

  async #admit(socket: LabSocket): Promise<void> {
    const visitor = this.#visitors.get(socket.request);
    if (!visitor) throw new Refusal('Connect again');
    const auth = authSchema.safeParse(socket.handshake.auth);
    const token = auth.data?.share ?? auth.data?.shareToken ?? '';
    Object.assign(socket.data, {
      visitor,
      share: null,
      subscriptions: new Map(),
      requests: { since: 0, count: 0 },
    });
    if (token !== '') return this.#admitGuest(socket, token);
    if (!visitor.owner || !this.#parts.isStillOwner(visitor))
      throw new Refusal('Log in first: open /login on this server');
    await socket.join(OWNERS);
    if (!visitor.session) return;
    await socket.join(`session ${visitor.session.id}`);
    this.#endAt(socket, visitor.session.expiresAt);
  }

  async #admitGuest(socket: LabSocket, token: string): Promise<void> {
    const { address } = socket.data.visitor;
    const open = () => this.#openShare(token);
    const share = await this.#patiently(socket, () =>
      this.#parts.guests.read({ address, link: token }, open),
    );
    if (!share) throw new Refusal('This link does not exist, has expired or was revoked: ask for a new one');
    const leave = this.#guestSockets.open({ shareId: share.id, address });
    if (typeof leave === 'string') throw new Refusal(leave);
    atEndOf(socket, leave);
    socket.data.share = { token, id: share.id };
    await socket.join([`share ${share.id}`, ...roomsOf(share)]);
    this.#endAt(socket, share.expiresAt);
  }

  /** Null for a link that opens nothing. Throws when the store does not answer. */
  async #openShare(token: string): Promise<ShareInfo | null> {
    try {
      return await this.#parts.store.shares.open(token);
    } catch (error) {
      if (error instanceof AppError && error.code === 'not-found') return null;
      throw error;
    }
  }

  #endAt(socket: LabSocket, expiresAt: number): void {
    const leftMs = expiresAt - Date.now();
    socket.data.expiry = setTimeout(
      () => (leftMs > LONGEST_TIMEOUT_MS ? this.#endAt(socket, expiresAt) : socket.disconnect(true)),
      Math.min(leftMs, LONGEST_TIMEOUT_MS),
    ).unref();
    atEndOf(socket, () => clearTimeout(socket.data.expiry));
  }

  #welcome(socket: LabSocket): void {
    this.#outlets.of(socket.conn, { guest: socket.data.share !== null });
    socket.use((_packet, next) => {
      if (this.#count(socket)) next();
    });
    socket.on('subscribe', (request, answer) => {
      if (typeof answer !== 'function') return;
      this.#subscribe(socket, request, answer).catch((error: Error) => {
        if (!(error instanceof Refusal)) console.error(`[live] subscribe: ${error.message}`);
        answer({
          ok: false,
          message: error instanceof Refusal ? error.message : 'The server could not do that',
        });
      });
    });
    socket.on('unsubscribe', (request) => {
      const parsed = unsubscribeSchema.safeParse(request);
      if (parsed.success) this.#drop(socket, parsed.data.runId);
    });
    socket.on('disconnect', () => {
      for (const subscription of socket.data.subscriptions.values()) subscription.close();
      socket.data.subscriptions.clear();
    });
  }

  async #subscribe(
    socket: LabSocket,
    request: unknown,
    answer: Parameters<ClientToServer['subscribe']>[1],
  ): Promise<void> {
    const parsed = subscribeSchema.safeParse(request);
    if (!parsed.success)
      throw new Refusal(
        `subscribe takes {runId, afterSeq}: the id of a run, and a whole number from 0 to ${LARGEST_STORED_INTEGER}`,
      );
    if (socket.data.requests.count > MOST_REQUESTS)
      throw new Refusal(`More than ${MOST_REQUESTS} requests in ten seconds: wait ten seconds`);
    const { runId, afterSeq } = parsed.data;
    const run = await this.#patiently(socket, async () => {
      await this.#check(socket, runId);
      return this.#parts.store.runs.find(runId);
    });
    if (!run) throw new Refusal(`There is no run ${runId}`);
    // A share sees no log lines, so it is filled when the last of the rest has arrived.
    const lastSeq =
      socket.data.share === null
        ? run.lastSeq
        : await this.#patiently(socket, () => this.#parts.store.events.lastSeqWithoutLogs(runId));
    if (!socket.connected) return;

    this.#drop(socket, runId);
    if (socket.data.subscriptions.size >= MOST_RUNS_WATCHED)
      throw new Refusal(`This page follows ${MOST_RUNS_WATCHED} runs, the most at once: close some of them`);
    this.#limitReplays(socket, runId, afterSeq, run.lastSeq);
    const subscription = this.#makeSubscription(socket, runId, afterSeq);
    socket.data.subscriptions.set(runId, subscription);
    await socket.join(`run ${runId}`);
    answer({ ok: true, lastSeq });
    const progress = this.#parts.bus.progressOf(runId);
    if (progress) subscription.addProgress(progress);
    subscription.wake();
  }

  #makeSubscription(socket: LabSocket, runId: string, afterSeq: number): Subscription {
    const shared = socket.data.share !== null;
    const emit = (events: readonly RunEvent[]) => {
      const visible = shared ? events.flatMap((event) => visibleInShare(event) ?? []) : [...events];
      if (visible.length > 0) socket.emit('events', { runId, events: visible });
    };
    const reader = shared ? this.#guestReader : this.#ownerReader;
    return new Subscription(runId, afterSeq, reader, this.#outlets.of(socket.conn, { guest: shared }), emit);
  }

  /** Rights may have ended since the socket connected. */
  async #check(socket: LabSocket, runId: string): Promise<void> {
    const { share, visitor } = socket.data;
    if (share === null) {
      if (this.#parts.isStillOwner(visitor)) return;
      socket.disconnect(true);
      throw new Refusal('Log in again');
    }
    const found = await this.#openShare(share.token);
    if (!found) {
      socket.disconnect(true);
      throw new Refusal('This link has ended');
    }
    if (!found.runIds.includes(runId)) throw new Refusal('This link does not show that run');
  }

  /** Asks the store until it answers: a database that is away for a minute must not fail a page. */
  async #patiently<T>(socket: LabSocket, ask: () => Promise<T>): Promise<T> {
    for (let delayMs = FIRST_RETRY_MS; ; delayMs = Math.min(2 * delayMs, LONGEST_RETRY_MS)) {
      try {
        return await ask();
      } catch (error) {
        const final = error instanceof Refusal || error instanceof AppError;
        if (final || socket.conn.readyState !== 'open') throw error;
        if (delayMs === FIRST_RETRY_MS) console.error(`[live] ${(error as Error).message}; trying again`);
        await new Promise((resolve) => setTimeout(resolve, delayMs));
      }
    }
  }

  /** A guest who has a run told again and again makes the server work for nothing. */
  #limitReplays(socket: LabSocket, runId: string, afterSeq: number, lastSeq: number): void {
    const { share, visitor } = socket.data;
    if (!share || lastSeq === 0) return;
    const part = Math.max(0, (lastSeq - afterSeq) / lastSeq);
    const guest = { shareId: share.id, address: visitor.address };
    const seconds = this.#guestSockets.replay(guest, socket.id, runId, part);
    if (seconds > 0)
      throw new Refusal(
        `This run was asked for from the beginning too often: try again in ${Math.ceil(seconds)} s`,
      );
  }

  /** False for a socket that floods the server: it is cut. */
  #count(socket: LabSocket): boolean {
    const { requests } = socket.data;
    const now = Date.now();
    if (now - requests.since > 10_000) socket.data.requests = { since: now, count: 1 };
    else if (++requests.count > 2 * MOST_REQUESTS) {
      this.#outlets.of(socket.conn, { guest: socket.data.share !== null }).cut();
      return false;
    }
    return true;
  }

  #drop(socket: LabSocket, runId: string): void {
    socket.data.subscriptions.get(runId)?.close();
    socket.data.subscriptions.delete(runId);
    socket.leave(`run ${runId}`);
  }

  #onMessage(message: BusMessage): void {
    switch (message.type) {
      case 'appended':
        for (const subscription of this.#watching(message.runId)) subscription.add(message);
        return;
      case 'progress':
        for (const subscription of this.#watching(message.runId)) subscription.addProgress(message.progress);
        return;
      case 'runsChanged':
        this.#io
          .to([OWNERS, 'leaderboard shares', ...message.runIds.map((runId) => `share of ${runId}`)])
          .emit('runsChanged');
        return;
      case 'measurement': {
        const { runId, measurement } = message;
        this.#io.to(OWNERS).emit('measurement', { runId, measurement });
        return;
      }
      case 'shareEnded':
        this.#io.in(`share ${message.shareId}`).disconnectSockets(true);
        return;
      case 'sessionEnded':
        this.#io.in(`session ${message.sessionId}`).disconnectSockets(true);
        return;
      case 'resync':
        this.#resync();
        return;
      default:
    }
  }

  #watching(runId: string): Subscription[] {
    const sockets = this.#io.of('/').adapter.rooms.get(`run ${runId}`) ?? [];
    return [...sockets].flatMap(
      (id) => this.#io.of('/').sockets.get(id)?.data.subscriptions.get(runId) ?? [],
    );
  }

  #resync(): void {
    this.#io.emit('runsChanged');
    for (const socket of this.#io.of('/').sockets.values()) {
      for (const subscription of socket.data.subscriptions.values()) subscription.reread();
      const { share, visitor } = socket.data;
      if (!share && !this.#parts.isStillOwner(visitor)) socket.disconnect(true);
      if (share)
        this.#patiently(socket, () => this.#openShare(share.token)).then(
          (found) => found ?? socket.disconnect(true),
          () => undefined, // it has gone by itself
        );
    }
  }
}

/** Once, when a socket has gone, even if it has not quite come yet. */
function atEndOf(socket: LabSocket, end: () => void): void {
  if (socket.conn.readyState !== 'open') {
    end();
    return;
  }
  socket.conn.once('close', end);
  socket.once('disconnect', () => {
    socket.conn.off('close', end);
    end();
  });
}

/** Where changes of a share's runs are told. */
function roomsOf(share: ShareInfo): string[] {
  return share.kind === 'leaderboard'
    ? ['leaderboard shares']
    : share.runIds.map((runId) => `share of ${runId}`);
}
