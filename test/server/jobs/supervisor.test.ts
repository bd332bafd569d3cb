import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { viewDetail, viewSummaries } from '../../../server/api/run-view.ts';
import type { RunEvent } from '../../../server/contract/events.ts';
import { LONGEST_LINE, LONGEST_REASON } from '../../../server/contract/text.ts';
import { openTestHouse, type TestHouse, type TestLab } from '../test-lab.ts';

let house: TestHouse;
let lab: TestLab;

beforeAll(async () => {
  house = await openTestHouse();
});
afterAll(() => house.close());
beforeEach(async () => {
  lab = await house.start();
});
afterEach(() => lab.stop());

const eventsOf = (runId: string): Promise<RunEvent[]> => lab.store.events.after(runId, 0, 1000);
const statesOf = async (runId: string): Promise<string[]> =>
  (await lab.store.events.transitions(runId)).map(({ to }) => to);
async function episodesOf(runId: string): Promise<string[]> {
  return (await lab.store.episodes.list(runId, {}, null)).episodes.map(({ id }) => id);
}

const iterationsOf = async (runId: string): Promise<number[]> =>
  ((await lab.store.events.iterations([runId])).get(runId) ?? []).map(({ iteration }) => iteration);

const linesOf = async (runId: string): Promise<string[]> =>
  (await lab.store.events.logs(runId, undefined, 100)).map(({ text }) => text);
const lastStateOf = async (runId: string) => (await eventsOf(runId)).findLast(({ kind }) => kind === 'state');

async function untilIteration(runId: string, iteration: number): Promise<void> {
  while ((await lab.store.runs.require(runId)).iteration < iteration)
    await new Promise((resolve) => setTimeout(resolve, 10));
}

describe('a run', () => {
  it('goes from queued to finished, its events stored in order', async () => {
    const runId = await lab.launch();
    await lab.until(runId, 'finished');
    expect(await statesOf(runId)).toEqual(['queued', 'starting', 'running', 'finished']);
    expect(await iterationsOf(runId)).toEqual([1, 2, 3, 4]);
    const seqs = (await eventsOf(runId)).map(({ seq }) => seq);
    expect(seqs).toEqual([...seqs].sort((a, b) => a - b));
    expect(new Set(seqs).size).toBe(seqs.length);
  });

  it('tells what it does as it is stored, and its progress without storing it', async () => {
    const told: RunEvent[] = [];
    let progress = 0;
    lab.bus.subscribe((message) => {
      if (message.type === 'appended') told.push(...message.events);
      if (message.type === 'progress') progress += 1;
    });
    const runId = await lab.launch();
    await lab.until(runId, 'finished');
    const stored = (await eventsOf(runId)).slice(1);
    expect(told.filter((event) => event.runId === runId)).toEqual(stored);
    expect(progress).toBeGreaterThan(0);
    expect(stored.some(({ kind }) => kind === 'progress')).toBe(false);
  });

  it('says in its log what its trainer does', async () => {
    const runId = await lab.launch({}, 2);
    await lab.until(runId, 'finished');
    expect((await linesOf(runId)).filter((text) => !text.startsWith('hello'))).toEqual([
      'evaluation of iteration 0 on valid_seen:  10.0% of 10 (20 steps, T=0.4)',
      'rollout of iteration 1 begins',
      expect.stringMatching(/^iteration {3}1 {2}success {2}10\.0% {2}length — /),
      expect.stringMatching(/^iteration {3}2 {2}success {2}20\.0% /),
      'checkpoint of iteration 2',
      'evaluation of iteration 2 on valid_seen:  60.0% of 10 (20 steps, T=0.4)',
    ]);
  });

  it('keeps what its trainer prints, and gives it threads but no secrets', async () => {
    vi.stubEnv('HIPER_SECRET', 'never to be seen');
    vi.stubEnv('HIPER_WEBHOOK', 'https://hooks.example/never-to-be-seen');
    const runId = await lab.launch();
    await lab.until(runId, 'finished');
    vi.unstubAllEnvs();
    await lab.stop();
    expect(await linesOf(runId)).toContainEqual(expect.stringMatching(/^hello from \d+$/));
    const { facts } = await lab.store.runs.require(runId);
    expect(facts).toMatchObject({ warmStart: 'no secrets here', threads: lab.config.threadsPerRun });
    lab = await house.start();
  });
});

describe('a trainer that says what no database holds', () => {
  it('is recorded all the same, its failure once', async () => {
    const runId = await lab.launch({ odd: true });
    await lab.until(runId, 'failed');
    expect(await statesOf(runId)).toEqual(['queued', 'starting', 'running', 'failed']);
    const { failure } = await lab.store.runs.require(runId);
    expect(failure).toMatch(/^first a␀b�ca.* … 5000011 characters, the middle left out … .*␀b�c last$/);
    expect(failure?.length).toBeLessThanOrEqual(LONGEST_REASON);

    await lab.stop();
    const events = await eventsOf(runId);
    const said = new Map(events.map((event) => [event.kind, event]));
    expect(said.get('iteration')).toMatchObject({ values: { 'a␀b�c': 1, success: 0.5 } });
    expect(said.get('alert')).toMatchObject({ text: 'a␀b�c', advice: 'a␀b�c' });
    const evaluations = (await lab.store.events.evaluations([runId])).get(runId);
    expect(evaluations?.at(-1)?.byTaskType).toEqual({ 'a␀b�c': { episodes: 1, successes: 1 } });
    const lines = await linesOf(runId);
    expect(lines.every((text) => text.length <= LONGEST_LINE)).toBe(true);
    // The trainer's own line and what it printed, the alert, and the failure.
    expect(lines.filter((text) => text.startsWith('a␀b'))).toHaveLength(3);
    expect(lines.at(-1)).toMatch(/^failed in the rollout of iteration 1: first a␀b/);
    lab = await house.start();
  });

  it('reasons of the server’s own are cleaned too', async () => {
    const runId = await lab.launch();
    await lab.until(runId, 'finished');
    await lab.journal.record(runId, [
      { kind: 'state', from: 'finished', to: 'failed', reason: 'a\0b'.repeat(100_000) },
    ]);
    const { state, failure } = await lab.store.runs.require(runId);
    expect(state).toBe('failed');
    expect(failure).toMatch(/^a␀ba␀b/);
  });
});

describe('what a run is computed with', () => {
  it('is kept start by start; going on with other code is an entry of its own and a warning', async () => {
    const runId = await lab.launch({ crashAt: 4, provenance: true });
    await lab.until(runId, 'failed');
    await lab.jobs.resume(runId);
    await lab.until(runId, 'finished');
    const { provenance } = await viewDetail(lab, await lab.store.runs.require(runId));
    expect(provenance.map(({ iteration, code }) => [iteration, code.commit?.[0]])).toEqual([
      [0, 'a'],
      [2, 'b'],
    ]);
    const warnings = (await lab.store.events.logs(runId, undefined, 100)).filter(({ text }) =>
      text.startsWith('from iteration'),
    );
    expect(warnings).toMatchObject([
      {
        level: 'warning',
        text: expect.stringMatching(
          /^from iteration 2 on not computed as before: Code: .*b{12}.*before: .*a{12}/,
        ),
      },
    ]);
  });

  it('is one entry where every start is alike', async () => {
    const runId = await lab.launch({ crashAt: 1, provenance: true });
    await lab.until(runId, 'failed');
    await lab.jobs.resume(runId);
    // Without a checkpoint it crashes again, on the same commit.
    await lab.until(runId, 'failed');
    await expect.poll(async () => (await lab.store.events.provenance(runId)).length).toBe(2);
    const { provenance } = await viewDetail(lab, await lab.store.runs.require(runId));
    expect(provenance).toHaveLength(1);
    expect((await linesOf(runId)).filter((text) => text.startsWith('from iteration'))).toEqual([]);
  });
});

describe('a trainer that dies', () => {
  it('fails its run with exit code, last words and checkpoint; resuming goes on from there', async () => {
    const runId = await lab.launch({ crashAt: 4 });
    await lab.until(runId, 'failed');
    const failed = await lab.store.runs.require(runId);
    expect(failed.failure).toMatch(
      /^The trainer ended early in the rollout of iteration 4 with exit code 7\./,
    );
    const last = await lastStateOf(runId);
    expect(last).toMatchObject({ at: { phase: 'rollout', iteration: 4 } });
    expect(last).not.toHaveProperty('repeats');
    expect(failed.failure).toContain('out of luck');
    expect(failed).toMatchObject({ iteration: 3, lastCheckpoint: 2 });
    expect(await episodesOf(runId)).toEqual(['t3-0', 't2-0', 't1-0']);

    await lab.jobs.resume(runId);
    await lab.until(runId, 'finished');
    expect(await iterationsOf(runId)).toEqual([1, 2, 3, 4]);
    expect(await episodesOf(runId)).toEqual(['t4-0', 't3-0', 't2-0', 't1-0']);
    expect(await statesOf(runId)).toEqual([
      'queued',
      'starting',
      'running',
      'failed',
      'queued',
      'starting',
      'running',
      'finished',
    ]);
    expect((await lab.store.events.evaluations([runId])).get(runId)).toHaveLength(2);
  });
});

it('tells of a checkpoint that its trainer wrote and had no time to tell of', async () => {
  const runId = await lab.launch({ crashAfterSaving: 2 });
  await lab.until(runId, 'failed');
  const told = async () =>
    (await eventsOf(runId)).flatMap((event) => (event.kind === 'checkpoint' ? event.iteration : []));
  expect(await told()).toEqual([]);
  await lab.jobs.resume(runId);
  await lab.until(runId, 'finished');
  expect(await told()).toEqual([2, 4]);
});

it('says since when a trainer shows no sign of life, until it is gone', async () => {
  await lab.stop();
  lab = await house.start({}, 300);
  const runId = await lab.launch({ stall: true });
  const since = async () =>
    (await viewSummaries(lab, [await lab.store.runs.require(runId)]))[0]?.stalledSince;
  while (!(await since())) await new Promise((resolve) => setTimeout(resolve, 20));
  const { startedAt } = await lab.store.runs.require(runId);
  expect(await since()).toBeGreaterThanOrEqual(startedAt ?? Number.POSITIVE_INFINITY);
  expect(await since()).toBeLessThanOrEqual(Date.now() - 300);
  expect([...lab.jobs.supervisor.stalled.keys()]).toEqual([runId]);
  const healthy = await lab.launch({ ms: 50 }, 20);
  await lab.until(healthy, 'finished');
  expect(lab.bus.stalledSince(healthy)).toBeNull();
  const said = (await lab.store.events.logs(runId, undefined, 20)).map(({ text }) => text).join('\n');
  const trainer = Number(/^hello from (\d+)$/m.exec(said)?.[1]);
  expect(trainer).toBeGreaterThan(1);
  process.kill(trainer, 'SIGKILL');
  await lab.until(runId, 'failed');
  while (lab.jobs.supervisor.stalled.size > 0) await new Promise((resolve) => setTimeout(resolve, 20));
  expect(lab.bus.stalledSince(runId)).toBeNull();
});

it('names the cause when an event could not be stored, which is not the machine’s memory', async () => {
  const { pglite } = house.database;
  await pglite?.exec(
    `ALTER TABLE "Event" ADD CONSTRAINT "no_third" CHECK ("onceKey" <> 'iteration 3') NOT VALID`,
  );
  const runId = await lab.launch();
  await lab.until(runId, 'failed');
  await pglite?.exec('ALTER TABLE "Event" DROP CONSTRAINT "no_third"');
  const { failure } = await lab.store.runs.require(runId);
  expect(failure).toMatch(
    /^The server ended the trainer in the [^,]+, because what it told could not be stored: .*no_third/,
  );
  expect(failure).not.toMatch(/memory|SIGKILL/);
  expect(await iterationsOf(runId)).toEqual([1, 2]);
});

it('leaves a run alone whose end the database refuses: it is not trained again and again', async () => {
  const spoken = vi.spyOn(console, 'error').mockImplementation(() => undefined);
  const { pglite } = house.database;
  await pglite?.exec(`ALTER TABLE "Run" ADD CONSTRAINT "no_end" CHECK ("state" <> 'failed') NOT VALID`);
  const runId = await lab.launch({ giveUp: 'no' });
  while (!/left alone/.test(spoken.mock.calls.flat().join('\n')))
    await new Promise((resolve) => setTimeout(resolve, 20));
  await pglite?.exec('ALTER TABLE "Run" DROP CONSTRAINT "no_end"');
  await lab.jobs.enqueue(runId);
  const other = await lab.launch();
  await lab.until(other, 'finished');
  expect(await lab.store.runs.require(runId)).toMatchObject({ attempt: 1, state: 'running' });
  expect(lab.jobs.supervisor.has(runId)).toBe(false);
  spoken.mockRestore();
  // The next server takes it up, and now its end can be stored.
  await lab.stop();
  lab = await house.start();
  await lab.until(runId, 'failed');
});

it('fails its run for the reason that the trainer gives, and stores no event of that', async () => {
  const reason = 'Iteration 2: NaN.\nNo checkpoint.';
  const runId = await lab.launch({ giveUp: reason });
  await lab.until(runId, 'failed');
  expect((await lab.store.runs.require(runId)).failure).toBe(reason);
  expect((await eventsOf(runId)).map(({ kind }) => kind)).not.toContain('failed');
  expect(await lastStateOf(runId)).toMatchObject({ at: { phase: 'update', iteration: 2 }, repeats: true });
  expect((await linesOf(runId)).at(-1)).toBe('failed in the update of iteration 2: Iteration 2: NaN.');
});

describe('pause, resume, cancel', () => {
  it('pauses, gives its slot away, and goes on', async () => {
    await lab.stop();
    lab = await house.start({ slots: 1 });
    const first = await lab.launch({ ms: 20 }, 30);
    await lab.until(first, 'running');
    await lab.jobs.pause(first);
    const second = await lab.launch();
    await lab.until(first, 'paused');
    await lab.until(second, 'finished');
    expect((await lab.store.runs.require(first)).state).toBe('paused');
    await lab.jobs.resume(first);
    await lab.until(first, 'finished');
    expect(await iterationsOf(first)).toHaveLength(30);
    expect((await statesOf(first)).slice(2)).toEqual(['running', 'paused', 'running', 'finished']);
  });

  it('cancels, and can be resumed', async () => {
    const runId = await lab.launch({ ms: 20 }, 30);
    await untilIteration(runId, 3);
    await lab.jobs.cancel(runId);
    await lab.until(runId, 'cancelled');
    expect((await lab.store.runs.require(runId)).iteration).toBeLessThan(30);
    await lab.jobs.resume(runId);
    await lab.until(runId, 'finished');
    expect(await iterationsOf(runId)).toEqual(Array.from({ length: 30 }, (_, index) => index + 1));
  });

  it('lets at most `slots` runs train, the others wait their turn or are cancelled at once', async () => {
    await lab.stop();
    lab = await house.start({ slots: 1 });
    const first = await lab.launch({ ms: 20 }, 20);
    const second = await lab.launch();
    const third = await lab.launch();
    await lab.until(first, 'running');
    expect((await lab.store.runs.require(second)).state).toBe('queued');
    await lab.jobs.cancel(third);
    expect((await lab.store.runs.require(third)).state).toBe('cancelled');
    await lab.jobs.pause(second);
    expect((await lab.store.runs.require(second)).state).toBe('paused');
    await lab.jobs.resume(second);
    await lab.until(second, 'finished');
    const [start, end] = [await lab.store.runs.require(second), await lab.store.runs.require(first)];
    expect(start.startedAt).toBeGreaterThanOrEqual(end.endedAt ?? Number.POSITIVE_INFINITY);
  });

  it('refuses what makes no sense', async () => {
    const runId = await lab.launch();
    await lab.until(runId, 'finished');
    for (const act of ['pause', 'resume', 'cancel'] as const)
      await expect(lab.jobs[act](runId)).rejects.toMatchObject({ code: 'conflict' });
  });
});

describe('remove', () => {
  it('takes an ended run with its files, and no other', async () => {
    const runId = await lab.launch({ ms: 20 }, 50);
    await untilIteration(runId, 2);
    const folder = join(house.dataFolder, 'runs', runId);
    expect(existsSync(folder)).toBe(true);
    await expect(lab.jobs.remove(runId)).rejects.toMatchObject({ code: 'conflict' });
    await lab.jobs.cancel(runId);
    await lab.until(runId, 'cancelled');
    while (lab.jobs.supervisor.has(runId)) await new Promise((resolve) => setTimeout(resolve, 5));
    await lab.jobs.remove(runId);
    expect(await lab.store.runs.find(runId)).toBeNull();
    expect(existsSync(folder)).toBe(false);
  });
});

describe.each([{ kill: false }, { kill: true }])('a server that stops (killed: $kill)', ({ kill }) => {
  it('leaves runs that the next one goes on with, without losing or doubling a point', async () => {
    const runs = await Promise.all([lab.launch({ ms: 20 }, 20), lab.launch({ ms: 20 }, 20)]);
    const waiting = await lab.launch();
    const paused = await lab.launch();
    await lab.jobs.pause(paused);
    for (const runId of runs) await untilIteration(runId, 5);
    await lab.stop({ kill });
    for (const runId of runs) expect((await lab.store.runs.require(runId)).state).toBe('running');

    lab = await house.start();
    for (const runId of [...runs, waiting]) await lab.until(runId, 'finished');
    for (const runId of runs) {
      expect(await iterationsOf(runId)).toEqual(Array.from({ length: 20 }, (_, index) => index + 1));
      expect((await lab.store.events.evaluations([runId])).get(runId)).toHaveLength(2);
    }
    expect((await lab.store.runs.require(paused)).state).toBe('paused');
    await lab.jobs.resume(paused);
    await lab.until(paused, 'finished');
  });
});
