import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import { appRouter } from '../../../server/api/root.ts';
import type { BoardEntry } from '../../../server/contract/board-entry.ts';
import { openTestHouse, type TestHouse, type TestLab } from '../test-lab.ts';

let house: TestHouse;
let lab: TestLab;
let id: string;

const ENTRY: BoardEntry = {
  metric: 'val/success_rate',
  environment: 'alfworld',
  games: 'real',
  split: 'valid_unseen',
  tasks: 'all',
  gamesHash: '',
  decoding: 'free',
  temperature: 0.4,
  stepLimit: 50,
  episodes: 128,
};

beforeAll(async () => {
  house = await openTestHouse();
  lab = await house.start();
}, 60_000);
afterAll(async () => {
  await lab.stop();
  await house.close();
});
beforeEach(async () => {
  const events = [1, 2].map((iteration) => ({
    kind: 'metrics' as const,
    iteration,
    loggedAt: iteration,
    values: { 'val/success_rate': iteration / 4, success: 0.25, 'response/length': 300 },
  }));
  const run = { name: 'from elsewhere', source: 'log', params: { seed: '3' }, events };
  [id] = (await lab.store.foreign.importAll([{ ...run, startedAt: null, endedAt: null }])) as [string];
});

const call = (actor: 'owner' | 'anonymous' = 'owner') => appRouter.createCaller({ lab, actor });
const board = () => call().leaderboard.get({ split: 'valid_unseen', stepLimit: 50 });
const idsOnBoard = async () =>
  (await board()).rankings.flatMap(({ rows }) =>
    rows.flatMap(({ runs, reruns }) => [...runs, ...reruns].map((run) => run.id)),
  );

it('an imported run is on no board until its owner states one, and is marked there', async () => {
  expect(await idsOnBoard()).not.toContain(id);
  const { entry, candidates } = await call().leaderboard.entry({ id });
  expect(entry).toBeNull();
  expect(candidates).toEqual([
    { metric: 'val/success_rate', rate: 0.5, step: 2 },
    { metric: 'success', rate: 0.25, step: 2 },
  ]);
  await call().leaderboard.enter({ id, entry: ENTRY });
  const { rankings, protocol } = await board();
  expect(protocol).toMatchObject({ environment: 'alfworld', stepLimit: 50, episodes: 128, gamesHash: '' });
  const row = rankings.flatMap(({ rows }) => rows).find(({ runs }) => runs.some((run) => run.id === id));
  expect(row).toMatchObject({
    ...{ isStated: true, value: 0.5, episodes: 128, successes: 64, rank: null },
    runs: [{ isImported: true, seed: 3, replay: null }],
  });
  expect((await call().leaderboard.entry({ id })).entry).toEqual(ENTRY);
});

it('takes part in the statistics of its board with what its owner states, and in no others', async () => {
  const scoresOf = (runIds?: string[]) =>
    call().statistics.scores({ protocol: { split: 'valid_unseen', stepLimit: 50 }, runIds });
  expect((await scoresOf([id])).runs).toEqual([]);
  await call().leaderboard.enter({ id, entry: ENTRY });
  const { protocol, runs } = await scoresOf();
  expect(protocol).toMatchObject({ environment: 'alfworld', episodes: 128 });
  expect(runs.find((run) => run.id === id)).toEqual({
    ...{ id, ordinal: expect.any(Number), name: 'from elsewhere', config: null, finished: true },
    ...{ isImported: true, evaluations: [] },
    foreign: { source: 'log', experiment: null, params: { seed: '3' } },
    stated: { rate: 0.5, metric: 'val/success_rate', episodes: 128 },
  });
  await call().runs.label({ ids: [id], archived: true });
  expect((await scoresOf()).runs.map((run) => run.id)).not.toContain(id);
  // Who names it wants it.
  expect((await scoresOf([id])).runs).toHaveLength(1);
  const { token } = await call().shares.create({
    ...{
      kind: 'statistics',
      runIds: [],
      title: 'Statistics',
      days: 1,
      episodes: false,
      frozen: false,
    },
    query: `runs=${id}`,
  });
  const { scores } = await call('anonymous').shares.open({ token });
  expect(scores?.runs[0]?.foreign?.source).toBe('');
});

it('is taken off again, and gone while it is archived', async () => {
  await call().leaderboard.enter({ id, entry: ENTRY });
  await call().runs.label({ ids: [id], archived: true });
  expect(await idsOnBoard()).not.toContain(id);
  await call().runs.label({ ids: [id], archived: false });
  expect(await idsOnBoard()).toContain(id);
  await call().leaderboard.enter({ id, entry: null });
  expect(await idsOnBoard()).not.toContain(id);
});

it('bad input names the field, and what there is', async () => {
  const enter = (changes: Partial<BoardEntry>) =>
    call().leaderboard.enter({ id, entry: { ...ENTRY, ...changes } });
  await expect(enter({ metric: 'response/length' })).rejects.toThrow(
    /entry\.metric: .* no metric response\/length .* it has: val\/success_rate, success/,
  );
  await expect(enter({ episodes: 0 })).rejects.toThrow(/episodes/);
  await expect(enter({ gamesHash: 'the usual' })).rejects.toThrow(/gamesHash/);
  expect(await idsOnBoard()).not.toContain(id);
});

it('only a finished run of another trainer has a final rate, and only its owner states one', async () => {
  await expect(call('anonymous').leaderboard.enter({ id, entry: ENTRY })).rejects.toThrow(/Log in/);
  const { experiments } = lab.store;
  const experimentId = await experiments.ensure('boards');
  const running = await lab.foreign.start({
    ...{ name: 'streaming', experimentId, source: 'mlflow', params: {}, tags: {}, startedAt: 1 },
    reason: 'started',
  });
  await expect(call().leaderboard.enter({ id: running, entry: ENTRY })).rejects.toThrow(/is running/);
  const native = await lab.launch();
  await expect(call().leaderboard.enter({ id: native, entry: ENTRY })).rejects.toThrow(/no run/);
});
