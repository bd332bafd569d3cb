import { readdirSync, readFileSync } from 'node:fs';
import { PGlite } from '@electric-sql/pglite';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { pendingMigrationSql } from '../../../prisma/schema-engine.ts';
import { applyMigrations } from '../../../server/store/migrations.ts';

describe('migrations', () => {
  let database: PGlite;
  beforeAll(async () => {
    database = await PGlite.create();
  }, 60_000);
  afterAll(() => database.close());

  it('make what schema.prisma says', { timeout: 60_000 }, async () => {
    expect(await pendingMigrationSql()).toBe('');
  });

  it('are applied once, in Prisma’s own format', async () => {
    const first = await applyMigrations(database);
    expect(first.length).toBeGreaterThan(0);
    expect(await applyMigrations(database)).toEqual([]);
    const { rows } = await database.query<{
      migration_name: string;
      done: boolean;
      applied_steps_count: number;
    }>('SELECT migration_name, finished_at IS NOT NULL AS done, applied_steps_count FROM _prisma_migrations');
    expect(rows).toEqual(
      first.map((migration_name) => ({ migration_name, done: true, applied_steps_count: 1 })),
    );
  });

  it('count runs from before in the order in which they were made', async () => {
    const folder = 'prisma/migrations';
    const name = readdirSync(folder).find((entry) => entry.endsWith('_run-ordinal'));
    await database.exec(`ALTER TABLE "Run" DROP COLUMN "ordinal";
      INSERT INTO "Run" ("id", "name", "config", "createdAt") VALUES
        ('second', '', '{}', '2026-01-02'), ('third', '', '{}', '2026-01-03'), ('first', '', '{}', '2026-01-01');`);
    await database.exec(readFileSync(`${folder}/${name}/migration.sql`, 'utf8'));
    await database.exec(`INSERT INTO "Run" ("id", "name", "config") VALUES ('next', '', '{}')`);
    const { rows } = await database.query('SELECT "id", "ordinal" FROM "Run" ORDER BY "ordinal"');
    expect(rows).toEqual(
      ['first', 'second', 'third', 'next'].map((id, index) => ({ id, ordinal: index + 1 })),
    );
  });

  it('refuse a migration that was changed after it was applied', async () => {
    await database.exec(`UPDATE _prisma_migrations SET checksum = 'other'`);
    await expect(applyMigrations(database)).rejects.toThrow(/has changed since it was applied/);
  });

  it('refuse a database of a newer version', async () => {
    await database.exec(`UPDATE _prisma_migrations SET migration_name = '29990101000000_future'`);
    await expect(applyMigrations(database)).rejects.toThrow(/newer HiPER Lab/);
  });
});
