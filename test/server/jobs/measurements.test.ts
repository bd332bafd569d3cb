import { existsSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type Measurement, parseVarianceOptions } from '../../../server/contract/variance.ts';
import { openTestHouse, type TestHouse, type TestLab } from '../test-lab.ts';

let house: TestHouse;
let lab: TestLab;
let told: (Measurement | null)[];

beforeAll(async () => {
  house = await openTestHouse();
});
afterAll(() => house.close());
beforeEach(async () => {
  lab = await house.start({ slots: 1 });
  told = [];
  lab.bus.subscribe((message) => {
    if (message.type === 'measurement') told.push(message.measurement);
  });
});
afterEach(() => lab.stop());

const [MEASURES, FAILS, GOES_ON] = [1, 2, 3];
const start = async (runId: string, seed: number) =>
  lab.jobs.measurements.start(
    await lab.store.runs.requireNative(runId),
    parseVarianceOptions({ seed, normalize: true }),
  );
const find = (runId: string) => lab.jobs.measurements.find(runId);
const reportPath = (runId: string) => join(house.dataFolder, 'runs', runId, 'variance.json');

async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await new Promise((resolve) => setTimeout(resolve, 5));
}

async function restart(meanwhile = () => {}): Promise<void> {
  await lab.stop();
  meanwhile();
  lab = await house.start({ slots: 1 });
}

async function finishedRun(): Promise<string> {
  const runId = await lab.launch();
  await lab.until(runId, 'finished');
  await until(() => lab.jobs.supervisor.slotsInUse === 0);
  return runId;
}

describe('a measurement', () => {
  it('waits for a slot, tells its progress, leaves a report, and gives the slot back', async () => {
    const runId = await finishedRun();
    const training = await lab.launch({ ms: 20 }, 10);
    await lab.until(training, 'running');
    await start(runId, MEASURES);
    const waiting = await lab.launch();
    expect(find(runId)).toEqual({ state: 'waiting' });
    await expect(start(runId, MEASURES)).rejects.toThrow(/being measured already/);

    await until(() => find(runId) === null);
    expect(told).toContainEqual({ state: 'measuring', progress: { phase: 'rollout', done: 1, total: 2 } });
    expect(told.at(-1)).toBeNull();
    expect((await lab.store.runs.require(training)).state).toBe('finished');
    const { flags } = JSON.parse(readFileSync(reportPath(runId), 'utf8'));
    expect(flags).toEqual(expect.arrayContaining(['--group-size', '8', '--normalize', '--seed', '1']));
    expect(flags).not.toContain('--refit');
    await lab.until(waiting, 'finished');
  });

  it('that fails says why, and can be tried again', async () => {
    const runId = await finishedRun();
    await start(runId, FAILS);
    await until(() => find(runId)?.state === 'failed');
    expect(find(runId)).toEqual({ state: 'failed', message: 'the checkpoint has gone' });
    await start(runId, MEASURES);
    await until(() => find(runId) === null);
    // Another version's report is not shown as one of this.
    await expect(lab.jobs.measurements.report(runId)).rejects.toMatchObject({ code: 'bad-file' });
  });

  it('of a run that was trained on another machine is refused in words, without a path', async () => {
    const runId = await finishedRun();
    rmSync(join(house.dataFolder, 'runs', runId), { recursive: true });
    const refused = await start(runId, MEASURES).catch((error: Error) => error.message);
    expect(refused).toMatch(/on the machine that trained it/);
    expect(refused).not.toContain(house.dataFolder);
    expect(find(runId)).toBeNull();
  });

  it('is cancelled, while it waits as well', async () => {
    const [first, second] = [await finishedRun(), await finishedRun()];
    await start(first, GOES_ON);
    await until(() => find(first)?.state === 'measuring');
    await start(second, MEASURES);
    await lab.jobs.measurements.cancel(second);
    expect(find(second)).toBeNull();
    await lab.jobs.measurements.cancel(first);
    expect(find(first)).toBeNull();
    await until(() => lab.jobs.supervisor.slotsInUse === 0);
    expect([first, second].map((runId) => existsSync(reportPath(runId)))).toEqual([false, false]);
    expect(await lab.jobs.measurements.report(first)).toBeNull();
  });

  it('waits through a restart of the server, whether it had begun or not, and leaves nothing behind', async () => {
    const [first, second] = [await finishedRun(), await finishedRun()];
    await start(first, GOES_ON);
    await start(second, MEASURES);
    await until(() => find(first)?.state === 'measuring');
    await restart();
    expect(existsSync(reportPath(second))).toBe(false);
    await until(() => find(first)?.state === 'measuring');
    expect(find(second)).toEqual({ state: 'waiting' });
    await expect(start(second, MEASURES)).rejects.toThrow(/being measured already/);
    await lab.jobs.measurements.cancel(first);
    await until(() => find(second) === null);
    const { flags } = JSON.parse(readFileSync(reportPath(second), 'utf8'));
    expect(flags).toEqual(expect.arrayContaining(['--normalize', '--seed', '1']));
    await restart();
    expect([find(first), find(second)]).toEqual([null, null]);
    expect(await lab.store.measurementRequests.orphans()).toEqual([]);
  });

  it('whose checkpoint is gone after a restart says so', async () => {
    const runId = await finishedRun();
    await start(runId, GOES_ON);
    await until(() => find(runId)?.state === 'measuring');
    await restart(() => rmSync(join(house.dataFolder, 'runs', runId), { recursive: true }));
    expect(find(runId)).toMatchObject({ state: 'failed', message: expect.stringMatching(/on the machine/) });
    await restart();
    expect(find(runId)).toBeNull();
  });

  it('goes when its run is deleted', async () => {
    const runId = await finishedRun();
    await start(runId, GOES_ON);
    await until(() => find(runId)?.state === 'measuring');
    await lab.jobs.remove(runId);
    expect(find(runId)).toBeNull();
    expect(existsSync(join(house.dataFolder, 'runs', runId))).toBe(false);
  });
});
