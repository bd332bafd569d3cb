import { setImmediate as nextTurn } from 'node:timers/promises';
import type { Prisma, PrismaClient } from '../../prisma/generated/client.ts';
import type { RunOrigin } from '../contract/origin.ts';
import { joinRows, reduceRows, rowsOfIterations, type SeriesRows } from '../contract/series.ts';
import { decodeRows, encodeRows } from '../contract/series-codec.ts';
import { ByteCache } from './byte-cache.ts';

// The metric values of a run, besides in its events, as a pyramid of blocks: stretches of 64 iterations value by value and by bins of
// 8, of 512 iterations by bins of 64, of 4096 by bins of 512. A curve of any length is read as some dozens of rows.

const BLOCK = 64;
/** The levels above the values themselves, finest first; each block is made of eight blocks of the level below. */
const UPPER_LEVELS = [
  { bin: 64, span: 512, below: 8, belowSpan: BLOCK },
  { bin: 512, span: 4096, below: 64, belowSpan: 512 },
] as const;
const LEVELS = [
  { bin: 1, span: BLOCK },
  { bin: 8, span: BLOCK },
  ...UPPER_LEVELS.map(({ bin, span }) => ({ bin, span })),
];
/** Iterations, and blocks, of one query: short enough that nobody notices waiting for it. */
const CHUNK_ITERATIONS = 256;
const CHUNK_BLOCKS = 32;
/** Events of a run of another trainer before it gets blocks, and iterations that it may have for each. */
const FEWEST_EVENTS = 4096;
const MOST_ITERATIONS_AN_EVENT = 8;

/** Curves kept for who asks next. */
const CACHE_BYTES = 48e6;
/** A number in an array that may hold null. */
const VALUE_BYTES = 16;
/** The names of the columns that were asked for are a part of what an entry is found by. */
const ENTRY_BYTES = 8192;

/** Some columns of a curve. */
export interface SomeColumns extends SeriesRows {
  /** Of all its columns. */
  keys: readonly string[];
}

const sizeOf = ({ iterations, columns }: SeriesRows) =>
  ENTRY_BYTES + VALUE_BYTES * iterations.length * (1 + Object.keys(columns).length);

type Transaction = Prisma.TransactionClient;

/** How far a run has got, and its blocks. */
export interface SeriesExtent {
  id: string;
  lastSeq: number;
  /** Last iteration. */
  iteration: number;
  reducedTo: number;
  origin: RunOrigin;
}

type Row = Parameters<typeof rowsOfIterations>[0][number];

/** The first `most` iterations of [from, to], each whole. */
async function readIterations(
  db: Transaction,
  runId: string,
  { from, to, most }: { from: number; to: number; most: number },
): Promise<SeriesRows> {
  const rows = await db.$queryRaw<{ payload: Row }[]>`
    SELECT "payload" FROM "Event"
    WHERE "runId" = ${runId} AND "kind" IN ('iteration', 'metrics') AND "iteration" >= ${from} AND "iteration" <= (
      SELECT max("iteration") FROM (
        SELECT DISTINCT "iteration" FROM "Event"
        WHERE "runId" = ${runId} AND "kind" IN ('iteration', 'metrics') AND "iteration" BETWEEN ${from} AND ${to}
        ORDER BY "iteration" LIMIT ${most}) AS "first")
    ORDER BY "iteration", "seq"`;
  return rowsOfIterations(rows.map(({ payload }) => payload));
}

/** The first blocks of a level that begin in [from, to), and where the next may begin. */
async function readBlocks(
  db: Transaction,
  runId: string,
  { bin, span }: { bin: number; span: number },
  from: number,
  to: number,
  wanted?: readonly string[],
): Promise<{ parts: SomeColumns[]; next: number }> {
  // As text: PGlite takes ten times as long to hand bytes over.
  const blocks = await db.$queryRaw<{ place: number; rows: string }[]>`
    SELECT "place", encode("rows", 'base64') AS "rows" FROM "SeriesBlock"
    WHERE "runId" = ${runId} AND "bin" = ${bin} AND "place" >= ${from / span} AND "place" < ${to / span}
    ORDER BY "place" LIMIT ${CHUNK_BLOCKS}`;
  return {
    parts: blocks.map(({ rows }) => decodeRows(Buffer.from(rows, 'base64'), wanted)),
    next: blocks.length < CHUNK_BLOCKS ? to : (blocks.at(-1)!.place + 1) * span,
  };
}

/** A block to be written. */
interface Block {
  bin: number;
  place: number;
  rows: SeriesRows;
}

/** As text, for the same reason. */
async function writeBlocks(tx: Transaction, runId: string, blocks: readonly Block[]): Promise<void> {
  if (blocks.length === 0) return;
  const told = blocks.map(({ bin, place, rows }) => ({
    ...{ bin, place },
    rows: Buffer.from(encodeRows(rows).buffer).toString('base64'),
  }));
  await tx.$executeRaw`
    INSERT INTO "SeriesBlock" ("runId", "bin", "place", "rows")
    SELECT ${runId}, "bin", "place", decode("rows", 'base64')
    FROM jsonb_to_recordset(${JSON.stringify(told)}::jsonb) AS "block" ("bin" int, "place" int, "rows" text)`;
}

function rowsBetween({ iterations, columns }: SeriesRows, from: number, to: number): SeriesRows {
  const start = iterations.findIndex((iteration) => iteration >= from);
  if (start < 0) return { iterations: [], columns: {} };
  let end = iterations.length;
  while (end > start && iterations[end - 1]! > to) end--;
  if (start === 0 && end === iterations.length) return { iterations, columns };
  return {
    iterations: iterations.slice(start, end),
    columns: Object.fromEntries(
      Object.entries(columns).map(([key, column]) => [key, column.slice(start, end)]),
    ),
  };
}

/**
 * Makes the blocks that the iterations up to `iteration` complete, at most those of 512 iterations; returns `reducedTo` after
 * it. The caller has locked the run and stores the number.
 */
async function extendOnce(
  tx: Transaction,
  runId: string,
  reducedTo: number,
  iteration: number,
): Promise<number> {
  const complete = Math.floor((iteration + 1) / BLOCK) * BLOCK;
  const [{ span: stretch }] = UPPER_LEVELS;
  const end = Math.min(complete, (Math.floor(reducedTo / stretch) + 1) * stretch);
  const rows = await readIterations(tx, runId, { from: reducedTo, to: end - 1, most: stretch });
  const blocks: Block[] = [];
  for (let from = reducedTo; from < end; from += BLOCK) {
    const values = rowsBetween(rows, from, from + BLOCK - 1);
    if (values.iterations.length === 0) continue;
    const place = from / BLOCK;
    blocks.push({ bin: 1, place, rows: values }, { bin: 8, place, rows: reduceRows(values, 8) });
  }
  await writeBlocks(tx, runId, blocks);
  const reached = blocks.length > 0 ? end : await skipGap(tx, runId, end, complete);
  for (const { bin, span, below, belowSpan } of UPPER_LEVELS) {
    const place = Math.floor(reducedTo / span);
    if (reached < (place + 1) * span) continue;
    const level = { bin: below, span: belowSpan };
    const { parts } = await readBlocks(tx, runId, level, place * span, (place + 1) * span);
    if (parts.length === 0) continue;
    await writeBlocks(tx, runId, [{ bin, place, rows: reduceRows(joinRows(parts), bin) }]);
  }
  return reached;
}

/** Where the next iteration's block begins: a run may leave some out. */
async function skipGap(tx: Transaction, runId: string, from: number, complete: number): Promise<number> {
  const next = await tx.event.findFirst({
    where: { runId, kind: { in: ['iteration', 'metrics'] }, iteration: { gte: from } },
    orderBy: { iteration: 'asc' },
    select: { iteration: true },
  });
  return next?.iteration ? Math.min(complete, Math.floor(next.iteration / BLOCK) * BLOCK) : complete;
}

const isBehind = ({ iteration, reducedTo }: Pick<SeriesExtent, 'iteration' | 'reducedTo'>) =>
  reducedTo + BLOCK <= iteration + 1;

/** What other trainers log may lie far apart, or change behind its end: blocks pay only where there is much of it, and densely. */
function paysBlocks({ origin, lastSeq, iteration }: SeriesExtent): boolean {
  if (origin === 'native') return true;
  return lastSeq >= FEWEST_EVENTS && iteration <= MOST_ITERATIONS_AN_EVENT * lastSeq;
}

/** Every block that the iterations up to `iteration` complete; in the transaction that stores them. */
export async function extendBlocks(
  tx: Transaction,
  runId: string,
  reducedTo: number,
  iteration: number,
): Promise<number> {
  let reached = reducedTo;
  while (isBehind({ iteration, reducedTo: reached }))
    reached = await extendOnce(tx, runId, reached, iteration);
  return reached;
}

/** Removes the blocks that hold anything after `iteration`; returns `reducedTo` after it. */
export async function voidBlocks(
  tx: Transaction,
  runId: string,
  reducedTo: number,
  iteration: number,
): Promise<number> {
  if (reducedTo <= iteration + 1) return reducedTo;
  await tx.seriesBlock.deleteMany({
    where: {
      runId,
      OR: LEVELS.map(({ bin, span }) => ({ bin, place: { gte: Math.floor((iteration + 1) / span) } })),
    },
  });
  return Math.floor((iteration + 1) / BLOCK) * BLOCK;
}

/** What of a run's curves is read. */
interface Part {
  bin: number;
  from: number;
  to: number;
  /** Columns; absent: all. */
  wanted?: readonly string[];
}

const someOf = (columns: SeriesRows['columns'], wanted: readonly string[]) =>
  Object.fromEntries(Object.entries(columns).filter(([key]) => wanted.includes(key)));

const rowsOnly = ({ iterations, columns }: SomeColumns): SeriesRows => ({ iterations, columns });

/** Curves of runs as far as they are stored, exact or reduced. */
export class SeriesStore {
  readonly #db: PrismaClient;
  /** By run, its last event, bin and stretch. */
  readonly #cache = new ByteCache<SomeColumns>(CACHE_BYTES, sizeOf);

  constructor(db: PrismaClient) {
    this.#db = db;
  }

  /** Makes what is missing, e.g. of a run that an earlier version stored, in short steps; returns `reducedTo`. */
  async complete(run: SeriesExtent): Promise<number> {
    let { reducedTo } = run;
    if (!paysBlocks(run)) return reducedTo;
    for (let isDone = !isBehind(run); !isDone; ) {
      await nextTurn();
      await this.#db.$transaction(async (tx) => {
        const [now] = await tx.$queryRaw<SeriesExtent[]>`
          SELECT "id", "lastSeq", "iteration", "reducedTo", "origin" FROM "Run" WHERE "id" = ${run.id} FOR UPDATE`;
        isDone = !now || !isBehind(now);
        if (!now || isDone) return;
        reducedTo = await extendOnce(tx, run.id, now.reducedTo, now.iteration);
        await tx.run.update({ where: { id: run.id }, data: { reducedTo } });
      });
    }
    return reducedTo;
  }

  /**
   * The same in the background, for a run that has just ended or come: whoever opens a long one first would wait for it. What fails
   * here, as the run was removed or the server ends, is made by who opens it.
   */
  async begin(runId: string): Promise<void> {
    try {
      const run = await this.#db.run.findUnique({
        where: { id: runId },
        select: { id: true, lastSeq: true, iteration: true, reducedTo: true, origin: true },
      });
      if (run) await this.complete(run as SeriesExtent);
    } catch {
      // See above.
    }
  }

  /**
   * Rows of the iterations `from` to `to`, widened to whole bins of `bin`, in order. Reads the coarsest blocks that do, finer ones
   * where those end, and events behind the last block; blocks that are not made yet are not waited for.
   */
  async read(run: SeriesExtent, bin: number, from = 0, to = run.iteration): Promise<SeriesRows> {
    return rowsOnly(await this.#readOnce(run, { bin, from, to }));
  }

  /** The same of the whole run for some columns, for who wants few of them soon. */
  readSome(run: SeriesExtent, bin: number, wanted: readonly string[]): Promise<SomeColumns> {
    return this.#readOnce(run, { bin, from: 0, to: run.iteration, wanted });
  }

  /** Every value, for who wants it once: not kept. */
  async readAll(run: SeriesExtent): Promise<SeriesRows> {
    return rowsOnly(await this.#read(run, { bin: 1, from: 0, to: run.iteration }));
  }

  #readOnce(run: SeriesExtent, part: Part): Promise<SomeColumns> {
    const { bin, from, to, wanted } = part;
    const key = [run.id, run.lastSeq, bin, from, to, wanted?.toSorted().join('\n')].join(' ');
    return this.#cache.get(key, () => this.#read(run, part));
  }

  async #read(run: SeriesExtent, { bin, from, to, wanted }: Part): Promise<SomeColumns> {
    const first = Math.floor(from / bin) * bin;
    const last = Math.min(run.iteration, (Math.floor(to / bin) + 1) * bin - 1);
    const parts: SeriesRows[] = [];
    const keys = new Set<string>();
    const add = (rows: SeriesRows, known: readonly string[]) => {
      for (const key of known) keys.add(key);
      parts.push(reduceRows(rowsBetween(rows, first, last), bin));
    };
    let at = first;
    for (const level of LEVELS.filter((candidate) => candidate.bin <= bin).reverse()) {
      const { span } = level;
      const blocksEnd = Math.floor(Math.min(run.reducedTo, last + 1) / span) * span;
      for (let start = Math.floor(at / span) * span; start < blocksEnd; ) {
        await nextTurn();
        const { parts, next } = await readBlocks(this.#db, run.id, level, start, blocksEnd, wanted);
        add(
          joinRows(parts),
          parts.flatMap(({ keys }) => keys),
        );
        start = next;
      }
      at = Math.max(at, blocksEnd);
    }
    while (at <= last) {
      await nextTurn();
      const rows = await readIterations(this.#db, run.id, { from: at, to: last, most: CHUNK_ITERATIONS });
      const { iterations, columns } = rows;
      add({ iterations, columns: wanted ? someOf(columns, wanted) : columns }, Object.keys(columns));
      at = (iterations.length < CHUNK_ITERATIONS ? last : iterations.at(-1)!) + 1;
    }
    // Pieces that meet within a bin.
    return { ...reduceRows(joinRows(parts), bin), keys: [...keys] };
  }
}
