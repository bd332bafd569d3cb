import type { Prisma, PrismaClient, Sweep } from '../../prisma/generated/client.ts';
import { AppError } from '../contract/error.ts';
import { type SweepPlan, type SweepState, sweepTitle } from '../contract/sweep-plan.ts';
import { newRunId, readStoredConfig } from './runs.ts';

/** A sweep as stored; times in epoch milliseconds. Its runs name it. */
export interface SweepRow {
  id: string;
  plan: SweepPlan;
  state: SweepState;
  failure: string | null;
  /** Rungs whose runs have all been launched. */
  started: number;
  /** The process that takes it on, or did; see HolderStore. */
  holder: string;
  createdAt: number;
  endedAt: number | null;
}

function toRow({ seq: _seq, plan, state, createdAt, endedAt, ...row }: Sweep): SweepRow {
  return {
    ...row,
    plan: plan as unknown as SweepPlan,
    state: state as SweepState,
    createdAt: createdAt.getTime(),
    endedAt: endedAt?.getTime() ?? null,
  };
}

/** Runs that were launched as one experiment. */
export class SweepStore {
  readonly #db: PrismaClient;

  constructor(db: PrismaClient) {
    this.#db = db;
  }

  /** Returns its id. */
  async create(plan: SweepPlan, holder: string): Promise<string> {
    const id = newRunId();
    await this.#db.sweep.create({
      data: { id, plan: plan as unknown as Prisma.InputJsonValue, holder },
    });
    return id;
  }

  async find(id: string): Promise<SweepRow | null> {
    const row = await this.#db.sweep.findUnique({ where: { id } });
    if (!row) return null;
    const { plan, ...rest } = toRow(row);
    // As the configs of its runs are read, so that they can be told equal.
    return { ...rest, plan: { ...plan, configs: plan.configs.map(readStoredConfig) } };
  }

  /** What one is called, without reading the rest; null where there is none. */
  async titleOf(id: string): Promise<string | null> {
    const [row] = await this.#db.$queryRaw<Pick<SweepPlan, 'name' | 'vary'>[]>`
      SELECT "plan"->>'name' AS "name", "plan"->'vary' AS "vary" FROM "Sweep" WHERE "id" = ${id}`;
    return row ? sweepTitle(row) : null;
  }

  /** Throws AppError `not-found`. */
  async require(id: string): Promise<SweepRow> {
    const row = await this.find(id);
    if (!row) throw new AppError('not-found', `There is no sweep ${id}`);
    return row;
  }

  /** Newest first, with configs as they were stored. */
  async list(): Promise<SweepRow[]> {
    return (await this.#db.sweep.findMany({ orderBy: { seq: 'desc' } })).map(toRow);
  }

  /** Those that go on and whose holder is gone, the oldest first. */
  async orphans(): Promise<{ id: string; holder: string }[]> {
    return this.#db.$queryRaw<{ id: string; holder: string }[]>`
      SELECT "id", "holder" FROM "Sweep"
      WHERE "state" = 'running' AND "holder" NOT IN (SELECT "id" FROM "Holder") ORDER BY "seq"`;
  }

  /** Hands one over; false where somebody else was faster. */
  async claim({ id, holder }: { id: string; holder: string }, by: string): Promise<boolean> {
    const { count } = await this.#db.sweep.updateMany({ where: { id, holder }, data: { holder: by } });
    return count > 0;
  }

  /** So many rungs have been launched whole. */
  async start(id: string, started: number): Promise<void> {
    await this.#db.sweep.updateMany({ where: { id }, data: { started } });
  }

  /** Ends one that goes on; false where it does not any more. */
  async end(id: string, state: Exclude<SweepState, 'running'>, failure: string | null): Promise<boolean> {
    const { count } = await this.#db.sweep.updateMany({
      where: { id, state: 'running' },
      data: { state, failure, endedAt: new Date() },
    });
    return count > 0;
  }

  /** One that failed or was cancelled goes on, with this holder; false where it does already, or is finished. */
  async resume(id: string, holder: string): Promise<boolean> {
    const { count } = await this.#db.sweep.updateMany({
      where: { id, state: { in: ['failed', 'cancelled'] } },
      data: { state: 'running', failure: null, endedAt: null, holder },
    });
    return count > 0;
  }

  /** Forgets one that does not go on; its runs stay. */
  async remove(id: string): Promise<void> {
    await this.#db.sweep.deleteMany({ where: { id, state: { not: 'running' } } });
  }
}
