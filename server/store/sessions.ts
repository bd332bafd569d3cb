import type { PrismaClient } from '../../prisma/generated/client.ts';

/** Sessions that were logged out before their time. What is not here and properly signed goes on. */
export class SessionStore {
  readonly #db: PrismaClient;

  constructor(db: PrismaClient) {
    this.#db = db;
  }

  /** Ends a session for good; forgets those whose cookies have expired meanwhile. `expiresAt` is in epoch ms. */
  async end(id: string, expiresAt: number): Promise<void> {
    await this.#db.endedSession.createMany({
      data: [{ id, expiresAt: new Date(expiresAt) }],
      skipDuplicates: true,
    });
    await this.#db.endedSession.deleteMany({ where: { expiresAt: { lt: new Date() } } });
  }

  /** Ids of all that have not expired by themselves. */
  async ended(): Promise<string[]> {
    const rows = await this.#db.endedSession.findMany({
      where: { expiresAt: { gte: new Date() } },
      select: { id: true },
    });
    return rows.map(({ id }) => id);
  }
}
