import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import type { Bus, BusMessage } from './bus.ts';

const CHANNEL = 'hiper_lab';

/** Postgres refuses longer notifications. */
const LONGEST_PAYLOAD_BYTES = 7900;
const CONNECT_MS = 5_000;
const FIRST_DELAY_MS = 100;
const LONGEST_DELAY_MS = 2_000;
/** A connection that does not answer for so long is given up: its other end may be gone without a word. */
const PING_MS = 5_000;

/**
 * Carries bus messages between the servers and workers that share a Postgres, by LISTEN/NOTIFY, over one connection that is made
 * anew whenever it is lost. A notification is a hint only: events themselves are read from the store. Returns what closes it.
 */
export async function relayThroughPostgres(bus: Bus, url: string): Promise<() => Promise<void>> {
  const origin = randomUUID();
  const ending = new AbortController();
  const listen = () =>
    Line.open(url, (payload) => {
      const message = readNotification(payload, origin);
      if (message) bus.receive(message);
    }).catch(() => null);
  let line = await listen();

  const stayConnected = async (): Promise<void> => {
    for (let delayMs = FIRST_DELAY_MS; ; delayMs = Math.min(delayMs * 2, LONGEST_DELAY_MS)) {
      if (line) {
        await line.lost;
        line = null;
        delayMs = FIRST_DELAY_MS;
      }
      await sleep(delayMs, null, { signal: ending.signal, ref: false }).catch(() => undefined);
      if (ending.signal.aborted) return;
      line = await listen();
      if (line) bus.receive({ type: 'resync' });
    }
  };
  const staying = stayConnected();

  bus.setRelay((message) => {
    const light = message.type === 'appended' ? { ...message, events: [] } : message;
    const payload = JSON.stringify({ from: origin, message: light });
    if (Buffer.byteLength(payload) > LONGEST_PAYLOAD_BYTES) return;
    // A lost hint is made good by the next one, or by `resync` after a reconnect.
    line?.query('SELECT pg_notify($1, $2)', [CHANNEL, payload]);
  });
  return async () => {
    bus.setRelay(null);
    ending.abort();
    await line?.close();
    await staying;
  };
}

/** What another process says; null for our own, and for what somebody else sent through this channel. */
function readNotification(payload: string, origin: string): BusMessage | null {
  try {
    const { from, message } = JSON.parse(payload) as { from: string; message: BusMessage };
    return from === origin ? null : message;
  } catch {
    return null;
  }
}

/** One connection that listens, asked for a sign of life now and then. */
class Line {
  readonly #client: pg.Client;
  readonly #ping: NodeJS.Timeout;
  #last: Promise<unknown> = Promise.resolve();
  /** Resolves when it is lost or closed. */
  readonly lost: Promise<void>;

  private constructor(client: pg.Client, lost: Promise<void>) {
    this.#client = client;
    this.lost = lost;
    this.#ping = setInterval(() => this.query('SELECT 1'), PING_MS).unref();
    this.lost.then(() => clearInterval(this.#ping));
  }

  static async open(url: string, receive: (payload: string) => void): Promise<Line> {
    const client = new pg.Client({
      connectionString: url,
      keepAlive: true,
      connectionTimeoutMillis: CONNECT_MS,
      query_timeout: PING_MS,
    });
    client.on('error', () => undefined); // `end` follows
    const lost = new Promise<void>((resolve) => client.once('end', () => resolve()));
    client.on('notification', ({ payload }) => payload && receive(payload));
    try {
      await client.connect();
      await client.query(`LISTEN ${CHANNEL}`);
    } catch (error) {
      void client.end().catch(() => undefined);
      throw error;
    }
    return new Line(client, lost);
  }

  /** One after the other, as the driver wants it. What fails ends the connection. */
  query(text: string, values: unknown[] = []): void {
    this.#last = this.#last
      .then(() => this.#client.query(text, values))
      .catch(() => this.#client.end().catch(() => undefined));
  }

  /** What is under way is still said. */
  async close(): Promise<void> {
    await this.#last;
    await this.#client.end().catch(() => undefined);
  }
}
