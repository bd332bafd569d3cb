import { setTimeout as sleep } from 'node:timers/promises';
import { PrismaPg } from '@prisma/adapter-pg';
import pg from 'pg';
import { PrismaClient } from '../../prisma/generated/client.ts';
import { AppError } from '../contract/error.ts';
import type { Database } from './database.ts';
import { DatabaseLink } from './link.ts';
import { applyMigrations } from './migrations.ts';

/** A server that is started together with its database waits this long for it. */
const LONGEST_START_MS = 30_000;
const CONNECT_MS = 5_000;
const PING_MS = 2_000;
/** Whoever does not answer a ping for this long does not answer at all: its connections are given up. */
const PING_TIMEOUT_MS = 10_000;

/**
 * What every session asks for. Time zone UTC: Prisma's adapter sends times without a zone, so a database in another one would
 * store them hours off. A worker that vanishes in the middle of a transaction keeps its run locked no longer than this.
 */
const SESSION = '-c timezone=UTC -c idle_in_transaction_session_timeout=8000';

/** A database's URL with SESSION in it. */
export function withSession(url: string): string {
  const changed = new URL(url);
  changed.searchParams.set('options', `${changed.searchParams.get('options') ?? ''} ${SESSION}`.trim());
  return changed.href;
}

/**
 * A PostgreSQL server, up to date. Waits a little for one that is starting; throws AppError `bad-input` where it cannot connect,
 * and what applyMigrations throws.
 */
export async function openPostgres(
  givenUrl: string,
  transactionOptions: { maxWait: number; timeout: number },
): Promise<Database> {
  const url = withSession(givenUrl);
  const link = new DatabaseLink(true);
  await migrate(url, link);
  const pools = [10, 4].map((max) => openPool(url, max)) as [pg.Pool, pg.Pool];
  const [pool, pgPool] = pools;
  const prisma = new PrismaClient({ adapter: new PrismaPg(pool), transactionOptions });
  const endWatch = watch(pgPool, link, () => {
    for (const one of pools) dropConnections(one);
  });
  return {
    kind: 'postgres',
    prisma,
    pglite: null,
    url,
    pool: pgPool,
    link,
    async close() {
      endWatch();
      await prisma.$disconnect();
      await Promise.all(pools.map((one) => one.end()));
    },
  };
}

async function migrate(url: string, link: DatabaseLink): Promise<void> {
  const giveUpAt = performance.now() + LONGEST_START_MS;
  for (;;) {
    const client = new pg.Client({ connectionString: url, connectionTimeoutMillis: CONNECT_MS });
    client.on('error', () => undefined);
    try {
      await client.connect();
      await applyMigrations({
        query: (text, values) => client.query(text, values),
        exec: (text) => client.query(text),
      });
      return link.found();
    } catch (error) {
      if (error instanceof AppError && !link.isAway(error)) throw error;
      if (!link.lost(error) || performance.now() > giveUpAt)
        throw new AppError('bad-input', `DATABASE_URL: cannot connect: ${(error as Error).message}`, {
          cause: error,
        });
    } finally {
      await client.end().catch(() => undefined);
    }
    await sleep(500);
  }
}

/** Connections that notice when the other end is gone, and whose loss ends nobody. */
function openPool(url: string, max: number): pg.Pool {
  const pool = new pg.Pool({
    connectionString: url,
    max,
    connectionTimeoutMillis: CONNECT_MS,
    keepAlive: true,
    keepAliveInitialDelayMillis: 10_000,
  });
  // An idle connection was lost: the next query makes another.
  pool.on('error', () => undefined);
  const open = new Set<pg.PoolClient>();
  pool.on('connect', (client) => {
    open.add(client);
    // Between hands, a client has no other listener, and an error that nobody listens to ends the process.
    client.on('error', () => undefined);
  });
  pool.on('remove', (client) => open.delete(client));
  connections.set(pool, open);
  return pool;
}

const connections = new WeakMap<pg.Pool, Set<pg.PoolClient>>();

/** A machine that vanishes closes no connection: its queries would wait for a quarter of an hour. */
function dropConnections(pool: pg.Pool): void {
  for (const client of connections.get(pool) ?? [])
    (client as unknown as { connection: { stream: { destroy(): void } } }).connection.stream.destroy();
}

/** Asks for a sign of life every now and then, so that the System page knows. Returns what ends it. */
function watch(pool: pg.Pool, link: DatabaseLink, dropAll: () => void): () => void {
  let asking = false;
  const ask = async () => {
    if (asking) return;
    asking = true;
    const timer = setTimeout(dropAll, PING_TIMEOUT_MS);
    try {
      await pool.query('SELECT 1');
      link.found();
    } catch (error) {
      link.lost(error);
    } finally {
      clearTimeout(timer);
      asking = false;
    }
  };
  const timer = setInterval(() => void ask(), PING_MS).unref();
  return () => clearInterval(timer);
}
