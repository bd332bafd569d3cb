import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { readConfig } from '../../../server/config.ts';
import { type OpenLab, openLab } from '../../../server/open-lab.ts';
import { openPostgres, type TestPostgres } from '../postgres.ts';
import { launchScripted, until } from './scripted-runs.ts';

const TRAINER = join(import.meta.dirname, 'scripted-trainer.ts');
const ITERATIONS = 120;
/** Promised: a run goes on within this time of its machine's death. */
const PROMISED_MS = 15_000;

let postgres: TestPostgres;
let url: string;
let root: string;
/** Looks on and asks; trains nothing itself until `slots` says so. */
let watcher: OpenLab;
let workers: ChildProcess[] = [];
let databases = 0;

beforeAll(async () => {
  postgres = await openPostgres();
});
afterAll(() => postgres.close());
beforeEach(async () => {
  url = await postgres.database(`takeover${++databases}`);
  root = mkdtempSync(join(tmpdir(), 'hiper-test-'));
  watcher = await openHere('watcher', 0);
});
afterEach(async () => {
  await watcher.close();
  for (const worker of workers) if (worker.exitCode === null) worker.kill('SIGKILL');
  workers = [];
  rmSync(root, { recursive: true, force: true });
});

async function openHere(folder: string, slots: number): Promise<OpenLab> {
  const config = readConfig({ DATABASE_URL: url, HIPER_DATA: join(root, folder) });
  return openLab({ ...config, slots }, TRAINER);
}

/** A worker process; its folder stands for its machine. */
async function startWorker(folder: string): Promise<ChildProcess> {
  const env = { ...process.env, DATABASE_URL: url, HIPER_DATA: join(root, folder), HIPER_SLOTS: '1' };
  const worker = spawn(process.execPath, [join(import.meta.dirname, 'lab-process.ts')], {
    env,
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  workers.push(worker);
  if (worker.stdout) await once(worker.stdout, 'data');
  return worker;
}

const find = (runId: string) => watcher.lab.store.runs.require(runId);
/** Whether it trains, held by another than `before`. */
const trains = (runId: string, before: string | null) => async () => {
  const run = await find(runId);
  return run.state === 'running' && run.iteration > 4 && run.holder !== before && run.holder !== null;
};
const statesOf = async (runId: string) =>
  (await watcher.lab.store.events.transitions(runId)).map(({ to }) => to);
const MOVED = ['queued', 'starting', 'running', 'queued', 'starting', 'running', 'finished'];

/** A run that trains on a worker of its own. */
async function launchOn(
  folder: string,
): Promise<{ worker: ChildProcess; runId: string; holder: string | null }> {
  const worker = await startWorker(folder);
  const runId = await launchScripted(watcher.lab, { ms: 30 }, ITERATIONS);
  await until(trains(runId, null));
  return { worker, runId, holder: (await find(runId)).holder };
}

async function expectWhole(runId: string): Promise<void> {
  await until(async () => (await find(runId)).state === 'finished');
  const points = (await watcher.lab.store.events.iterations([runId])).get(runId) ?? [];
  expect(points.map(({ iteration }) => iteration)).toEqual(
    Array.from({ length: ITERATIONS }, (_, index) => index + 1),
  );
}

describe('a run', () => {
  it('whose worker was killed, or stands still, goes on elsewhere within 15 s; one that wakes up late disturbs nobody', async () => {
    const killed = await launchOn('first');
    const frozen = await launchOn('second');
    await startWorker('third');
    await startWorker('fourth');
    const endedAt = performance.now();
    killed.worker.kill('SIGKILL');
    frozen.worker.kill('SIGSTOP');
    await Promise.all([killed, frozen].map(({ runId, holder }) => until(trains(runId, holder))));
    expect(performance.now() - endedAt).toBeLessThan(PROMISED_MS);
    frozen.worker.kill('SIGCONT');
    const { holder } = await find(frozen.runId);
    for (const { runId } of [killed, frozen]) {
      await expectWhole(runId);
      // A point of the late one, or a run that it took back, would show here.
      expect(await statesOf(runId)).toEqual(MOVED);
    }
    // Alive under a new name: it may take runs again.
    const ids = async () => (await watcher.lab.store.holders.list()).map(({ id }) => id);
    await until(async () => (await ids()).length === 4);
    expect(await ids()).not.toContain(frozen.holder);
    expect(await ids()).toContain(holder);
  });

  it('whose worker stops in good order goes on elsewhere at once, never called running without a trainer', async () => {
    const { worker, runId, holder } = await launchOn('first');
    await startWorker('second');
    worker.kill('SIGTERM');
    await once(worker, 'exit');
    const endedAt = performance.now();
    await until(trains(runId, holder));
    expect(performance.now() - endedAt).toBeLessThan(7_000);
    await expectWhole(runId);
    expect(await statesOf(runId)).toEqual(MOVED);
  });

  it('whose server was killed is taken up at once by the next one in the same data folder, from its checkpoint', async () => {
    const { worker, runId } = await launchOn('first');
    const { lastCheckpoint } = await find(runId);
    worker.kill('SIGKILL');
    await once(worker, 'exit');
    await startWorker('first');
    const readyAt = performance.now();
    await until(async () => (await statesOf(runId)).length > 4);
    expect(performance.now() - readyAt).toBeLessThan(6_000);
    await expectWhole(runId);
    const stored = await watcher.lab.store.events.after(runId, 0, 10_000);
    const resumed = stored.flatMap((event) => (event.kind === 'resumed' ? event.iteration : []));
    expect(resumed).toHaveLength(1);
    expect(resumed[0]).toBeGreaterThanOrEqual(lastCheckpoint ?? Number.POSITIVE_INFINITY);
  });
});

it('a deleted run leaves no files on any machine, at latest when it starts again', async () => {
  const { worker, runId } = await launchOn('first');
  await watcher.lab.jobs.cancel(runId);
  await until(async () => (await find(runId)).state === 'cancelled' && (await find(runId)).holder === null);
  const [here, away] = ['first', 'second'].map((folder) => join(root, folder, 'runs', runId)) as [
    string,
    string,
  ];
  // As if it had been trained there too, and as another lab's run of the same folder.
  mkdirSync(away, { recursive: true });
  const foreign = join(root, 'second', 'runs', 'foreignrun');
  mkdirSync(foreign);
  expect(existsSync(here)).toBe(true);
  await watcher.lab.jobs.remove(runId);
  await until(() => !existsSync(here));
  expect(worker.exitCode).toBeNull();
  expect(existsSync(away)).toBe(true);
  await startWorker('second');
  expect(existsSync(away)).toBe(false);
  expect(existsSync(foreign)).toBe(true);
});

it('several servers may start at once on an empty database', async () => {
  const empty = await postgres.database('empty');
  const labs = await Promise.all(
    ['a', 'b', 'c'].map((name) => {
      const config = readConfig({ DATABASE_URL: empty, HIPER_DATA: join(root, name), HIPER_SLOTS: '1' });
      return openLab(config, TRAINER);
    }),
  );
  const [{ lab }] = labs as [OpenLab];
  const runs = await Promise.all([1, 2, 3, 4, 5].map(() => launchScripted(lab)));
  await until(async () => (await lab.store.runs.list()).every(({ state }) => state === 'finished'));
  for (const runId of runs) expect((await lab.store.runs.require(runId)).attempt).toBe(1);
  await Promise.all(labs.map(({ close }) => close()));
  expect(await postgres.query(empty, 'SELECT * FROM "Holder"')).toEqual([]);
});
