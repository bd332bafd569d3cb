import { setImmediate as nextTurn } from 'node:timers/promises';
import type { PrismaClient } from '../../prisma/generated/client.ts';
import type { TallyEvent } from '../contract/tally.ts';

/** Tallies of one query: others get their turn in between. */
const CHUNK = 50;

/** What the training episodes of runs add up to, iteration by iteration; it stands in the journal. */
export class TallyStore {
  readonly #db: PrismaClient;

  constructor(db: PrismaClient) {
    this.#db = db;
  }

  /** Those of a run that end within some iterations, in order. */
  async *read(runId: string, from = 0, to?: number): AsyncGenerator<TallyEvent> {
    for (let least = from; ; ) {
      const rows = await this.#db.event.findMany({
        where: { runId, kind: 'tally', iteration: { gte: least, lte: to } },
        orderBy: { iteration: 'asc' },
        take: CHUNK,
        select: { iteration: true, payload: true },
      });
      for (const { payload } of rows) yield payload as unknown as TallyEvent;
      if (rows.length < CHUNK) return;
      least = (rows.at(-1)?.iteration ?? 0) + 1;
      await nextTurn();
    }
  }
}
