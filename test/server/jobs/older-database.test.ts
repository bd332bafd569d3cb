import { cpSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { readConfig } from '../../../server/config.ts';
import { presetConfig } from '../../../server/contract/presets.ts';
import { type OpenLab, openLab } from '../../../server/open-lab.ts';

const dataFolder = mkdtempSync(join(tmpdir(), 'hiper-older-'));
afterAll(() => rmSync(dataFolder, { recursive: true }));

/** Small enough for a test, real in every part. */
const config = presetConfig('tiny', {
  games: 'generated',
  generatedGames: 40,
  iterations: 6,
  checkpointEvery: 1,
  evaluateEvery: 2,
  width: 16,
  heads: 2,
  keyValueHeads: 1,
  feedForward: 32,
  warmStartEpisodes: 0,
  episodesPerIteration: 4,
  stepLimit: 4,
  criticWarmup: 1,
  evaluationGames: 2,
  evaluationStepLimits: [4],
});

const openServer = () =>
  openLab(readConfig({ HIPER_DATA: dataFolder, HIPER_SLOTS: '1', HIPER_ENGINE: 'onnxruntime' }));

async function until(
  { lab }: OpenLab,
  runId: string,
  holds: (run: { state: string; iteration: number }) => boolean,
) {
  for (;;) {
    const run = await lab.store.runs.require(runId);
    expect(run.failure).toBeNull();
    if (holds(run)) return run;
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

const curve = async ({ lab: { store } }: OpenLab, runId: string) => ({
  iterations: (await store.events.iterations([runId])).get(runId) ?? [],
  evaluations: (await store.events.evaluations([runId])).get(runId) ?? [],
});

/** Without what differs between two times that the same thing is worked out. */
function timeless(values: object): object {
  return Object.fromEntries(Object.entries(values).filter(([key]) => !/seconds|persecond|memory/i.test(key)));
}

/** Up to iteration `last` times may differ: what was stored behind the last checkpoint is worked out again. */
function timelessUpTo({ iterations, evaluations }: Awaited<ReturnType<typeof curve>>, last: number) {
  return {
    // Wall time is when the store heard of a row, and it hears of those again.
    iterations: iterations.map(({ values: { wallSeconds, ...values }, ...row }) =>
      row.iteration > last ? { ...row, values } : { ...row, values: timeless(values) },
    ),
    evaluations: evaluations.map((row) => (row.iteration > last ? row : timeless(row))),
  };
}

it('a run beside an older copy of its database has no holes and the same values, and its log says what happened', async () => {
  const [database, copy] = [join(dataFolder, 'database'), join(dataFolder, 'copy')];
  let server = await openServer();
  const { id } = await server.lab.store.runs.create({ name: 'a run', preset: 'tiny', config });
  await server.lab.jobs.enqueue(id);
  await until(server, id, ({ iteration }) => iteration >= 1);
  await server.lab.jobs.pause(id);
  const { iteration: known } = await until(server, id, ({ state }) => state === 'paused');
  await server.close();
  cpSync(database, copy, { recursive: true });

  server = await openServer();
  await server.lab.jobs.resume(id);
  await until(server, id, ({ state }) => state === 'finished');
  const before = await curve(server, id);
  expect(before.iterations).toHaveLength(6);
  await server.close();

  rmSync(database, { recursive: true });
  cpSync(copy, database, { recursive: true });
  server = await openServer();
  expect((await curve(server, id)).iterations).toHaveLength(known);
  await server.lab.jobs.resume(id);
  await until(server, id, ({ state }) => state === 'finished');
  expect(timelessUpTo(await curve(server, id), known)).toEqual(timelessUpTo(before, known));
  const { events, runs } = server.lab.store;
  expect(await runs.require(id)).toMatchObject({ iteration: 6, lastCheckpoint: 6 });
  const warnings = (await events.logs(id, undefined, 100)).filter(({ level }) => level === 'warning');
  expect(warnings.map(({ text }) => text)).toContainEqual(
    expect.stringMatching(
      `goes on from the checkpoint of iteration 6, but the database ends at iteration ${known}`,
    ),
  );
  expect((await events.transitions(id)).map(({ reason }) => reason).join()).not.toContain('checkpoint');
  await server.close();
}, 240_000);
