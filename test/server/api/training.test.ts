import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import { appRouter } from '../../../server/api/root.ts';
import { histogramOf } from '../../../server/contract/histogram.ts';
import { presetConfig } from '../../../server/contract/presets.ts';
import { columnsOf, noSums } from '../../../server/contract/subgoal-sums.ts';
import type { TallyEvent } from '../../../server/contract/tally.ts';
import { makeBody, makeEpisode, makeTurn } from '../../recorded-episode.ts';
import { openTestHouse, type TestHouse, type TestLab } from '../test-lab.ts';

let house: TestHouse;
let lab: TestLab;
let runId: string;

beforeAll(async () => {
  house = await openTestHouse();
  lab = await house.start();
}, 60_000);
afterAll(async () => {
  await lab.stop();
  await house.close();
});
beforeEach(async () => {
  const config = presetConfig('tiny', { iterations: 200 });
  runId = (await lab.store.runs.create({ name: 'a run', preset: 'tiny', config })).id;
});

const call = (actor: 'owner' | 'anonymous' = 'owner') => appRouter.createCaller({ lab, actor });
const tally = (iteration: number, text = 'find'): TallyEvent => ({
  ...{ kind: 'tally', from: iteration, iteration, episodes: 2, won: 1 },
  advantages: { low: histogramOf([iteration]) },
  segmentLengths: [0, 2],
  subgoals: columnsOf([{ ...noSums(text), segments: 2, turns: 4, episodes: 2, won: 1, expected: 1 }]),
  otherSegments: 0,
});
const append = (...iterations: number[]) =>
  lab.store.events.append(
    runId,
    iterations.flatMap((iteration) => [
      { kind: 'iteration' as const, iteration, values: { success: 0.5 } },
      tally(iteration, iteration % 2 === 0 ? 'find' : 'heat'),
    ]),
  );

it('training is summarised by columns of iterations, few whatever its length', async () => {
  expect(await call().training.overview({ runId })).toMatchObject({ last: 0, counted: 0, columns: [] });
  await append(...Array.from({ length: 130 }, (_, index) => index + 1));
  const { bin, last, counted, columns } = await call().training.overview({ runId });
  expect({ bin, last, counted }).toEqual({ bin: 2, last: 130, counted: 130 });
  expect(columns).toHaveLength(65);
  expect(columns[1]).toMatchObject({ from: 3, to: 4, episodes: 4, won: 2, segmentLengths: [0, 4] });
});

it('an iteration told again counts once, and one that is void not at all', async () => {
  await append(1, 2, 3);
  await append(3);
  await lab.store.events.append(runId, [{ kind: 'resumed', iteration: 2 }]);
  const { columns } = await call().training.overview({ runId });
  expect(columns.map(({ to }) => to)).toEqual([1, 2]);
  await append(3);
  expect((await call().training.overview({ runId })).columns.map(({ to }) => to)).toEqual([1, 2, 3]);
});

it('sub-goals are counted over the iterations asked for, and found by their words', async () => {
  await append(1, 2, 3, 4);
  const list = async (query: object) => {
    const { rows, ...rest } = await call().training.subgoals({ runId, query });
    return { ...rest, rows: rows.map(({ text, segments, overTime }) => [text, segments, overTime]) };
  };
  expect(await list({})).toMatchObject({ segments: 8, episodes: 8, distinct: 2, matching: 2 });
  expect(await list({ from: 2, to: 3, text: 'FIND' })).toEqual({
    ...{ segments: 4, episodes: 4, otherSegments: 0, distinct: 2, matching: 1 },
    rows: [['find', 2, [null, 1, 0, null]]],
  });
  await expect(list({ limit: 1000 })).rejects.toThrow(/limit/);
});

it('of a run that did not count, the stored training episodes are counted, and that is said', async () => {
  const turns = (...switched: boolean[]) =>
    switched.map((isSwitch, at) => {
      const rawAdvantage = { high: at + 0.5, low: -1 };
      const credit = { values: {}, advantage: {}, rawAdvantage, boundary: isSwitch, shapedReward: 0 };
      return makeTurn({ switched: isSwitch, credit });
    });
  const moments = { high: { mean: 0, deviation: 1 }, low: { mean: 0, deviation: 1 } };
  const group = { number: 0, place: 0, rewards: [0], lengths: [3] };
  const body = makeBody({
    turns: turns(true, false, true),
    credit: { estimator: 'hae', moments, group },
  });
  const recording = (iteration: number, evaluation: boolean, count: number) => ({
    kind: 'recording' as const,
    ...{ iteration, evaluation, split: evaluation ? ('valid_seen' as const) : ('train' as const) },
    part: 0,
    episodes: Array.from({ length: count }, (_, index) =>
      makeEpisode(
        { iteration, evaluation, split: evaluation ? 'valid_seen' : 'train', index, won: index === 0 },
        JSON.stringify(body),
      ),
    ),
  });
  await lab.store.events.append(runId, [
    recording(1, false, 2),
    ...[1, 2, 3].map((iteration) => ({ kind: 'iteration' as const, iteration, values: { success: 0.5 } })),
    recording(3, false, 1),
    recording(3, true, 4),
  ]);
  const { columns, ...rest } = await call().training.overview({ runId });
  expect(rest).toEqual({ last: 3, bin: 1, counted: 2, stored: 3 });
  expect(columns.map(({ from, episodes, won }) => [from, episodes, won])).toEqual([
    [1, 2, 1],
    [3, 1, 1],
  ]);
  // A choice of a sub-goal is a decision of the high level only where it was made.
  expect(columns[0]).toMatchObject({
    segmentLengths: [2, 2],
    advantages: { high: { sum: 6 }, low: { sum: -6 } },
  });
  // As many as there is time for.
  const few = [];
  for await (const { iteration } of lab.store.episodes.training(runId, 1)) few.push(iteration);
  expect(few).toEqual([1]);
  // What its own counts say goes before that.
  await append(4);
  expect(await call().training.overview({ runId })).toMatchObject({ counted: 1, stored: null });
});

it('a link shows what it shares, and nobody else is told', async () => {
  await append(1);
  await expect(call('anonymous').training.overview({ runId })).rejects.toThrow(/Log in/);
  const { token } = await call().shares.create({
    kind: 'run',
    runIds: [runId],
    title: 'mine',
    query: '',
    days: 1,
  });
  expect(await call('anonymous').training.overview({ runId, token })).toMatchObject({ counted: 1 });
  const other = (await lab.store.runs.create({ name: 'other', preset: 'tiny', config: presetConfig('tiny') }))
    .id;
  await expect(call('anonymous').training.subgoals({ runId: other, token, query: {} })).rejects.toThrow(
    /shows no run/,
  );
});
