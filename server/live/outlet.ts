import type { Socket } from 'socket.io';

type Connection = Socket['conn'];

/** How far behind a browser may be. Sizes count characters, which for events are bytes. */
export interface OutletLimits {
  /** Below this much under way, more is sent. */
  roomBytes: number;
  /** Nothing more than this is ever held for one browser. */
  mostBytes: number;
  /** Nothing taken for so long: it does not read. */
  stallMs: number;
}

const OUTLET_LIMITS: OutletLimits = { roomBytes: 256_000, mostBytes: 4_000_000, stallMs: 30_000 };

/**
 * The way out to one browser. Engine.IO takes whatever it is given and keeps it until the network has room; this
 * counts what it keeps, so that senders can wait, and cuts a browser that does not keep up. A browser that was cut
 * connects again by itself and says what it has.
 */
export class Outlet {
  readonly #connection: Connection;
  readonly #limits: OutletLimits;
  /** Given to Engine.IO, not yet to the transport. */
  #queued = 0;
  /** Given to the transport: not yet with the kernel (WebSocket), or not yet fetched (polling). */
  #underWay = 0;
  /** When something was last taken, or nothing was left to take; epoch ms. */
  #movedAt = Date.now();
  #last: Promise<unknown> = Promise.resolve();
  #wakers: (() => void)[] = [];
  #closed = false;

  constructor(connection: Connection, limits: Partial<OutletLimits> = {}) {
    this.#connection = connection;
    this.#limits = { ...OUTLET_LIMITS, ...limits };
    connection.on('packetCreate', ({ data }: { data?: string | Buffer }) => {
      if (this.bytes === 0) this.#movedAt = Date.now();
      this.#queued += data?.length ?? 0;
    });
    connection.on('flush', () => {
      this.#underWay += this.#queued;
      this.#queued = 0;
    });
    connection.on('upgrade', () => {
      this.#underWay = 0; // the browser has fetched everything before it upgrades
      this.#watchTransport();
    });
    connection.on('close', () => {
      this.#closed = true;
      this.#wake();
    });
    this.#watchTransport();
  }

  /** What is held for this browser. */
  get bytes(): number {
    return this.#queued + this.#underWay;
  }

  get hasRoom(): boolean {
    return this.bytes < this.#limits.roomBytes;
  }

  /** Does `work` once there is room and everybody who asked before has had a turn. Not at all once closed. */
  turn(work: () => Promise<void>): Promise<void> {
    const mine = this.#last.then(async () => {
      while (!this.hasRoom && !this.#closed) await new Promise<void>((resolve) => this.#wakers.push(resolve));
      if (!this.#closed) await work();
    });
    this.#last = mine.catch(() => undefined);
    return mine;
  }

  /** Whether the browser has stopped reading, or is too far behind. */
  isStuck(now: number): boolean {
    if (this.bytes > this.#limits.mostBytes) return true;
    return this.bytes > 0 && now - this.#movedAt > this.#limits.stallMs;
  }

  /** Ends the connection at once, without waiting for what it holds: for the browser, the network went away. */
  cut(): void {
    const { transport } = this.#connection;
    const webSocket = 'socket' in transport ? (transport.socket as { terminate?(): void }) : null;
    webSocket?.terminate?.();
    this.#connection.close(true);
  }

  #watchTransport(): void {
    // Before Engine.IO's own listener, which sends what is queued.
    this.#connection.transport.prependListener('ready', () => {
      this.#underWay = 0;
      this.#movedAt = Date.now();
      queueMicrotask(() => this.#wake());
    });
  }

  #wake(): void {
    const wakers = this.#wakers;
    this.#wakers = [];
    for (const wake of wakers) wake();
  }
}
