import type { Prisma, PrismaClient } from '../../prisma/generated/client.ts';
import { AppError } from '../contract/error.ts';
import type { MetricValue, RunState } from '../contract/events.ts';
import type { RunOrigin } from '../contract/origin.ts';
import type { LatestMetric } from './latest-metrics.ts';
import { newRunId } from './runs.ts';

/** What a run of another trainer starts from. */
export interface NewForeignRun {
  name: string;
  note?: string;
  origin: Exclude<RunOrigin, 'native'>;
  experimentId: number | null;
  source: string;
  params: Record<string, string>;
  tags: Record<string, string>;
  /** Epoch milliseconds. */
  startedAt: number;
  reason: string;
}

/** A run of another trainer as its trainer knows it; times in epoch milliseconds. */
export interface ForeignRunRow {
  id: string;
  name: string;
  origin: RunOrigin;
  state: RunState;
  startedAt: number | null;
  endedAt: number | null;
  experimentId: number | null;
  params: Record<string, string>;
  tags: Record<string, string>;
  latest: Record<string, LatestMetric>;
}

/** A stored value of one metric. */
export interface HistoryPoint {
  value: MetricValue;
  step: number;
  timestamp: number;
}

const SELECT = {
  experimentId: true,
  params: true,
  tags: true,
  latest: true,
  run: { select: { id: true, name: true, origin: true, state: true, startedAt: true, endedAt: true } },
} as const;

type Stored = Prisma.ForeignRunGetPayload<{ select: typeof SELECT }>;

function toRow({ run, ...row }: Stored): ForeignRunRow {
  return {
    id: run.id,
    name: run.name,
    origin: run.origin as RunOrigin,
    state: run.state as RunState,
    startedAt: run.startedAt?.getTime() ?? null,
    endedAt: run.endedAt?.getTime() ?? null,
    experimentId: row.experimentId,
    params: row.params as Record<string, string>,
    tags: row.tags as Record<string, string>,
    latest: row.latest as unknown as Record<string, LatestMetric>,
  };
}

/** What runs of other trainers have that others have not. Their curves are events as any run's. */
export class ForeignRunStore {
  readonly #db: PrismaClient;

  constructor(db: PrismaClient) {
    this.#db = db;
  }

  /** A run that goes on elsewhere, with its first event. Returns its id. */
  create(run: NewForeignRun): Promise<string> {
    return this.#db.$transaction((tx) => this.createIn(tx, run));
  }

  /** The same in a transaction of the caller's. */
  async createIn(tx: Prisma.TransactionClient, run: NewForeignRun): Promise<string> {
    const id = newRunId();
    const { name, note, origin, experimentId, source, params, tags, startedAt, reason } = run;
    const first = { kind: 'state', from: null, to: 'running', reason };
    await tx.run.create({
      data: {
        ...{ id, name, note, origin },
        state: 'running',
        startedAt: new Date(startedAt),
        lastSeq: 1,
        milestones: [],
        foreign: { create: { experimentId, source, params, tags } },
        events: { create: { seq: 1, time: new Date(), kind: 'state', payload: first } },
        evaluations: { create: { bin: 1, evaluations: [] } },
      },
    });
    return id;
  }

  /** Throws AppError `not-found`. */
  async require(id: string): Promise<ForeignRunRow> {
    const row = await this.#db.foreignRun.findUnique({ where: { runId: id }, select: SELECT });
    if (row) return toRow(row);
    throw new AppError('not-found', `There is no run ${id} of another trainer`);
  }

  /** Of MLflow's experiments, newest first. */
  async ofExperiments(experimentIds: readonly number[]): Promise<ForeignRunRow[]> {
    const rows = await this.#db.foreignRun.findMany({
      where: { experimentId: { in: [...experimentIds] } },
      select: SELECT,
      orderBy: [{ run: { startedAt: 'desc' } }, { runId: 'asc' }],
    });
    return rows.map(toRow);
  }

  /** Adds params and tags, with what else the page shows of them. `check` may refuse what is there already. */
  async extend(
    id: string,
    added: { params?: Record<string, string>; tags?: Record<string, string> },
    check: (row: ForeignRunRow) => void,
  ): Promise<void> {
    await this.#db.$transaction(async (tx) => {
      // One after the other: what is stored is the union.
      await tx.$queryRaw`SELECT 1 FROM "ForeignRun" WHERE "runId" = ${id} FOR UPDATE`;
      const stored = await tx.foreignRun.findUnique({ where: { runId: id }, select: SELECT });
      if (!stored) throw new AppError('not-found', `There is no run ${id} of another trainer`);
      const row = toRow(stored);
      check(row);
      await tx.foreignRun.update({
        where: { runId: id },
        data: { params: { ...row.params, ...added.params }, tags: { ...row.tags, ...added.tags } },
      });
    });
  }

  async removeTag(id: string, key: string): Promise<void> {
    const { tags } = await this.require(id);
    const { [key]: _gone, ...kept } = tags;
    if (!(key in tags)) throw new AppError('not-found', `Run ${id} has no tag ${key}`);
    await this.#db.foreignRun.update({ where: { runId: id }, data: { tags: kept } });
  }

  /** When it began and ended, by the trainer's own clock. */
  async setTimes(id: string, times: { endedAt?: number }): Promise<void> {
    if (times.endedAt !== undefined)
      await this.#db.run.update({ where: { id }, data: { endedAt: new Date(times.endedAt) } });
  }

  /** Values of one metric under its trainer's name, in order of step and time; `limit` of them after the first `skip`. */
  async history(id: string, name: string, skip: number, limit: number): Promise<HistoryPoint[]> {
    // Under the key of the catalogue where the trainer's name is called otherwise there.
    return this.#db.$queryRaw<HistoryPoint[]>`
      SELECT "values"->"key" AS "value", "step", "timestamp" FROM (
        SELECT "seq", "iteration" AS "step", ("payload"->>'loggedAt')::float8 AS "timestamp",
          "payload"->'values' AS "values", coalesce("payload"->'names', '{}') AS "names",
          coalesce((SELECT "n"."key" FROM jsonb_each_text(coalesce("payload"->'names', '{}')) AS "n"
            WHERE "n"."value" = ${name}::text), ${name}::text) AS "key"
        FROM "Event" WHERE "runId" = ${id} AND "kind" = 'metrics') AS "logged"
      WHERE "values"->"key" IS NOT NULL AND ("key" <> ${name}::text OR "names"->"key" IS NULL)
      ORDER BY "step", "timestamp", "seq" OFFSET ${skip} LIMIT ${limit}`;
  }
}
