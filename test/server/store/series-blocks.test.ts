import fc from 'fast-check';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { presetConfig } from '../../../server/contract/presets.ts';
import { reduceRows, rowsOfIterations } from '../../../server/contract/series.ts';
import type { EventPayload } from '../../../server/store/events.ts';
import { openMemoryDatabase } from '../../../server/store/open-database.ts';
import { makeStore, type Store } from '../../../server/store/store.ts';

let store: Store;
beforeAll(async () => {
  store = makeStore(await openMemoryDatabase());
}, 60_000);
afterAll(() => store.database.close());

const newRun = async () =>
  (await store.runs.create({ name: 'a run', preset: null, config: presetConfig('tiny') })).id;

/** A curve with everything that happens to curves: noise, not-a-number, keys that come late or only at times. */
function iterationEvent(iteration: number, salt = 0): EventPayload {
  const noise = Math.sin(iteration * 12.9898 + salt) * 43758.5453;
  const values: Record<string, number | null> = {
    success: noise - Math.floor(noise),
    episodes: iteration * 8,
  };
  if (iteration % 97 === 5) values.success = null;
  if (iteration > 600 && iteration % 3 === 0) values.kl = noise;
  return { kind: 'iteration', iteration, values };
}

async function appendAll(runId: string, payloads: EventPayload[], batch = 700): Promise<void> {
  for (let at = 0; at < payloads.length; at += batch)
    await store.events.append(runId, payloads.slice(at, at + batch));
}

/** The same from the events themselves. */
async function expectTrue(runId: string, bins = [1, 8, 16, 64, 128, 512, 2048]): Promise<void> {
  const events = (await store.events.iterations([runId])).get(runId) ?? [];
  const raw = rowsOfIterations(events);
  const run = await store.runs.require(runId);
  for (const bin of bins)
    expect(await store.series.read(run, bin), `bin ${bin}`).toEqual(reduceRows(raw, bin));
}

const range = (from: number, to: number, salt = 0) =>
  Array.from({ length: to - from + 1 }, (_, index) => iterationEvent(from + index, salt));

it('gives what reducing the events gives, at every bin and after going back', {
  timeout: 60_000,
}, async () => {
  const runId = await newRun();
  await appendAll(runId, range(1, 4700));
  expect((await store.runs.require(runId)).reducedTo).toBe(4672);
  await expectTrue(runId);
  await store.events.append(runId, [{ kind: 'resumed', iteration: 1100 }]);
  await expectTrue(runId);
  await appendAll(runId, range(1101, 1700, 7));
  await expectTrue(runId);
});

it('reads a part of a run, in whole bins', async () => {
  const runId = await newRun();
  await appendAll(runId, range(1, 1500));
  const run = await store.runs.require(runId);
  const raw = rowsOfIterations((await store.events.iterations([runId])).get(runId) ?? []);
  for (const [bin, from, to] of [
    [1, 700, 733],
    [8, 701, 1499],
    [32, 3, 1300],
    [64, 600, 601],
  ] as const) {
    const [first, last] = [Math.floor(from / bin) * bin, (Math.floor(to / bin) + 1) * bin - 1];
    const reduced = reduceRows(raw, bin);
    const { iterations } = await store.series.read(run, bin, from, to);
    expect(iterations).toEqual(reduced.iterations.filter((at) => at >= first && at <= last));
  }
});

it('reads some columns of a run, and says what others there are', async () => {
  const runId = await newRun();
  await appendAll(runId, range(1, 1500));
  const run = await store.runs.require(runId);
  for (const bin of [1, 16, 512]) {
    const { iterations, columns } = await store.series.read(run, bin);
    const some = await store.series.readSome(run, bin, ['kl', 'success', 'unheard of']);
    // The column left out is a number throughout, so that the rows are the same.
    expect(some).toEqual({
      iterations,
      columns: { success: columns.success, kl: columns.kl },
      keys: ['success', 'episodes', 'kl'],
    });
  }
});

it('makes the blocks of a run that an earlier version stored', { timeout: 60_000 }, async () => {
  const runId = await newRun();
  await appendAll(runId, range(1, 1300));
  const { prisma } = store.database;
  const whole = await prisma.seriesBlock.findMany({ where: { runId } });
  await prisma.seriesBlock.deleteMany({ where: { runId } });
  await prisma.run.update({ where: { id: runId }, data: { reducedTo: 0 } });
  await expectTrue(runId, [1, 8, 64]);
  // A trainer goes on meanwhile, and many ask at once.
  const run = await store.runs.require(runId);
  await Promise.all([
    store.series.complete(run),
    store.series.complete(run),
    appendAll(runId, range(1301, 1340)),
  ]);
  await store.series.complete(await store.runs.require(runId));
  expect(await prisma.seriesBlock.count({ where: { runId } })).toBe(whole.length);
  await expectTrue(runId);
});

it('is the same for any history of iterations, gaps and going back', { timeout: 60_000 }, async () => {
  const step = fc.oneof(
    fc.record({ go: fc.integer({ min: 1, max: 150 }) }),
    fc.record({ skip: fc.integer({ min: 1, max: 1200 }) }),
    fc.record({ back: fc.integer({ min: 1, max: 300 }) }),
  );
  await fc.assert(
    fc.asyncProperty(fc.array(step, { maxLength: 6 }), async (steps) => {
      const runId = await newRun();
      let at = 0;
      let salt = 0;
      for (const { go = 0, skip = 0, back = 0 } of steps as { go?: number; skip?: number; back?: number }[]) {
        if (go > 0) await appendAll(runId, range(at + 1, at + go, salt), 90);
        at = Math.max(0, at + go + skip - back);
        salt += 1;
        if (back > 0) await store.events.append(runId, [{ kind: 'resumed', iteration: at }]);
      }
      await expectTrue(runId, [1, 8, 64, 512]);
    }),
    { numRuns: 15 },
  );
});

it('keeps the curve of a fork, which begins behind the iteration of its parent', async () => {
  const [runId] = await store.runs.createAll([
    {
      name: 'a fork',
      preset: null,
      config: presetConfig('tiny'),
      parent: { id: 'bcdfgh', iteration: 700 },
    },
  ]);
  await appendAll(runId!, [
    { kind: 'resumed', iteration: 700 },
    ...Array.from({ length: 600 }, (_, index) => iterationEvent(701 + index)),
  ]);
  expect(await store.runs.require(runId!)).toMatchObject({
    iteration: 1300,
    lastCheckpoint: 700,
    parent: { id: 'bcdfgh', iteration: 700 },
  });
  await expectTrue(runId!);
}, 60_000);

it('is the same for metrics of another trainer, which change behind the end', {
  timeout: 60_000,
}, async () => {
  const part = (iteration: number, values: Record<string, number>) => ({
    ...{ kind: 'metrics' as const, iteration, loggedAt: 1, values },
  });
  const events = Array.from({ length: 4200 }, (_, step) =>
    part(step * 2, { loss: Math.sin(step * 12.9898) }),
  );
  const times = { startedAt: null, endedAt: null };
  const [runId = ''] = await store.foreign.importAll([
    { name: 'x', source: '', params: {}, events, ...times },
  ]);
  const expectSame = async () => {
    const sorted = [...events].sort((a, b) => a.iteration - b.iteration);
    const run = await store.runs.require(runId);
    const reducedTo = await store.series.complete(run);
    for (const bin of [1, 8, 64, 512, 2048])
      expect(await store.series.read({ ...run, reducedTo }, bin)).toEqual(
        reduceRows(rowsOfIterations(sorted), bin),
      );
    return reducedTo;
  };
  expect(await expectSame()).toBe(8384);
  for (const [iteration, value] of [
    [5000, 3],
    [5001, 4],
    [8398, 5],
    [9000, 6],
  ] as const) {
    const late = part(iteration, { reward: value, loss: value });
    events.push(late);
    await store.events.append(runId, [late]);
    await expectSame();
  }
});
