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
/** Also how long a query waits for its turn, which may be long on a busy machine. */
const PRISMA_CONNECT_MS = 15_000;
const PING_MS = 2_000;
/** Whoever does not answer a ping for this long does not answer at all: its connections are given up. */
const PING_TIMEOUT_MS = 10_000;

/**
 * What every session asks for. Time zone UTC: Prisma's adapter sends times without a zone, so a database in another one would
 * store them hours off. A worker that vanishes in the middle of a transaction keeps its run locked no longer than this.
 */
const SESSION = '-c timezone=UTC -c idle_in_transaction_session_timeout=8000';

/** A database's URL with SESSION in it. Throws AppError `bad-input` for what is no URL. */
function withSession(url: string): string {
  if (!URL.canParse(url))
    throw new AppError(
      'bad-input',
      'DATABASE_URL is no URL: write postgres://user:password@host:port/database, special characters percent-encoded',
    );
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
  const connections = new Set<pg.PoolClient>();
  const prismaPool = openPool(url, { max: 10, connectionTimeoutMillis: PRISMA_CONNECT_MS }, connections);
  const pool = openPool(url, { max: 4, connectionTimeoutMillis: CONNECT_MS }, connections);
  const prisma = new PrismaClient({ adapter: new PrismaPg(prismaPool), transactionOptions });
  const endWatch = watch(pool, link, connections);
  return {
    kind: 'postgres',
    prisma,
    pglite: null,
    url,
    pool,
    link,
    async close() {
      endWatch();
      await prisma.$disconnect();
      await Promise.all([prismaPool.end(), pool.end()]);
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

/** A pool whose lost connections end nobody; `connections` has the open ones. */
function openPool(url: string, config: pg.PoolConfig, connections: Set<pg.PoolClient>): pg.Pool {
  const pool = new pg.Pool({
    connectionString: url,
    ...config,
    keepAlive: true,
    keepAliveInitialDelayMillis: 10_000,
  });
  // An idle connection was lost: the next query makes another.
  pool.on('error', () => undefined);
  pool.on('connect', (client) => {
    connections.add(client);
    // Between hands, a client has no other listener, and an error that nobody listens to ends the process.
    client.on('error', () => undefined);
  });
  pool.on('remove', (client) => connections.delete(client));
  return pool;
}

/** Asks for a sign of life every now and then, so that the System page knows. Returns what ends it. */
function watch(pool: pg.Pool, link: DatabaseLink, connections: Set<pg.PoolClient>): () => void {
  // A machine that vanishes closes no connection: what was asked of it would wait for a quarter of an hour.
  const dropAll = () => {
    for (const client of connections)
      (client as unknown as { connection: { stream: { destroy(): void } } }).connection.stream.destroy();
  };
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
