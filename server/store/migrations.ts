import { createHash, randomUUID } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { AppError } from '../contract/error.ts';

/** One connection: statements of one call after the other see the same session. */
export interface SqlSession {
  query(text: string, values?: unknown[]): Promise<{ rows: unknown[] }>;
  /** Several statements, no parameters. */
  exec(text: string): Promise<unknown>;
}

const folder = fileURLToPath(new URL('../../prisma/migrations', import.meta.url));

/** The table as Prisma's own tools make it, so that they understand this database. */
const CREATE_TABLE = `CREATE TABLE IF NOT EXISTS "_prisma_migrations" (
  "id" VARCHAR(36) PRIMARY KEY NOT NULL,
  "checksum" VARCHAR(64) NOT NULL,
  "finished_at" TIMESTAMPTZ,
  "migration_name" VARCHAR(255) NOT NULL,
  "logs" TEXT,
  "rolled_back_at" TIMESTAMPTZ,
  "started_at" TIMESTAMPTZ NOT NULL DEFAULT now(),
  "applied_steps_count" INTEGER NOT NULL DEFAULT 0
)`;

/** The number Prisma locks with, so that its tools and several starting servers wait for each other. */
const LOCK = 72_707_369;

/** Brings a database up to date. Returns the names of the migrations applied now. Throws AppError `conflict`. */
export async function applyMigrations(session: SqlSession): Promise<string[]> {
  await session.query(`SELECT pg_advisory_lock(${LOCK})`);
  try {
    return await applyPending(session);
  } finally {
    await session.query(`SELECT pg_advisory_unlock(${LOCK})`);
  }
}

async function applyPending(session: SqlSession): Promise<string[]> {
  await session.exec(CREATE_TABLE);
  const { rows } = await session.query(
    'SELECT "migration_name" AS name, "checksum" FROM "_prisma_migrations" WHERE "rolled_back_at" IS NULL',
  );
  const applied = new Map(
    (rows as { name: string; checksum: string }[]).map((row) => [row.name, row.checksum]),
  );
  const available = readdirSync(folder)
    .filter((name) => /^\d{14}_/.test(name))
    .sort();

  const unknown = [...applied.keys()].filter((name) => !available.includes(name));
  if (unknown.length > 0)
    throw new AppError(
      'conflict',
      `The database was made by a newer HiPER Lab (it has ${unknown.join(', ')}): update this one, or use another HIPER_DATA or DATABASE_URL`,
    );

  const done: string[] = [];
  for (const name of available) {
    const sql = readFileSync(join(folder, name, 'migration.sql'), 'utf8');
    const checksum = createHash('sha256').update(sql).digest('hex');
    if (applied.has(name)) {
      if (applied.get(name) === checksum) continue;
      throw new AppError(
        'conflict',
        `prisma/migrations/${name} has changed since it was applied: add a new migration instead`,
      );
    }
    // All or nothing: Postgres can roll back DDL.
    const row = `('${randomUUID()}', '${checksum}', now(), '${name}', 1)`;
    try {
      await session.exec(
        `BEGIN;\n${sql}\nINSERT INTO "_prisma_migrations" ("id", "checksum", "finished_at", "migration_name", "applied_steps_count") VALUES ${row};\nCOMMIT;`,
      );
    } catch (error) {
      await session.exec('ROLLBACK');
      throw new AppError('internal', `Migration ${name} failed: ${(error as Error).message}`, {
        cause: error,
      });
    }
    done.push(name);
  }
  return done;
}
