import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import type { Bus, BusMessage } from './bus.ts';

const CHANNEL = 'hiper_lab';

/** Postgres refuses longer notifications. */
const LONGEST_PAYLOAD_BYTES = 7900;
const CONNECT_MS = 5_000;
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
  let client = await connect(url, (message) => bus.receive(message), origin);
  let sent: Promise<unknown> = Promise.resolve();

  const stayConnected = async (): Promise<void> => {
    for (let delayMs = 100; ; delayMs = Math.min(delayMs * 2, LONGEST_DELAY_MS)) {
      if (client) {
        await untilLost(client, ending.signal);
        client = null;
        delayMs = 100;
      }
      await sleep(delayMs, null, { signal: ending.signal, ref: false }).catch(() => undefined);
      if (ending.signal.aborted) return;
      client = await connect(url, (message) => bus.receive(message), origin).catch(() => null);
      if (client) bus.receive({ type: 'resync' });
    }
  };
  const staying = stayConnected();

  bus.setRelay((message) => {
    const light = message.type === 'appended' ? { ...message, events: [] } : message;
    const payload = JSON.stringify({ from: origin, message: light });
    if (Buffer.byteLength(payload) > LONGEST_PAYLOAD_BYTES) return;
    // A lost hint is made good by the next one, or by `resync` after a reconnect.
    sent = client?.query('SELECT pg_notify($1, $2)', [CHANNEL, payload]).catch(() => undefined) ?? sent;
  });
  return async () => {
    bus.setRelay(null);
    await Promise.race([sent, sleep(1_000, null, { ref: false })]);
    ending.abort();
    await staying;
  };
}

async function connect(
  url: string,
  receive: (message: BusMessage) => void,
  origin: string,
): Promise<pg.Client | null> {
  const client = new pg.Client({
    connectionString: url,
    keepAlive: true,
    connectionTimeoutMillis: CONNECT_MS,
    query_timeout: PING_MS,
  });
  client.on('error', () => undefined); // `end` follows
  client.on('notification', ({ payload }) => {
    const { from, message } = JSON.parse(payload ?? '{}') as { from: string; message: BusMessage };
    if (from !== origin) receive(message);
  });
  try {
    await client.connect();
    await client.query(`LISTEN ${CHANNEL}`);
    return client;
  } catch (error) {
    void client.end().catch(() => undefined);
    throw error;
  }
}

/** Resolves when the connection is lost, does not answer any more, or is closed by the signal. */
async function untilLost(client: pg.Client, signal: AbortSignal): Promise<void> {
  const lost = new AbortController();
  const ended = once(client, 'end', { signal: lost.signal }).catch(() => undefined);
  const ping = setInterval(() => client.query('SELECT 1').catch(() => lost.abort()), PING_MS).unref();
  const stop = () => lost.abort();
  signal.addEventListener('abort', stop, { once: true });
  await ended;
  clearInterval(ping);
  signal.removeEventListener('abort', stop);
  void client.end().catch(() => undefined);
}
