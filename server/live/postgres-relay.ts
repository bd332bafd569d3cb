import { randomUUID } from 'node:crypto';
import pg from 'pg';
import type { Bus, BusMessage } from './bus.ts';

const CHANNEL = 'hiper_lab';

/** Postgres refuses longer notifications. */
const LONGEST_PAYLOAD_BYTES = 7900;

/**
 * Carries bus messages between the servers and workers that share a Postgres, by LISTEN/NOTIFY. A notification is
 * a hint only: events themselves are read from the store. Returns what closes it.
 */
export async function relayThroughPostgres(bus: Bus, url: string): Promise<() => Promise<void>> {
  const origin = randomUUID();
  let client: pg.Client | null = null;
  let closed = false;
  let retryDelayMs = 500;

  const connect = async (): Promise<void> => {
    const next = new pg.Client({ connectionString: url, keepAlive: true });
    next.on('error', () => next.end().catch(() => undefined));
    next.on('end', () => {
      if (client === next) client = null;
      if (!closed) reconnectLater();
    });
    next.on('notification', ({ payload }) => {
      const { from, message } = JSON.parse(payload ?? '{}') as { from: string; message: BusMessage };
      if (from !== origin) bus.receive(message);
    });
    await next.connect();
    await next.query(`LISTEN ${CHANNEL}`);
    client = next;
    retryDelayMs = 500;
  };

  const reconnectLater = (): void => {
    setTimeout(() => {
      if (closed) return;
      connect().then(
        () => bus.receive({ type: 'resync' }),
        () => reconnectLater(),
      );
    }, retryDelayMs).unref();
    retryDelayMs = Math.min(retryDelayMs * 2, 10_000);
  };

  await connect();
  bus.setRelay((message) => {
    const light = message.type === 'appended' ? { ...message, events: [] } : message;
    const payload = JSON.stringify({ from: origin, message: light });
    if (payload.length > LONGEST_PAYLOAD_BYTES) return;
    // A lost hint is made good by the next one, or by `resync` after a reconnect.
    client?.query('SELECT pg_notify($1, $2)', [CHANNEL, payload]).catch(() => undefined);
  });
  return async () => {
    closed = true;
    bus.setRelay(null);
    await client?.end();
  };
}
