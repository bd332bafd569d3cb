import type { Server as HttpServer, IncomingMessage } from 'node:http';
import { Server } from 'socket.io';
import { z } from 'zod';
import type { ClientToServer, RunEvent } from '../contract/events.ts';
import { LARGEST_STORED_INTEGER, MOST_RUNS_WATCHED } from '../contract/limits.ts';
import { Lane } from '../limits/lane.ts';
import { Admission, type AdmissionParts, LEADERBOARDS, OWNERS } from './admission.ts';
import type { Bus, BusMessage } from './bus.ts';
import { EventReader } from './event-reader.ts';
import { type LabServer, type LabSocket, patiently, Refusal } from './lab-socket.ts';
import type { OutletLimits } from './outlet.ts';
import { Outlets } from './outlets.ts';
import { Subscription } from './subscription.ts';
import { visibleInShare } from './visibility.ts';

export interface GatewayParts extends AdmissionParts {
  bus: Bus;
  limits?: Partial<OutletLimits>;
}

/**
 * In ten seconds: an owner's page that changes from one large comparison to another sends 600, a guest's page 50.
 * Twice as many end the socket.
 */
const MOST_REQUESTS = { owner: 1000, guest: 200 };
/** What guests want waits for guests; the owner's next read waits for no more than these. */
const READS_AT_ONCE = { owner: 4, guest: 1 };

/** A page asks for its lists first and connects when they are shown: what changed so shortly before is told again. */
const MISSED_MS = 10_000;

const runId = z.string().regex(/^[a-z0-9]{1,40}$/);
const subscribeSchema = z.object({ runId, afterSeq: z.number().int().min(0).max(LARGEST_STORED_INTEGER) });
const unsubscribeSchema = z.object({ runId });

const roleOf = (socket: LabSocket) => (socket.data.share === null ? 'owner' : 'guest');

/** Pushes what happens to whoever watches; see ClientToServer and ServerToClient. */
export class Gateway {
  readonly #parts: GatewayParts;
  readonly #io: LabServer;
  readonly #unsubscribe: () => void;
  readonly #admission: Admission;
  readonly #outlets: Outlets;
  readonly #readers: Record<'owner' | 'guest', EventReader>;
  readonly #questions = { owner: new Lane(READS_AT_ONCE.owner), guest: new Lane(READS_AT_ONCE.guest) };
  #changedAt = Number.NEGATIVE_INFINITY;

  constructor(http: HttpServer, parts: GatewayParts) {
    this.#parts = parts;
    this.#admission = new Admission(parts);
    this.#outlets = new Outlets(parts.limits);
    const { events } = parts.store;
    this.#readers = {
      owner: new EventReader(events, READS_AT_ONCE.owner),
      guest: new EventReader(events, READS_AT_ONCE.guest),
    };
    this.#io = new Server(http, {
      serveClient: false,
      maxHttpBufferSize: 20_000,
      // WebSockets know no same-origin rule: it is checked here.
      allowRequest: this.#admission.allowRequest,
    });
    this.#io.engine.use(sendNoSniff);
    this.#io.use((socket, next) => {
      this.#admission.admit(socket).then(
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

  #welcome(socket: LabSocket): void {
    socket.data.outlet = this.#outlets.of(socket.conn, { guest: socket.data.share !== null });
    socket.use((_packet, next) => {
      if (isWithinBounds(socket)) next();
      else socket.data.outlet.cut();
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
    if (roleOf(socket) === 'owner' && performance.now() - this.#changedAt < MISSED_MS)
      socket.emit('runsChanged');
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
    const most = MOST_REQUESTS[roleOf(socket)];
    if (socket.data.requests.count > most)
      throw new Refusal(`More than ${most} requests in ten seconds: wait ten seconds`);
    this.#admission.limitQuestions(socket);
    const { runId, afterSeq } = parsed.data;
    if (socket.data.share?.isFrozen) {
      await patiently(socket, () => this.#admission.check(socket, runId));
      // All that it will ever see of the run is what it has.
      answer({ ok: true, lastSeq: afterSeq });
      return;
    }
    const seq = await patiently(socket, () =>
      this.#questions[roleOf(socket)].run(() => this.#look(socket, runId)),
    );
    if (!socket.connected) return;

    const { subscriptions } = socket.data;
    if (subscriptions.size >= MOST_RUNS_WATCHED && !subscriptions.has(runId))
      throw new Refusal(`This page follows ${MOST_RUNS_WATCHED} runs, the most at once: close some of them`);
    this.#admission.limitReplays(socket, runId, afterSeq, seq.last);
    this.#drop(socket, runId);
    const subscription = this.#makeSubscription(socket, runId, afterSeq);
    subscriptions.set(runId, subscription);
    await socket.join(`run ${runId}`);
    answer({ ok: true, lastSeq: seq.lastVisible });
    const progress = this.#parts.bus.progressOf(runId);
    if (progress) subscription.addProgress(progress);
    subscription.wake();
  }

  /** The numbers of a run's last event, and of the last one that this socket will see. */
  async #look(socket: LabSocket, runId: string): Promise<{ last: number; lastVisible: number }> {
    const { runs, events } = this.#parts.store;
    if (!socket.connected) throw new Refusal('Nobody waits for the answer any more');
    await this.#admission.check(socket, runId);
    const run = await runs.find(runId);
    if (!run) throw new Refusal(`There is no run ${runId}`);
    // A share sees no log lines, so it is filled when the last of the rest has arrived.
    const lastVisible = socket.data.share === null ? run.lastSeq : await events.lastSeqWithoutLogs(runId);
    return { last: run.lastSeq, lastVisible };
  }

  #makeSubscription(socket: LabSocket, runId: string, afterSeq: number): Subscription {
    const role = roleOf(socket);
    const emit = (events: readonly RunEvent[]) => {
      const visible = role === 'guest' ? events.flatMap((event) => visibleInShare(event) ?? []) : [...events];
      if (visible.length > 0) socket.emit('events', { runId, events: visible });
    };
    return new Subscription(runId, afterSeq, this.#readers[role], socket.data.outlet, emit);
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
        this.#changedAt = performance.now();
        this.#io
          .to([OWNERS, LEADERBOARDS, ...message.runIds.map((runId) => `share of ${runId}`)])
          .emit('runsChanged');
        return;
      case 'measurement': {
        const { runId, measurement } = message;
        this.#io.to(OWNERS).emit('measurement', { runId, measurement });
        return;
      }
      case 'acted':
        this.#io.to(OWNERS).emit('acted', { runIds: message.runIds });
        return;
      case 'shareChanged':
        this.#io.to(`share ${message.shareId}`).emit('runsChanged');
        return;
      case 'shareEnded':
        this.#io.in(`share ${message.shareId}`).disconnectSockets(true);
        return;
      case 'keyEnded':
        this.#io.in(`key ${message.keyId}`).disconnectSockets(true);
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
      patiently(socket, () => this.#admission.isStillWelcome(socket)).then(
        (welcome) => welcome || socket.disconnect(true),
        () => undefined, // it has gone by itself
      );
    }
  }
}

function sendNoSniff(
  _request: IncomingMessage,
  response: { setHeader(name: string, value: string): void },
  next: () => void,
): void {
  response.setHeader('X-Content-Type-Options', 'nosniff');
  next();
}

/** False for a socket that floods the server. */
function isWithinBounds(socket: LabSocket): boolean {
  const { requests } = socket.data;
  const now = Date.now();
  if (now - requests.since > 10_000) socket.data.requests = { since: now, count: 1 };
  else requests.count += 1;
  return socket.data.requests.count <= 2 * MOST_REQUESTS[roleOf(socket)];
}
