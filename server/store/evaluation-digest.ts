import { setImmediate as nextTurn } from 'node:timers/promises';
import type { Prisma, PrismaClient } from '../../prisma/generated/client.ts';
import type { Evaluation } from '../contract/events.ts';
import {
  chooseEvaluationBin,
  DIGEST_EVALUATIONS,
  milestonesOf,
  thinEvaluations,
} from '../contract/milestones.ts';

// A long run has thousands of evaluations. Lists read a few of them (`Run.milestones`) and comparisons some dozens (EvaluationDigest); both
// are kept up with every evaluation that is stored, and gathered again from the events where a run went back.

const CHUNK_EVENTS = 500;

/** What is kept of the evaluations of a run, in order of iteration. */
export interface EvaluationDigest {
  milestones: Evaluation[];
  /** Thinned by `thinEvaluations` with this bin; 1: all are there. */
  bin: number;
  evaluations: Evaluation[];
}

const EMPTY: EvaluationDigest = { milestones: [], bin: 1, evaluations: [] };

const toJson = (evaluations: readonly Evaluation[]) => evaluations as unknown as Prisma.InputJsonValue;
const fromJson = (stored: unknown) => stored as Evaluation[];

function extended(digest: EvaluationDigest, next: readonly Evaluation[]): EvaluationDigest {
  const evaluations = [...digest.evaluations, ...next];
  const bin = chooseEvaluationBin(evaluations, DIGEST_EVALUATIONS, digest.bin);
  return {
    milestones: milestonesOf([...digest.milestones, ...next]),
    bin,
    evaluations: thinEvaluations(evaluations, bin),
  };
}

async function readKnown(
  tx: Prisma.TransactionClient,
  runIds: readonly string[],
): Promise<Map<string, EvaluationDigest>> {
  const runs = await tx.run.findMany({
    where: { id: { in: [...runIds] } },
    select: { id: true, milestones: true, evaluations: { select: { bin: true, evaluations: true } } },
  });
  const digests = runs.flatMap(({ id, milestones, evaluations: kept }): [string, EvaluationDigest][] =>
    milestones && kept
      ? [[id, { milestones: fromJson(milestones), bin: kept.bin, evaluations: fromJson(kept.evaluations) }]]
      : [],
  );
  return new Map(digests);
}

async function write(tx: Prisma.TransactionClient, runId: string, digest: EvaluationDigest): Promise<void> {
  const kept = { bin: digest.bin, evaluations: toJson(digest.evaluations) };
  await tx.run.update({
    where: { id: runId },
    data: {
      milestones: toJson(digest.milestones),
      evaluations: { upsert: { create: kept, update: kept } },
    },
  });
}

/** Takes evaluations in that are stored in this transaction. What must be gathered anyhow stays so. */
export async function extendDigest(
  tx: Prisma.TransactionClient,
  runId: string,
  evaluations: readonly Evaluation[],
): Promise<void> {
  const digest = (await readKnown(tx, [runId])).get(runId);
  if (digest) await write(tx, runId, extended(digest, evaluations));
}

/** After a run went back: what was not the best of all may be the last of what is left. Gathered again when somebody asks. */
export async function voidDigest(tx: Prisma.TransactionClient, runId: string): Promise<void> {
  await tx.evaluationDigest.deleteMany({ where: { runId } });
}

/** The digests of runs; gathered in short steps where an earlier version stored the run, or it went back. */
export async function readDigests(
  db: PrismaClient,
  runIds: readonly string[],
): Promise<Map<string, EvaluationDigest>> {
  const digests = await readKnown(db, runIds);
  for (const runId of runIds) if (!digests.has(runId)) digests.set(runId, await gather(db, runId));
  return digests;
}

async function gather(db: PrismaClient, runId: string): Promise<EvaluationDigest> {
  const before = await db.run.findUnique({ where: { id: runId }, select: { lastSeq: true } });
  let digest = EMPTY;
  let seq = 0;
  const readOn = async (tx: Prisma.TransactionClient): Promise<boolean> => {
    const rows = await tx.event.findMany({
      where: { runId, kind: 'evaluation', seq: { gt: seq } },
      orderBy: { seq: 'asc' },
      take: CHUNK_EVENTS,
      select: { seq: true, payload: true },
    });
    const next = rows.map(({ payload }) => (payload as unknown as { evaluation: Evaluation }).evaluation);
    digest = extended(digest, next);
    seq = rows.at(-1)?.seq ?? seq;
    return rows.length === CHUNK_EVENTS;
  };
  while (await readOn(db)) await nextTurn();
  await db.$transaction(async (tx) => {
    // Nobody writes from here on: either nothing is left, or a few that have come since.
    const [run] = await tx.$queryRaw<{ wentBack: boolean }[]>`
      SELECT EXISTS (SELECT 1 FROM "Event" WHERE "runId" = ${runId} AND "kind" = 'resumed' AND "seq" > ${before?.lastSeq ?? 0}) AS "wentBack"
      FROM "Run" WHERE "id" = ${runId} FOR UPDATE`;
    if (!run || run.wentBack) return;
    while (await readOn(tx));
    await write(tx, runId, digest);
  });
  return digest;
}
