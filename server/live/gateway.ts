import type { Server as HttpServer, IncomingHttpHeaders } from 'node:http';
import { type DefaultEventsMap, Server, type Socket } from 'socket.io';
import { z } from 'zod';
import type { ClientToServer, RunEvent, ServerToClient } from '../contract/events.ts';
import type { ShareInfo } from '../contract/views.ts';
import type { Store } from '../store/store.ts';
import type { Bus, BusMessage } from './bus.ts';
import { Subscription } from './subscription.ts';
import { visibleInShare } from './visibility.ts';

interface SocketData {
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
  /** Who may connect at all: the same checks as for a POST. */
  allowRequest(headers: IncomingHttpHeaders): boolean;
  isOwner(headers: IncomingHttpHeaders): boolean;
}

const OWNERS = 'owners';
const MOST_REQUESTS = 300;
const MOST_SUBSCRIPTIONS = 200;
const LONGEST_TIMEOUT_MS = 2 ** 31 - 1;

const authSchema = z.object({
  share: z.string().max(100).optional(),
  shareToken: z.string().max(100).optional(),
});
const runIdSchema = z.string().regex(/^[a-z0-9]{1,40}$/);
const subscribeSchema = z.object({ runId: runIdSchema, afterSeq: z.number().int().min(0) });
const unsubscribeSchema = z.object({ runId: runIdSchema });

class Refusal extends Error {}

/** Pushes what happens to whoever watches; see ClientToServer and ServerToClient. */
export class Gateway {
  readonly #parts: GatewayParts;
  readonly #io: Server<ClientToServer, ServerToClient, DefaultEventsMap, SocketData>;
  readonly #unsubscribe: () => void;

  constructor(http: HttpServer, parts: GatewayParts) {
    this.#parts = parts;
    this.#io = new Server(http, {
      serveClient: false,
      maxHttpBufferSize: 20_000,
      // WebSockets know no same-origin rule: it is checked here.
      allowRequest: (request, decide) => decide(null, parts.allowRequest(request.headers)),
    });
    this.#io.use((socket, next) => {
      this.#admit(socket).then(
        () => next(),
        (error: Error) => next(error),
      );
    });
    this.#io.on('connection', (socket) => this.#welcome(socket));
    this.#unsubscribe = parts.bus.subscribe((message) => this.#onMessage(message));
  }

  async close(): Promise<void> {
    this.#unsubscribe();
    this.#io.disconnectSockets(true);
    // The http server is closed by whoever opened it.
    this.#io.engine.close();
  }

  async #admit(socket: LabSocket): Promise<void> {
    const auth = authSchema.safeParse(socket.handshake.auth);
    const token = auth.data?.share ?? auth.data?.shareToken ?? '';
    socket.data.subscriptions = new Map();
    socket.data.requests = { since: 0, count: 0 };
    socket.data.share = null;
    if (token !== '') {
      const share = await this.#parts.store.shares.open(token);
      socket.data.share = { token, id: share.id };
      await socket.join([`share ${share.id}`, ...roomsOf(share)]);
      this.#endAt(socket, share.expiresAt);
    } else if (this.#parts.isOwner(socket.handshake.headers)) await socket.join(OWNERS);
    else throw new Error('Log in first: open /login on this server');
  }

  #endAt(socket: LabSocket, expiresAt: number): void {
    const leftMs = expiresAt - Date.now();
    socket.data.expiry = setTimeout(
      () => (leftMs > LONGEST_TIMEOUT_MS ? this.#endAt(socket, expiresAt) : socket.disconnect(true)),
      Math.min(leftMs, LONGEST_TIMEOUT_MS),
    ).unref();
  }

  #welcome(socket: LabSocket): void {
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
      clearTimeout(socket.data.expiry);
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
    if (!parsed.success) throw new Refusal('subscribe takes {runId, afterSeq}');
    this.#limit(socket);
    const { runId, afterSeq } = parsed.data;
    await this.#check(socket, runId);
    const run = await this.#parts.store.runs.find(runId);
    if (!run) throw new Refusal(`There is no run ${runId}`);
    if (!socket.connected) return;

    this.#drop(socket, runId);
    if (socket.data.subscriptions.size >= MOST_SUBSCRIPTIONS) throw new Refusal('Too many runs at once');
    const shared = socket.data.share !== null;
    const emit = (events: RunEvent[]) => {
      const visible = shared ? events.flatMap((event) => visibleInShare(event) ?? []) : events;
      if (visible.length > 0) socket.emit('events', { runId, events: visible });
    };
    const subscription = new Subscription(runId, afterSeq, this.#parts.store.events, emit);
    socket.data.subscriptions.set(runId, subscription);
    await socket.join(`run ${runId}`);
    // A share sees no log lines, so it is filled when the last of the rest has arrived.
    const lastSeq = shared ? await this.#parts.store.events.lastSeqWithoutLogs(runId) : run.lastSeq;
    answer({ ok: true, lastSeq });
    const progress = this.#parts.bus.progressOf(runId);
    if (progress) subscription.addProgress(progress);
    subscription.wake();
  }

  /** Rights may have ended since the socket connected. */
  async #check(socket: LabSocket, runId: string): Promise<void> {
    const { share } = socket.data;
    if (share === null) {
      if (this.#parts.isOwner(socket.handshake.headers)) return;
      socket.disconnect(true);
      throw new Refusal('Log in again');
    }
    const found = await this.#parts.store.shares.open(share.token).catch(() => null);
    if (!found) {
      socket.disconnect(true);
      throw new Refusal('This link has ended');
    }
    if (!found.runIds.includes(runId)) throw new Refusal('This link does not show that run');
  }

  #limit(socket: LabSocket): void {
    const { requests } = socket.data;
    const now = Date.now();
    if (now - requests.since > 10_000) socket.data.requests = { since: now, count: 1 };
    else if (++requests.count > MOST_REQUESTS) throw new Refusal('Too many requests: wait ten seconds');
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
      const { share } = socket.data;
      if (share) this.#parts.store.shares.open(share.token).catch(() => socket.disconnect(true));
    }
  }
}

/** Where changes of a share's runs are told. */
function roomsOf(share: ShareInfo): string[] {
  return share.kind === 'leaderboard'
    ? ['leaderboard shares']
    : share.runIds.map((runId) => `share of ${runId}`);
}
