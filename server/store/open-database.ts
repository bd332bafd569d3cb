import { join } from 'node:path';
import { PGlite } from '@electric-sql/pglite';
import { PrismaPGlite } from 'pglite-prisma-adapter';
import { PrismaClient } from '../../prisma/generated/client.ts';
import type { ServerConfig } from '../config.ts';
import { explainFolderError, makeDataFolder } from './data-folder.ts';
import type { Database } from './database.ts';
import { Durable, openPglite } from './embedded.ts';
import { lockFolder } from './folder-lock.ts';
import { DatabaseLink } from './link.ts';
import { applyMigrations } from './migrations.ts';
import { openPostgres } from './postgres.ts';

// A busy two-core machine may let a short transaction wait long; losing it would lose a point of a curve.
const transactionOptions = { maxWait: 60_000, timeout: 60_000 };

/** PGlite inside this process, in a folder of its own, or in memory for tests. */
async function openEmbedded(dataFolder: string | null): Promise<Database> {
  if (dataFolder === null)
    return prepare(
      await PGlite.create(),
      (pglite) => pglite,
      () => undefined,
    );
  makeDataFolder(dataFolder);
  let unlock = () => {};
  try {
    unlock = await lockFolder(dataFolder);
    const pglite = await openPglite(join(dataFolder, 'database'));
    return await prepare(pglite, (engine) => new Durable(engine) as unknown as PGlite, unlock);
  } catch (error) {
    unlock();
    throw explainFolderError(error, dataFolder);
  }
}

async function prepare(
  pglite: PGlite,
  wrap: (pglite: PGlite) => PGlite,
  unlock: () => void,
): Promise<Database> {
  try {
    await applyMigrations(pglite);
  } catch (error) {
    await pglite.close().catch(() => undefined);
    throw error;
  }
  const prisma = new PrismaClient({ adapter: new PrismaPGlite(wrap(pglite)), transactionOptions });
  return {
    kind: 'embedded',
    prisma,
    pglite,
    url: null,
    pool: null,
    link: new DatabaseLink(false),
    async close() {
      await prisma.$disconnect();
      await pglite.close();
      unlock();
    },
  };
}

export function openDatabase(config: Pick<ServerConfig, 'databaseUrl' | 'dataFolder'>): Promise<Database> {
  return config.databaseUrl === undefined
    ? openEmbedded(config.dataFolder)
    : openPostgres(config.databaseUrl, transactionOptions);
}

/** An empty database that is gone with its process. */
export function openMemoryDatabase(): Promise<Database> {
  return openEmbedded(null);
}
