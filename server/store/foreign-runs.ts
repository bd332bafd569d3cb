import { Prisma, type PrismaClient } from '../../prisma/generated/client.ts';
import type { BoardEntry } from '../contract/board-entry.ts';
import { AppError } from '../contract/error.ts';
import type { RunState, TrainerEvent } from '../contract/events.ts';
import type { MetricValue } from '../contract/metric-value.ts';
import type { RunOrigin } from '../contract/origin.ts';
import { type LatestMetrics, latestOf } from './latest-metrics.ts';
import { newRunId } from './runs.ts';

/** What a run of another trainer starts from. */
export interface NewForeignRun {
  name: string;
  note?: string;
  experimentId: number;
  source: string;
  params: Record<string, string>;
  tags: Record<string, string>;
  /** Epoch milliseconds. */
  startedAt: number;
  reason: string;
}

/** A run whose numbers are all there, in order of step. */
export interface ImportedRun {
  name: string;
  source: string;
  params: Record<string, string>;
  events: Extract<TrainerEvent, { kind: 'metrics' }>[];
  /** Epoch milliseconds; null where the files do not say. */
  startedAt: number | null;
  endedAt: number | null;
}

/** Events that are written at a time, and how long all of an import may take. */
const CHUNK_EVENTS = 1000;
const IMPORT_MS = 300_000;

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
  latest: LatestMetrics;
  /** What its owner states for a board; null: it is on none. */
  boardEntry: BoardEntry | null;
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
  boardEntry: true,
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
    latest: row.latest as unknown as LatestMetrics,
    boardEntry: row.boardEntry as unknown as BoardEntry | null,
  };
}

/** What runs of other trainers have that others have not. Their curves are events as any run's. */
export class ForeignRunStore {
  readonly #db: PrismaClient;

  constructor(db: PrismaClient) {
    this.#db = db;
  }

  /** A run that goes on elsewhere, with its first event. Returns its id. */
  async create(run: NewForeignRun): Promise<string> {
    const id = newRunId();
    const { name, note, experimentId, source, params, tags, startedAt, reason } = run;
    const first = { kind: 'state', from: null, to: 'running', reason };
    await this.#db.run.create({
      data: {
        ...{ id, name, note, origin: 'mlflow', state: 'running' },
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

  /** Stores whole runs, all of them or, where one cannot be stored, none. Returns their ids in order. */
  importAll(runs: readonly ImportedRun[]): Promise<string[]> {
    return this.#db.$transaction(
      async (tx) => {
        const ids: string[] = [];
        for (const run of runs) ids.push(await this.#import(tx, run));
        return ids;
      },
      { timeout: IMPORT_MS, maxWait: IMPORT_MS },
    );
  }

  async #import(tx: Prisma.TransactionClient, run: ImportedRun): Promise<string> {
    const id = newRunId();
    const { name, source, params, events } = run;
    const imported = { kind: 'state', from: null, to: 'finished', reason: `Imported from ${source}` };
    const success = events.findLast(({ values }) => values.success !== undefined)?.values.success;
    const latest = latestOf(events) as unknown as Prisma.InputJsonValue;
    await tx.run.create({
      data: {
        ...{ id, name, origin: 'file', state: 'finished' },
        startedAt: run.startedAt === null ? null : new Date(run.startedAt),
        endedAt: run.endedAt === null ? null : new Date(run.endedAt),
        iteration: events.at(-1)?.iteration ?? 0,
        lastSuccess: typeof success === 'number' ? success : null,
        lastSeq: events.length + 1,
        milestones: [],
        foreign: { create: { source, params, latest } },
        events: { create: { seq: 1, time: new Date(), kind: 'state', payload: imported } },
        evaluations: { create: { bin: 1, evaluations: [] } },
      },
    });
    for (let from = 0; from < events.length; from += CHUNK_EVENTS) {
      const rows = events.slice(from, from + CHUNK_EVENTS).map((payload, index) => ({
        seq: from + index + 2,
        iteration: payload.iteration,
        payload,
      }));
      // As one JSON text: ten times as fast as rows of parameters.
      await tx.$executeRaw`
        INSERT INTO "Event" ("runId", "seq", "time", "kind", "iteration", "payload")
        SELECT ${id}, "seq", now(), 'metrics', "iteration", "payload"
        FROM jsonb_to_recordset(${JSON.stringify(rows)}::jsonb) AS "row" ("seq" int, "iteration" int, "payload" jsonb)`;
    }
    return id;
  }

  /** Throws AppError `not-found`. */
  async require(id: string): Promise<ForeignRunRow> {
    const row = await this.#db.foreignRun.findUnique({ where: { runId: id }, select: SELECT });
    if (row) return toRow(row);
    throw new AppError('not-found', `There is no run ${id} of another trainer`);
  }

  /** Puts a run on a board, or takes it off (null). Throws AppError `not-found`. */
  async setBoardEntry(id: string, entry: BoardEntry | null): Promise<void> {
    await this.require(id);
    await this.#db.foreignRun.update({
      where: { runId: id },
      data: { boardEntry: entry ?? Prisma.DbNull },
    });
  }

  /** Those on a board, newest first: of some runs, or all that are not archived. */
  async onBoards(
    ids?: readonly string[],
  ): Promise<(ForeignRunRow & { ordinal: number; boardEntry: BoardEntry })[]> {
    const rows = await this.#db.foreignRun.findMany({
      where: {
        boardEntry: { not: Prisma.DbNull },
        run: ids ? { id: { in: [...ids] } } : { archived: false },
      },
      select: { ...SELECT, run: { select: { ...SELECT.run.select, ordinal: true } } },
      orderBy: [{ run: { createdAt: 'desc' } }, { runId: 'desc' }],
    });
    return rows.flatMap((row) => {
      const { boardEntry, ...rest } = toRow(row);
      return boardEntry ? [{ ...rest, boardEntry, ordinal: row.run.ordinal }] : [];
    });
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
