import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { appRouter } from '../../../server/api/root.ts';
import { readSystemInfo } from '../../../server/api/system-info.ts';
import { readConfig } from '../../../server/config.ts';
import type { RunEvent } from '../../../server/contract/events.ts';
import { type OpenLab, openLab } from '../../../server/open-lab.ts';
import { openPostgres, type TestPostgres } from '../postgres.ts';
import { launchScripted, until } from './scripted-runs.ts';

const TRAINER = join(import.meta.dirname, 'scripted-trainer.ts');
const ITERATIONS = 24;

let postgres: TestPostgres;
let url: string;
let dataFolder: string;
let open: OpenLab;
let databases = 0;

beforeAll(async () => {
  postgres = await openPostgres();
});
afterAll(() => postgres.close());
beforeEach(async () => {
  url = await postgres.database(`outage${++databases}`);
  dataFolder = mkdtempSync(join(tmpdir(), 'hiper-test-'));
  open = await openLab(readConfig({ DATABASE_URL: url, HIPER_DATA: dataFolder, HIPER_SLOTS: '2' }), TRAINER);
});
afterEach(async () => {
  await open.close();
  rmSync(dataFolder, { recursive: true, force: true });
});

const sleep = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

/** Two runs that have begun to train. */
async function trainTwo(): Promise<string[]> {
  const { lab } = open;
  const runs = [
    await launchScripted(lab, { ms: 40 }, ITERATIONS),
    await launchScripted(lab, { ms: 40 }, ITERATIONS),
  ];
  await until(async () => (await lab.store.runs.list()).every(({ iteration }) => iteration >= 4));
  return runs;
}

/** Every point once, one trainer from beginning to end, and every event told live as it is stored. */
async function expectUntouched(runs: string[], told: Map<string, RunEvent[]>): Promise<void> {
  const { store, jobs } = open.lab;
  await until(async () =>
    (await store.runs.list()).every(({ state }) => ['finished', 'failed'].includes(state)),
  );
  await until(async () => (await store.runs.list()).every(({ holder }) => holder === null));
  expect(jobs.supervisor.slotsInUse).toBe(0);
  for (const runId of runs) {
    const states = (await store.events.transitions(runId)).map(({ to }) => to);
    expect(states).toEqual(['queued', 'starting', 'running', 'finished']);
    const stored = await store.events.after(runId, 0, 10_000);
    const iterations = stored.flatMap((event) => (event.kind === 'iteration' ? event.iteration : []));
    expect(iterations).toEqual(Array.from({ length: ITERATIONS }, (_, index) => index + 1));
    expect(stored.map(({ seq }) => seq)).toEqual(stored.map((_, index) => index + 1));
    expect(stored.filter(({ kind }) => kind === 'finished')).toHaveLength(1);
    expect((await store.events.evaluations([runId])).get(runId)).toHaveLength(2);
    const seqs = (told.get(runId) ?? []).map(({ seq }) => seq);
    expect(seqs).toEqual([...new Set(seqs)].sort((a, b) => a - b));
  }
}

function listen(): Map<string, RunEvent[]> {
  const told = new Map<string, RunEvent[]>();
  open.lab.bus.subscribe((message) => {
    if (message.type !== 'appended') return;
    told.set(message.runId, [...(told.get(message.runId) ?? []), ...message.events]);
  });
  return told;
}

describe('a PostgreSQL that', () => {
  it.each(['fast', 'immediate'] as const)('restarts (%s) costs runs in training nothing', async (mode) => {
    const told = listen();
    const runs = await trainTwo();
    await postgres.stop(mode);
    await postgres.start();
    await expectUntouched(runs, told);
    expect(open.lab.store.database.link.awaySince).toBeNull();
  });

  it('is away for ten seconds costs nothing either, and everybody knows since when', async () => {
    const told = listen();
    const runs = await trainTwo();
    const { link } = open.lab.store.database;
    const before = Date.now();
    await postgres.stop('fast');
    await until(async () => link.awaySince !== null);
    expect(link.awaySince).toBeGreaterThanOrEqual(before - 1_000);
    const info = await readSystemInfo(open.lab);
    expect(info).toMatchObject({
      databaseAwaySince: link.awaySince,
      queue: { slots: 2, running: null, queued: null },
    });
    const api = appRouter.createCaller({ lab: open.lab, actor: 'owner' });
    await expect(api.runs.list()).rejects.toMatchObject({
      code: 'SERVICE_UNAVAILABLE',
      message: /^The database does not answer/,
    });
    await sleep(10_000);
    await postgres.start();
    await expectUntouched(runs, told);
    expect(link.awaySince).toBeNull();
    expect(await readSystemInfo(open.lab)).toMatchObject({
      databaseAwaySince: null,
      queue: { running: 0, queued: 0 },
    });
  });

  it('loses connections again and again, also while it commits, neither loses nor doubles an event', async () => {
    const told = listen();
    const runs = await trainTwo();
    const ended = async () => (await open.lab.store.runs.list()).every(({ state }) => state === 'finished');
    while (!(await ended().catch(() => false))) {
      await postgres.query(
        url,
        `SELECT pg_terminate_backend(pid) FROM pg_stat_activity
         WHERE datname = current_database() AND pid <> pg_backend_pid()`,
      );
      await sleep(60);
    }
    await expectUntouched(runs, told);
  });

  it('stands still for a while and wakes up costs nothing', async () => {
    const told = listen();
    const runs = await trainTwo();
    postgres.freeze();
    await sleep(8_000);
    postgres.thaw();
    await expectUntouched(runs, told);
  });
});
