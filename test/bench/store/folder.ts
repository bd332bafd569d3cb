import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { ALFWORLD_TASK_TYPES } from '../../../server/contract/environments.ts';
import { METRIC_KEYS } from '../../../server/contract/metrics.ts';
import { parseRunConfig } from '../../../server/contract/run-config.ts';
import type { Database } from '../../../server/store/database.ts';
import type { EventPayload } from '../../../server/store/events.ts';
import { openDatabase } from '../../../server/store/open-database.ts';
import { makeStore, type Store } from '../../../server/store/store.ts';
import { makeEvaluation } from '../../evaluation.ts';

/** A data folder with finished runs of one length. */
export interface BenchFolder {
  folder: string;
  runIds: string[];
}

/** What fills a folder. */
export interface BenchRuns {
  runs: number;
  /** Of each run, every metric of the catalogue after each. */
  iterations: number;
  /** Iterations between two evaluations, and from log line to log line; absent: as a run does by itself. */
  every?: number;
  /** Runs that the store writes event by event; the others are copies of them under names and seeds of their own. Absent: all. */
  written?: number;
}

const BATCH = 256;
const LONGEST = 10_000;

/** Opens or makes the folder; what an interrupted call has made is kept. */
export async function makeFolder(
  root: string,
  { runs, iterations, every, written = runs }: BenchRuns,
): Promise<BenchFolder> {
  const folder = join(root, every === undefined ? `${iterations}` : `${iterations}-every-${every}`);
  const list = join(folder, 'bench-runs.json');
  mkdirSync(folder, { recursive: true });
  const runIds: string[] = existsSync(list) ? JSON.parse(readFileSync(list, 'utf8')) : [];
  if (runIds.length < runs) {
    const database = await openDatabase({ databaseUrl: undefined, dataFolder: folder });
    const store = makeStore(database);
    while (runIds.length < runs) {
      const started = performance.now();
      const index = runIds.length;
      runIds.push(
        index < written
          ? await makeRun(store, index, iterations, every)
          : await copyRun(database, store, runIds[index % written]!, index),
      );
      writeFileSync(list, JSON.stringify(runIds));
      const seconds = (performance.now() - started) / 1000;
      console.log(`made run ${runIds.length} of ${runs}: ${iterations} iterations, ${seconds.toFixed(1)} s`);
    }
    await database.close();
  }
  return { folder, runIds: runIds.slice(0, runs) };
}

async function makeRun(
  store: Store,
  index: number,
  iterations: number,
  every: number | undefined,
): Promise<string> {
  const config = configOf(index, iterations);
  const evaluateEvery = every ?? config.evaluateEvery;
  const logEvery = every ?? 1;
  const run = await store.runs.create({
    name: `bench run ${index + 1}`,
    preset: null,
    config: { ...config, iterations },
  });
  const state = (from: string, to: string) => ({ kind: 'state', from, to, reason: '' }) as EventPayload;
  await store.events.append(run.id, [state('queued', 'starting'), state('starting', 'running')]);
  for (let from = 1; from <= iterations; from += BATCH) {
    const payloads: EventPayload[] = from === 1 ? evaluationsAt(0, index) : [];
    for (let iteration = from; iteration < Math.min(from + BATCH, iterations + 1); iteration++) {
      payloads.push({ kind: 'iteration', iteration, values: valuesAt(iteration, index) });
      if (iteration % logEvery === 0)
        payloads.push({ kind: 'log', level: 'info', text: `iteration ${iteration}: success 0.5, 12.3 s` });
      if (iteration % evaluateEvery === 0 || iteration === iterations)
        payloads.push(...evaluationsAt(iteration, index));
    }
    await store.events.append(run.id, payloads);
  }
  await store.events.append(run.id, [{ kind: 'finished' }, state('running', 'finished')]);
  return run.id;
}

const configOf = (index: number, iterations: number) =>
  parseRunConfig({
    estimator: index % 2 === 0 ? 'hae' : 'token-gae',
    seed: Math.floor(index / 2) + 1,
    // Twice what the form takes: the store knows no limit.
    iterations: Math.min(iterations, LONGEST),
  });

/** All that is stored of a run once more, row by row, as another one. */
async function copyRun({ prisma }: Database, store: Store, runId: string, index: number): Promise<string> {
  const { iterations } = (await store.runs.requireNative(runId)).config;
  const config = { ...configOf(index, iterations), iterations };
  const copy = await store.runs.create({ name: `bench run ${index + 1}`, preset: null, config });
  await prisma.$transaction([
    prisma.$executeRaw`
      INSERT INTO "Event" ("runId", "seq", "time", "kind", "iteration", "onceKey", "payload")
      SELECT ${copy.id}, "seq", "time", "kind", "iteration", "onceKey", "payload"
      FROM "Event" WHERE "runId" = ${runId} AND "seq" > 1`,
    prisma.$executeRaw`
      INSERT INTO "SeriesBlock" ("runId", "bin", "place", "rows")
      SELECT ${copy.id}, "bin", "place", "rows" FROM "SeriesBlock" WHERE "runId" = ${runId}`,
    prisma.$executeRaw`
      UPDATE "EvaluationDigest" SET "bin" = "from"."bin", "evaluations" = "from"."evaluations"
      FROM "EvaluationDigest" AS "from" WHERE "EvaluationDigest"."runId" = ${copy.id} AND "from"."runId" = ${runId}`,
    prisma.$executeRaw`
      UPDATE "Run" SET
        "lastSeq" = "from"."lastSeq", "state" = "from"."state", "startedAt" = "from"."startedAt", "endedAt" = "from"."endedAt",
        "iteration" = "from"."iteration", "reducedTo" = "from"."reducedTo", "lastSuccess" = "from"."lastSuccess",
        "milestones" = "from"."milestones"
      FROM "Run" AS "from" WHERE "Run"."id" = ${copy.id} AND "from"."id" = ${runId}`,
  ]);
  return copy.id;
}

function noise(seed: number): number {
  const value = Math.sin(seed * 12.9898) * 43758.5453;
  return value - Math.floor(value);
}

/** Every metric of the catalogue. */
function valuesAt(iteration: number, index: number): Record<string, number> {
  const values: Record<string, number> = {};
  METRIC_KEYS.forEach((key, place) => {
    values[key] = noise(iteration * 64 + place + index / 7);
  });
  return {
    ...values,
    episodes: iteration * 96,
    turns: iteration * 2000,
    tokens: iteration * 100_000,
    trainingSeconds: iteration * 12.3,
    wallSeconds: iteration * 15,
  };
}

function evaluationsAt(iteration: number, index: number): EventPayload[] {
  return (['valid_seen', 'valid_unseen'] as const).map((split) => {
    const successes = Math.floor(140 * noise(iteration + index / 3));
    const byTaskType = Object.fromEntries(
      ALFWORLD_TASK_TYPES.map((type) => [type, { episodes: 23, successes: Math.floor(successes / 6) }]),
    );
    const evaluation = makeEvaluation({ iteration, split, successes, byTaskType });
    return { kind: 'evaluation', evaluation };
  });
}
