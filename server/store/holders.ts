import type { Database } from './database.ts';

/** A holder that is late has its reasons, but not for longer than this. */
const QUERY_MS = 5_000;

export interface HolderRow {
  id: string;
  beat: number;
}

/**
 * The servers and workers that hold runs. On PostgreSQL over connections that no long query keeps busy: a sign of life that
 * waits behind one comes too late.
 */
export class HolderStore {
  readonly #database: Database;

  constructor(database: Database) {
    this.#database = database;
  }

  async add(id: string): Promise<void> {
    await this.#query('INSERT INTO "Holder" ("id") VALUES ($1) ON CONFLICT DO NOTHING', [id]);
  }

  /** A sign of life. False when the holder has been declared dead. */
  async beat(id: string): Promise<boolean> {
    const rows = await this.#query('UPDATE "Holder" SET "beat" = "beat" + 1 WHERE "id" = $1 RETURNING "id"', [
      id,
    ]);
    return rows.length > 0;
  }

  async list(): Promise<HolderRow[]> {
    return (await this.#query('SELECT "id", "beat" FROM "Holder"')) as HolderRow[];
  }

  /** Declares one dead, unless it has beaten since; `beat` null: in any case. Returns whether this did it. */
  async remove(id: string, beat: number | null = null): Promise<boolean> {
    const text = 'DELETE FROM "Holder" WHERE "id" = $1 AND ($2::int IS NULL OR "beat" = $2) RETURNING "id"';
    return (await this.#query(text, [id, beat])).length > 0;
  }

  /** Declares all dead: for a database with a single process, which begins. */
  async clear(): Promise<void> {
    await this.#query('DELETE FROM "Holder"');
  }

  async #query(text: string, values: unknown[] = []): Promise<unknown[]> {
    const { pool, pglite } = this.#database;
    // `query_timeout` is missing from the driver's types of a single query.
    if (pool) return (await pool.query({ text, values, query_timeout: QUERY_MS } as { text: string })).rows;
    return pglite ? (await pglite.query(text, values)).rows : [];
  }
}
