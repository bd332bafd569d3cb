import { connect, createServer, type Server } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { presetConfig } from '../../../server/contract/presets.ts';
import { Bus, type BusMessage } from '../../../server/live/bus.ts';
import { Journal } from '../../../server/live/journal.ts';
import type { Database } from '../../../server/store/database.ts';
import { openDatabase } from '../../../server/store/open-database.ts';
import { makeStore, type Store } from '../../../server/store/store.ts';
import { openPostgres, type TestPostgres } from '../postgres.ts';

let postgres: TestPostgres;
beforeAll(async () => {
  postgres = await openPostgres();
});
afterAll(() => postgres.close());

const create = (store: Store) =>
  store.runs.create({ name: 'x', preset: 'tiny', config: presetConfig('tiny', { name: 'x' }) });

describe('times', () => {
  it.each(['America/New_York', 'Asia/Kolkata'])(
    'are instants, whatever the time zone of the database: %s',
    async (zone) => {
      const url = await postgres.database(zone, `TimeZone TO '${zone}'`);
      const database = await openDatabase({ databaseUrl: url, dataFolder: '' });
      const store = makeStore(database);
      try {
        const run = await create(store);
        await store.events.append(run.id, [{ kind: 'state', from: 'queued', to: 'starting', reason: '' }]);
        const now = Date.now();
        const { share } = await store.shares.create({
          kind: 'run',
          runIds: [run.id],
          title: '',
          query: '',
          expiresAt: now + 60_000,
        });
        // As another program sees them: now() of a session in the database's own time zone.
        const [row] = await postgres.query<Record<string, number>>(
          url,
          `SELECT extract(epoch FROM "createdAt" - now())::float AS created, extract(epoch FROM "startedAt" - now())::float AS started,
           (SELECT extract(epoch FROM "time" - now())::float FROM "Event" ORDER BY seq DESC LIMIT 1) AS event,
           (SELECT extract(epoch FROM "expiresAt" - now())::float FROM "Share") AS expires,
           (SELECT extract(epoch FROM "createdAt" - now())::float FROM "Share") AS shared FROM "Run"`,
        );
        for (const seconds of [row?.created, row?.started, row?.event, row?.shared]) {
          expect(seconds).toBeLessThan(1);
          expect(seconds).toBeGreaterThan(-30);
        }
        expect(Math.abs((row?.expires ?? 0) - 60)).toBeLessThan(30);
        const { createdAt } = await store.runs.require(run.id);
        expect(Math.abs(createdAt - Date.now())).toBeLessThan(30_000);
        expect(share.expiresAt).toBe(now + 60_000);
        expect((await postgres.query<{ zone: string }>(url, 'SHOW TimeZone'))[0]).toEqual({ TimeZone: zone });
      } finally {
        await database.close();
      }
    },
  );
});

/** Passes everything on, but can swallow the answer to a COMMIT together with its connection: committed, and nobody knows. */
async function openProxy(
  port: number,
): Promise<{ port: number; swallow(commits: number): void; swallowed(): number; server: Server }> {
  let left = 0;
  let done = 0;
  const server = createServer((client) => {
    const upstream = connect(port, '127.0.0.1');
    client.on('data', (chunk) => upstream.write(chunk));
    upstream.on('data', (chunk) => {
      if (left > 0 && chunk.includes('COMMIT\0')) {
        left -= 1;
        done += 1;
        client.destroy();
        upstream.destroy();
      } else client.write(chunk);
    });
    for (const [one, other] of [
      [client, upstream],
      [upstream, client],
    ] as const) {
      one.on('error', () => other.destroy());
      one.on('close', () => other.destroy());
    }
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('no port');
  return {
    port: address.port,
    server,
    swallow: (commits) => {
      left = commits;
      done = 0;
    },
    swallowed: () => done,
  };
}

describe('a connection that is lost during COMMIT', () => {
  let proxy: Awaited<ReturnType<typeof openProxy>>;
  let database: Database;
  let store: Store;
  let journal: Journal;
  let told: BusMessage[];

  beforeAll(async () => {
    proxy = await openProxy(postgres.port);
    const url = new URL(await postgres.database('commit'));
    url.port = String(proxy.port);
    database = await openDatabase({ databaseUrl: url.href, dataFolder: '' });
    store = makeStore(database);
    const bus = new Bus();
    told = [];
    bus.subscribe((message) => told.push(message));
    journal = new Journal(store.events, bus, database.link);
  });
  afterAll(async () => {
    await database.close();
    proxy.server.close();
  });

  it('stores every event once, tells readers to look, and lets a change of state that is done already count', async () => {
    const { id } = await create(store);
    const log = (text: string) => ({ kind: 'log', level: 'info', text }) as const;
    proxy.swallow(2);
    await journal.record(id, [
      log('one'),
      log('one'),
      { kind: 'iteration', iteration: 1, values: { success: 0 } },
    ]);
    expect(proxy.swallowed()).toBeGreaterThan(0);
    proxy.swallow(1);
    told.length = 0;
    await journal.record(id, [{ kind: 'checkpoint', iteration: 1 }]);
    expect(proxy.swallowed()).toBe(1);
    expect(told).toContainEqual(expect.objectContaining({ type: 'appended', runId: id, events: [] }));
    proxy.swallow(1);
    told.length = 0;
    await journal.recordState(id, { from: 'queued', to: 'starting', reason: 'Once' });
    expect(proxy.swallowed()).toBe(1);
    expect(told).toContainEqual({ type: 'runsChanged', runIds: [id] });
    expect(told).toContainEqual({ type: 'appended', runId: id, previousSeq: 6, lastSeq: 6, events: [] });

    const stored = await store.events.after(id, 0, 100);
    expect(stored.map(({ kind }) => kind)).toEqual([
      'state',
      'log',
      'log',
      'iteration',
      'checkpoint',
      'state',
    ]);
    expect(stored.map(({ seq }) => seq)).toEqual([1, 2, 3, 4, 5, 6]);
    expect(await store.runs.require(id)).toMatchObject({
      state: 'starting',
      lastSeq: 6,
      iteration: 1,
      lastCheckpoint: 1,
    });
    // The same words again are an event of their own.
    await journal.record(id, [log('one')]);
    expect(await store.events.logs(id, undefined, 10)).toHaveLength(3);
    await expect(
      journal.recordState(id, { from: 'queued', to: 'starting', reason: '' }),
    ).rejects.toMatchObject({ code: 'conflict' });
  });
});
