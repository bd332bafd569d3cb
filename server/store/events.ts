import { createHash } from 'node:crypto';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { Prisma, type PrismaClient, type Event as StoredEvent } from '../../prisma/generated/client.ts';
import type { AlertEvent } from '../contract/alert-events.ts';
import { collectAlerts, type RunAlert } from '../contract/alerts.ts';
import { AppError } from '../contract/error.ts';
import type {
  EpisodesEvent,
  Evaluation,
  RecordingEvent,
  RunEvent,
  RunState,
  StateEvent,
  TrainerEvent,
} from '../contract/events.ts';
import type { ProvenanceEntry } from '../contract/provenance.ts';
import type { ProvenanceEvent } from '../contract/provenance-event.ts';
import type { LogLine } from '../contract/views.ts';
import { shelve, unshelveLater } from './episode-shelf.ts';
import { type EvaluationDigest, extendDigest, readDigests, voidDigest } from './evaluation-digest.ts';
import { type EventRow, insertEvents, takenKeys } from './event-rows.ts';
import { foldLatest } from './latest-metrics.ts';
import { extendBlocks, voidBlocks } from './series-blocks.ts';

/** What can be stored; of a recording, an EpisodesEvent says in the journal that it was. */
export type EventPayload = Exclude<TrainerEvent, { kind: 'progress' | 'failed' }> | StateEvent;

/** What stands in the journal. */
type StoredPayload = Exclude<EventPayload, RecordingEvent> | EpisodesEvent;

/** An event as a journal holds it. */
export type JournalEvent = StoredPayload & Pick<RunEvent, 'runId' | 'seq' | 'time'>;

/** Events committed together. `previousSeq` is the last one before them: a reader who has less has a gap. */
export interface Appended {
  runId: string;
  previousSeq: number;
  lastSeq: number;
  events: RunEvent[];
}

/** What must still be so, or nothing is written. */
export interface AppendGuard {
  /** The number the writer's worker took the run up with: a worker that was replaced may not write. */
  attempt?: number;
  state?: RunState;
}

/** One try of a write whose earlier tries may have been committed without our knowing. */
export interface WriteTry {
  /** The same for all tries. */
  id: string;
  again: boolean;
}

interface LockedRun {
  lastSeq: number;
  attempt: number;
  state: string;
  startedAt: Date | null;
  iteration: number;
  reducedTo: number;
}

type Transaction = Prisma.TransactionClient;

/** Events of one query where many may follow: others get their turn in between. */
const CHUNK_EVENTS = 500;

/** The kinds that belong to one iteration and are void once training goes on from an earlier one. */
const ITERATION_KINDS = [
  'iteration',
  'metrics',
  'evaluation',
  'checkpoint',
  'alert',
  'episodes',
  'provenance',
  'tally',
];

function iterationOf(payload: StoredPayload): number | null {
  if (payload.kind === 'evaluation') return payload.evaluation.iteration;
  return 'iteration' in payload ? payload.iteration : null;
}

/** What a run may have only once; a trainer that repeats iterations after a crash sends some again. */
function onceKeyOf(payload: EventPayload | EpisodesEvent): string | null {
  if (payload.kind === 'iteration' || payload.kind === 'checkpoint' || payload.kind === 'tally')
    return `${payload.kind} ${payload.iteration}`;
  if (payload.kind === 'metrics') {
    // Clients that hear no answer send again.
    const { iteration, loggedAt, values } = payload;
    const hash = createHash('sha256').update(JSON.stringify([loggedAt, values]));
    return `metrics ${iteration} ${hash.digest('base64url')}`;
  }
  if (payload.kind === 'alert') {
    const { alert, level, iteration, active } = payload;
    return `alert ${alert} ${level} ${iteration} ${active}`;
  }
  if (payload.kind === 'recording' || payload.kind === 'episodes') {
    const { iteration, evaluation, split, part } = payload;
    return `episodes ${iteration} ${evaluation ? split : 'rollout'} ${part}`;
  }
  if (payload.kind !== 'evaluation') return null;
  const { iteration, split, stepLimit } = payload.evaluation;
  return `evaluation ${iteration} ${split} ${stepLimit}`;
}

/** What an event changes in the row of its run. */
function changesOf(payload: StoredPayload, time: Date, started: boolean): Prisma.RunUpdateInput {
  switch (payload.kind) {
    case 'iteration':
      return { iteration: payload.iteration, lastSuccess: payload.values.success ?? null };
    case 'checkpoint':
      return { lastCheckpoint: payload.iteration };
    case 'facts': {
      const { kind: _kind, ...facts } = payload;
      return { facts };
    }
    case 'state': {
      const { to, reason } = payload;
      const ended = to === 'finished' || to === 'failed' || to === 'cancelled';
      return {
        state: to,
        endedAt: ended ? time : null,
        failure: to === 'failed' ? reason : null,
        ...(to === 'starting' && !started && { startedAt: time }),
      };
    }
    default:
      return {};
  }
}

/** An iteration with the seconds since its run began: only who stores it knows when that was. */
function withWallTime(payload: EventPayload, startedAt: Date | null, time: Date): EventPayload {
  if (payload.kind !== 'iteration' || startedAt === null || 'wallSeconds' in payload.values) return payload;
  const wallSeconds = (time.getTime() - startedAt.getTime()) / 1000;
  return { ...payload, values: { ...payload.values, wallSeconds } };
}

/** The same as `changesOf` for metrics of another trainer, which come in any order; `last` is the largest iteration before them. */
function changesOfMetrics(
  { iteration, values }: Extract<EventPayload, { kind: 'metrics' }>,
  last: number,
): Prisma.RunUpdateInput {
  const tells = iteration >= last && values.success !== undefined;
  return {
    iteration: Math.max(last, iteration),
    ...(tells && { lastSuccess: typeof values.success === 'number' ? values.success : null }),
  };
}

function checkGuard(runId: string, run: LockedRun, guard: AppendGuard): void {
  if (guard.attempt !== undefined && guard.attempt !== run.attempt)
    throw new AppError('conflict', `Another worker has taken over run ${runId}`);
  if (guard.state !== undefined && guard.state !== run.state)
    throw new AppError('conflict', `Run ${runId} is ${run.state} by now, no longer ${guard.state}`);
}

function toEvent(row: StoredEvent): RunEvent {
  return {
    ...(row.payload as unknown as StoredPayload),
    runId: row.runId,
    seq: row.seq,
    time: row.time.getTime(),
  };
}

/** The journal of every run: numbered by run without doubles, written by one worker at a time. */
export class EventStore {
  readonly #db: PrismaClient;

  constructor(db: PrismaClient) {
    this.#db = db;
  }

  /**
   * Appends and updates the run's own row in one transaction. Throws AppError `not-found`, or `conflict` when the
   * guard does not hold. A try that finds the write done already returns no events.
   */
  async append(
    runId: string,
    payloads: readonly EventPayload[],
    guard: AppendGuard = {},
    write?: WriteTry,
  ): Promise<Appended> {
    // One event without a key of its own marks the write; those that have one cannot come twice.
    const marked = write && payloads.findIndex((payload) => onceKeyOf(payload) === null);
    const mark = `write ${write?.id}`;
    return this.#db.$transaction(async (tx) => {
      const run = await this.#lock(tx, runId);
      if (write?.again && (await tx.event.count({ where: { runId, onceKey: mark } })) > 0)
        return { runId, previousSeq: run.lastSeq, lastSeq: run.lastSeq, events: [] };
      checkGuard(runId, run, guard);
      const keys = payloads.flatMap((payload) => onceKeyOf(payload) ?? []);
      let taken = await takenKeys(tx, runId, keys);
      const events: RunEvent[] = [];
      let changes: Prisma.RunUpdateInput = {};
      let rows: EventRow[] = [];
      let { reducedTo } = run;
      const writeRows = async () => {
        await insertEvents(tx, runId, rows);
        rows = [];
      };
      for (const [index, said] of payloads.entries()) {
        const time = new Date();
        const timed = withWallTime(said, run.startedAt, time);
        const onceKey = index === marked ? mark : onceKeyOf(timed);
        if (onceKey !== null && taken.has(onceKey)) continue;
        if (onceKey !== null) taken.add(onceKey);
        const payload = timed.kind === 'recording' ? await shelve(tx, runId, timed) : timed;
        const seq = run.lastSeq + events.length + 1;
        if (payload.kind === 'resumed') {
          await writeRows();
          changes = { ...changes, ...(await this.#voidLater(tx, runId, payload.iteration)) };
          reducedTo = await voidBlocks(tx, runId, reducedTo, payload.iteration);
          taken = await takenKeys(tx, runId, keys);
        } else if (payload.kind === 'metrics') {
          const last = Math.max(run.iteration, (changes.iteration as number | undefined) ?? 0);
          changes = { ...changes, ...changesOfMetrics(payload, last) };
        } else changes = { ...changes, ...changesOf(payload, time, run.startedAt !== null) };
        // Writers that do not come in order: what was summarised without this one is void.
        if (payload.kind === 'iteration' || payload.kind === 'metrics')
          reducedTo = await voidBlocks(tx, runId, reducedTo, payload.iteration - 1);
        rows.push({ seq, time, kind: payload.kind, iteration: iterationOf(payload), onceKey, payload });
        events.push({ ...payload, runId, seq, time: time.getTime() });
      }
      const lastSeq = run.lastSeq + events.length;
      await writeRows();
      if (events.length > 0) {
        const last = (changes.iteration as number | undefined) ?? run.iteration;
        // Other trainers may tell an old iteration next: whoever reads makes their blocks.
        const isForeign = events.some(({ kind }) => kind === 'metrics');
        changes.reducedTo = isForeign ? reducedTo : await extendBlocks(tx, runId, reducedTo, last);
        if (isForeign) await foldLatest(tx, runId, events);
        const evaluations = events.flatMap((event) => (event.kind === 'evaluation' ? event.evaluation : []));
        await tx.run.update({ where: { id: runId }, data: { ...changes, lastSeq } });
        if (evaluations.length > 0) await extendDigest(tx, runId, evaluations);
      }
      return { runId, previousSeq: run.lastSeq, lastSeq, events };
    });
  }

  /**
   * Stores events of another installation as they are, with their numbers and times; they come in order, in several calls. `last` says
   * that these are the last, and what state the run was in there: one that had not ended is called cancelled.
   */
  async restore(runId: string, events: readonly JournalEvent[], last: RunState | null): Promise<void> {
    let changes: Prisma.RunUpdateInput = {};
    let { startedAt, iteration: reached } = await this.#db.run.findUniqueOrThrow({ where: { id: runId } });
    const rows = events.map(({ runId: _runId, seq, time, ...payload }) => {
      const at = new Date(time);
      const stored = payload as StoredPayload;
      if (stored.kind === 'resumed')
        changes = { ...changes, iteration: stored.iteration, lastCheckpoint: stored.iteration || null };
      else if (stored.kind === 'metrics') changes = { ...changes, ...changesOfMetrics(stored, reached) };
      else changes = { ...changes, ...changesOf(stored, at, startedAt !== null) };
      reached = (changes.iteration as number | undefined) ?? reached;
      startedAt = (changes.startedAt as Date | undefined) ?? startedAt;
      return {
        seq,
        time: at,
        kind: stored.kind,
        iteration: iterationOf(stored),
        onceKey: onceKeyOf(stored),
        payload: stored,
      };
    });
    const { state, endedAt, failure, ...rest } = changes;
    const ended = last !== null && ['finished', 'failed', 'cancelled'].includes(last);
    await this.#db.$transaction(async (tx) => {
      await insertEvents(tx, runId, rows);
      if (events.some(({ kind }) => kind === 'metrics')) await foldLatest(tx, runId, events);
      await tx.run.update({
        where: { id: runId },
        data: {
          ...rest,
          ...(endedAt !== undefined && { endedAt }),
          ...(events.length > 0 && { lastSeq: events.at(-1)!.seq }),
          ...(last !== null && {
            state: ended ? last : 'cancelled',
            failure: last === 'failed' ? (failure ?? null) : null,
          }),
        },
      });
    });
  }

  /** Keeps other writers of the run out until the transaction ends, so that numbers are given out one by one. */
  async #lock(tx: Transaction, runId: string): Promise<LockedRun> {
    const [run] = await tx.$queryRaw<LockedRun[]>`
      SELECT "lastSeq", "attempt", "state", "startedAt", "iteration", "reducedTo" FROM "Run" WHERE "id" = ${runId} FOR UPDATE`;
    if (!run) throw new AppError('not-found', `There is no run ${runId}`);
    return run;
  }

  /** Removes what came after an iteration; returns what the run's row says then. */
  async #voidLater(tx: Transaction, runId: string, iteration: number): Promise<Prisma.RunUpdateInput> {
    await tx.event.deleteMany({
      where: { runId, kind: { in: ITERATION_KINDS }, iteration: { gt: iteration } },
    });
    await tx.checkpointEvaluation.deleteMany({ where: { runId, iteration: { gt: iteration } } });
    const last = await tx.event.findFirst({
      where: { runId, kind: 'iteration' },
      orderBy: { iteration: 'desc' },
    });
    const values = last && (last.payload as unknown as { values: Record<string, number | null> }).values;
    const lastCheckpoint = iteration > 0 ? iteration : null;
    await voidDigest(tx, runId);
    await unshelveLater(tx, runId, iteration);
    const milestones = Prisma.DbNull;
    return { iteration, lastSuccess: values?.success ?? null, lastCheckpoint, milestones };
  }

  /** The next `limit` events after `seq`, in order. */
  async after(runId: string, seq: number, limit: number): Promise<RunEvent[]> {
    const rows = await this.#db.event.findMany({
      where: { runId, seq: { gt: seq } },
      orderBy: { seq: 'asc' },
      take: limit,
    });
    return rows.map(toEvent);
  }

  /** The last event that is no log line; 0 for none. */
  async lastSeqWithoutLogs(runId: string): Promise<number> {
    const { _max } = await this.#db.event.aggregate({
      where: { runId, kind: { not: 'log' } },
      _max: { seq: true },
    });
    return _max.seq ?? 0;
  }

  /** What a run has said about itself but for curves, evaluations and logs, up to `seq`, in order. */
  async headlines(
    runId: string,
    seq: number,
  ): Promise<Extract<RunEvent, { kind: 'state' | 'alert' | 'paused' | 'resumed' }>[]> {
    const rows = await this.#db.event.findMany({
      where: { runId, kind: { in: ['state', 'alert', 'paused', 'resumed'] }, seq: { lte: seq } },
      orderBy: { seq: 'asc' },
    });
    return rows.map(toEvent) as Extract<RunEvent, { kind: 'state' | 'alert' | 'paused' | 'resumed' }>[];
  }

  /** When the last iterations were stored (epoch milliseconds), of those after `afterSeq` up to `seq`, in order. */
  async iterationTimes(runId: string, afterSeq: number, seq: number, limit: number): Promise<number[]> {
    const rows = await this.#db.event.findMany({
      where: { runId, kind: 'iteration', seq: { gt: afterSeq, lte: seq } },
      orderBy: { seq: 'desc' },
      take: limit,
      select: { time: true },
    });
    return rows.reverse().map(({ time }) => time.getTime());
  }

  /** Whether the run has gone back since an event: what was read of it may hold what is void. */
  async wentBackAfter(runId: string, seq: number): Promise<boolean> {
    return (await this.#db.event.count({ where: { runId, kind: 'resumed', seq: { gt: seq } } })) > 0;
  }

  /** Evaluations of a run up to `seq`, in order of iteration, read in short steps. */
  async evaluationsUpTo(runId: string, seq: number): Promise<Evaluation[]> {
    const found: Evaluation[] = [];
    for (let after = 0; ; ) {
      const rows = await this.#db.event.findMany({
        where: { runId, kind: 'evaluation', seq: { gt: after, lte: seq } },
        orderBy: { seq: 'asc' },
        take: CHUNK_EVENTS,
        select: { seq: true, payload: true },
      });
      for (const { payload } of rows)
        found.push((payload as unknown as Extract<TrainerEvent, { kind: 'evaluation' }>).evaluation);
      const last = rows.at(-1);
      if (!last || rows.length < CHUNK_EVENTS) return found.sort((a, b) => a.iteration - b.iteration);
      after = last.seq;
      await nextTurn();
    }
  }

  /** Metric values of iterations by run, in order of iteration. */
  async iterations(
    runIds: readonly string[],
  ): Promise<Map<string, Extract<TrainerEvent, { kind: 'iteration' }>[]>> {
    return this.#byRun(runIds, 'iteration');
  }

  /** Metric values of the last iteration; null before the first. */
  async lastValues(runId: string): Promise<Record<string, number | null> | null> {
    const row = await this.#db.event.findFirst({
      where: { runId, kind: 'iteration' },
      orderBy: { seq: 'desc' },
      select: { payload: true },
    });
    return row && (row.payload as unknown as Extract<TrainerEvent, { kind: 'iteration' }>).values;
  }

  /** See `milestonesOf`; by run. */
  async milestones(
    runs: readonly { id: string; milestones: Evaluation[] | null }[],
  ): Promise<Map<string, Evaluation[]>> {
    const byRun = new Map<string, Evaluation[]>();
    for (const { id, milestones } of runs)
      byRun.set(id, milestones ?? (await readDigests(this.#db, [id])).get(id)!.milestones);
    return byRun;
  }

  /** What a comparison shows of the evaluations of runs, as of now. */
  async evaluationDigests(runIds: readonly string[]): Promise<Map<string, EvaluationDigest>> {
    return readDigests(this.#db, runIds);
  }

  /** Evaluations by run, in order of iteration. */
  async evaluations(runIds: readonly string[]): Promise<Map<string, Evaluation[]>> {
    const events = await this.#byRun<Extract<TrainerEvent, { kind: 'evaluation' }>>(runIds, 'evaluation');
    return new Map([...events].map(([runId, list]) => [runId, list.map(({ evaluation }) => evaluation)]));
  }

  /** What is or was wrong with runs, in order of onset. */
  async alerts(runIds: readonly string[]): Promise<Map<string, RunAlert[]>> {
    const events = await this.#byRun<AlertEvent>(runIds, 'alert');
    return new Map([...events].map(([runId, list]) => [runId, collectAlerts(list)]));
  }

  async #byRun<Payload>(runIds: readonly string[], kind: string): Promise<Map<string, Payload[]>> {
    const rows = await this.#db.event.findMany({
      where: { runId: { in: [...runIds] }, kind },
      orderBy: [{ iteration: 'asc' }, { seq: 'asc' }],
      select: { runId: true, payload: true },
    });
    const byRun = new Map<string, Payload[]>();
    for (const { runId, payload } of rows) {
      const list = byRun.get(runId) ?? [];
      list.push(payload as unknown as Payload);
      byRun.set(runId, list);
    }
    return byRun;
  }

  /** Checkpoints that a run told of, in order, with when. */
  async checkpoints(runId: string): Promise<{ iteration: number; time: number }[]> {
    const rows = await this.#db.event.findMany({
      where: { runId, kind: 'checkpoint' },
      orderBy: { iteration: 'asc' },
      select: { iteration: true, time: true },
    });
    return rows.map(({ iteration, time }) => ({ iteration: iteration ?? 0, time: time.getTime() }));
  }

  async transitions(runId: string): Promise<(StateEvent & { time: number })[]> {
    const rows = await this.#db.event.findMany({ where: { runId, kind: 'state' }, orderBy: { seq: 'asc' } });
    return rows.map((row) => ({ ...(row.payload as unknown as StateEvent), time: row.time.getTime() }));
  }

  /** What has computed a run, start by start, in order; but for what was done again from an earlier iteration. */
  async provenance(runId: string): Promise<ProvenanceEntry[]> {
    const rows = await this.#db.event.findMany({
      where: { runId, kind: 'provenance' },
      orderBy: { seq: 'asc' },
    });
    return rows.map(({ payload, time }) => {
      const { kind: _kind, ...entry } = payload as unknown as ProvenanceEvent;
      return { ...entry, time: time.getTime() };
    });
  }

  /** The newest `limit` log lines before `beforeSeq`, oldest first. */
  async logs(runId: string, beforeSeq: number | undefined, limit: number): Promise<LogLine[]> {
    const lines: LogLine[] = [];
    for (let before = beforeSeq; lines.length < limit; await nextTurn()) {
      const take = Math.min(CHUNK_EVENTS, limit - lines.length);
      const rows = await this.#db.event.findMany({
        where: { runId, kind: 'log', ...(before !== undefined && { seq: { lt: before } }) },
        orderBy: { seq: 'desc' },
        take,
      });
      for (const row of rows) {
        const { level, text } = row.payload as unknown as Extract<TrainerEvent, { kind: 'log' }>;
        lines.push({ seq: row.seq, time: row.time.getTime(), level, text });
      }
      if (rows.length < take) break;
      before = lines.at(-1)?.seq;
    }
    return lines.reverse();
  }
}
