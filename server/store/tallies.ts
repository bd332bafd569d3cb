import { setImmediate as nextTurn } from 'node:timers/promises';
import type { PrismaClient } from '../../prisma/generated/client.ts';
import type { TallyEvent } from '../contract/tally.ts';

/** Tallies of one query: others get their turn in between. */
const CHUNK = 50;
const LAST = 2 ** 31 - 1;

/** A tally without its sub-goals, which are most of it, and without the rest. */
export type Distributions = Omit<TallyEvent, 'subgoals'>;
export type SubgoalCounts = Omit<TallyEvent, 'advantages'>;

/** What the training episodes of runs add up to, iteration by iteration; it stands in the journal. */
export class TallyStore {
  readonly #db: PrismaClient;

  constructor(db: PrismaClient) {
    this.#db = db;
  }

  /** Of a run, in order. */
  distributions(runId: string): AsyncGenerator<Distributions> {
    return this.#read<Distributions>(runId, 'subgoals');
  }

  /** Those that end within some iterations, in order. */
  subgoals(runId: string, from = 0, to = LAST): AsyncGenerator<SubgoalCounts> {
    return this.#read<SubgoalCounts>(runId, 'advantages', from, to);
  }

  async *#read<Part>(runId: string, without: keyof TallyEvent, from = 0, to = LAST): AsyncGenerator<Part> {
    for (let least = from; ; ) {
      // As text, which both databases hand over fastest.
      const rows = await this.#db.$queryRaw<{ iteration: number; payload: string }[]>`
        SELECT "iteration", ("payload" - ${without}::text)::text AS "payload" FROM "Event"
        WHERE "runId" = ${runId} AND "kind" = 'tally' AND "iteration" BETWEEN ${least}::int AND ${to}::int
        ORDER BY "iteration" LIMIT ${CHUNK}`;
      for (const { payload } of rows) yield JSON.parse(payload) as Part;
      if (rows.length < CHUNK) return;
      least = rows.at(-1)!.iteration + 1;
      await nextTurn();
    }
  }
}
