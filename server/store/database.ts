import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { PGlite } from '@electric-sql/pglite';
import { PrismaPg } from '@prisma/adapter-pg';
import pg from 'pg';
import { PrismaPGlite } from 'pglite-prisma-adapter';
import { PrismaClient } from '../../prisma/generated/client.ts';
import type { ServerConfig } from '../config.ts';
import { AppError } from '../contract/error.ts';
import { lockFolder } from './folder-lock.ts';
import { applyMigrations } from './migrations.ts';

/** A database that is up to date and answers. */
export interface Database {
  kind: 'embedded' | 'postgres';
  prisma: PrismaClient;
  /** The engine behind `prisma`, for those who bring their own tables or listen to notifications. */
  pglite: PGlite | null;
  url: string | null;
  close(): Promise<void>;
}

// A busy two-core machine may let a short transaction wait long; losing it would lose a point of a curve.
const transactionOptions = { maxWait: 60_000, timeout: 60_000 };

/** PGlite inside this process, in a folder of its own, or in memory for tests. */
async function openEmbedded(dataFolder: string | null): Promise<Database> {
  const unlock = dataFolder === null ? () => undefined : await lockFolder(dataFolder);
  try {
    const folder = dataFolder === null ? undefined : join(dataFolder, 'database');
    if (folder) mkdirSync(folder, { recursive: true });
    const pglite = await PGlite.create(folder);
    await applyMigrations(pglite);
    const prisma = new PrismaClient({ adapter: new PrismaPGlite(pglite), transactionOptions });
    return {
      kind: 'embedded',
      prisma,
      pglite,
      url: null,
      async close() {
        await prisma.$disconnect();
        await pglite.close();
        unlock();
      },
    };
  } catch (error) {
    unlock();
    throw error;
  }
}

async function openPostgres(url: string): Promise<Database> {
  const client = new pg.Client({ connectionString: url });
  try {
    await client.connect();
  } catch (error) {
    throw new AppError('bad-input', `DATABASE_URL: cannot connect: ${(error as Error).message}`, {
      cause: error,
    });
  }
  try {
    await applyMigrations({
      query: (text, values) => client.query(text, values),
      exec: (text) => client.query(text),
    });
  } finally {
    await client.end();
  }
  const prisma = new PrismaClient({ adapter: new PrismaPg({ connectionString: url }), transactionOptions });
  return { kind: 'postgres', prisma, pglite: null, url, close: () => prisma.$disconnect() };
}

export function openDatabase(config: Pick<ServerConfig, 'databaseUrl' | 'dataFolder'>): Promise<Database> {
  return config.databaseUrl === undefined
    ? openEmbedded(config.dataFolder)
    : openPostgres(config.databaseUrl);
}

/** An empty database that is gone with its process. */
export function openMemoryDatabase(): Promise<Database> {
  return openEmbedded(null);
}
