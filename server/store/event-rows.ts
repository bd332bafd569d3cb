import type { Prisma } from '../../prisma/generated/client.ts';

/** An event as the table holds it, but for its run. */
export interface EventRow {
  seq: number;
  time: Date;
  kind: string;
  iteration: number | null;
  onceKey: string | null;
  payload: object;
}

/**
 * Writes events of a run, all of them as one parameter: value by value, as `createMany` does it, a batch of an import takes
 * three times as long.
 */
export async function insertEvents(
  tx: Prisma.TransactionClient,
  runId: string,
  rows: readonly EventRow[],
): Promise<void> {
  if (rows.length === 0) return;
  await tx.$executeRaw`
    INSERT INTO "Event" ("runId", "seq", "time", "kind", "iteration", "onceKey", "payload")
    SELECT ${runId}, "seq", "time", "kind", "iteration", "onceKey", "payload"
    FROM jsonb_to_recordset(${JSON.stringify(rows)}::jsonb) AS "row"
      ("seq" int, "time" timestamptz(3), "kind" text, "iteration" int, "onceKey" text, "payload" jsonb)`;
}

/** Which of these keys the run has already. */
export async function takenKeys(
  tx: Prisma.TransactionClient,
  runId: string,
  keys: readonly string[],
): Promise<Set<string>> {
  if (keys.length === 0) return new Set();
  const rows = await tx.$queryRaw<{ onceKey: string }[]>`
    SELECT "onceKey" FROM "Event"
    WHERE "runId" = ${runId} AND "onceKey" IN (SELECT jsonb_array_elements_text(${JSON.stringify(keys)}::jsonb))`;
  return new Set(rows.map(({ onceKey }) => onceKey));
}
