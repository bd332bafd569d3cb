import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { appRouter } from '../../../server/api/root.ts';
import { readSpeeds } from '../../../server/api/training-speeds.ts';
import type { Actor } from '../../../server/api/trpc.ts';
import { unpackEpisode } from '../../../server/contract/episode.ts';
import { presetConfig } from '../../../server/contract/presets.ts';
import { replayRequestOf } from '../../../server/contract/replays.ts';
import { differingFields } from '../../../server/contract/run-config.ts';
import { fromWire } from '../../../server/contract/series-codec.ts';
import { makeEvaluation } from '../../evaluation.ts';
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

const call = (actor: Actor = 'owner') => appRouter.createCaller({ lab, actor });
const scripted = (changes = {}) => presetConfig('tiny', { name: '{}', iterations: 4, ...changes });

it('runs at work tell how fast their last iteration was, and none that are not', async () => {
  const { store } = lab;
  const { id } = await store.runs.create({ name: 'at work', preset: null, config: scripted() });
  expect(await readSpeeds(store)).toEqual([]);
  await store.events.append(id, [
    { kind: 'state', from: 'queued', to: 'starting', reason: '' },
    { kind: 'state', from: 'starting', to: 'running', reason: '' },
  ]);
  const speed = { runId: id, name: 'at work', tokensPerSecond: null, environmentStepsPerSecond: null };
  expect(await readSpeeds(store)).toEqual([speed]);
  const iteration = (number: number, rolloutTokensPerSecond: number) =>
    ({
      kind: 'iteration',
      iteration: number,
      values: { rolloutTokensPerSecond, environmentStepsPerSecond: 56 },
    }) as const;
  await store.events.append(id, [iteration(1, 1234), iteration(2, 2000)]);
  expect(await readSpeeds(store)).toEqual([
    { ...speed, tokensPerSecond: 2000, environmentStepsPerSecond: 56 },
  ]);
  await store.events.append(id, [{ kind: 'state', from: 'running', to: 'cancelled', reason: '' }]);
  expect(await readSpeeds(store)).toEqual([]);
});

describe('runs', () => {
  it('launches, lists and shows a run to its end', async () => {
    const { id } = await call().runs.launch({ config: scripted(), preset: 'tiny' });
    await lab.until(id, 'finished');
    const [first] = await call().runs.list();
    expect(first).toMatchObject({ id, state: 'finished', iteration: 4, lastSuccess: 0.4, failure: null });
    expect(first?.finalEvaluations).toHaveLength(1);
    expect(first?.bestEvaluation).toMatchObject({ iteration: 4, successes: 6 });
    expect(first?.facts).not.toHaveProperty('warmStart');
    const detail = await call().runs.get({ id });
    expect(detail.evaluations).toHaveLength(2);
    expect(detail.transitions.map(({ to }) => to)).toEqual(['queued', 'starting', 'running', 'finished']);
    // Output and events reach the server by ways of their own: the last lines may come after the end.
    const lines = async () => (await call().runs.logs({ id, limit: 50 })).map(({ text }) => text);
    await expect.poll(lines).toContainEqual(expect.stringContaining('hello'));
  });

  it('launches HiPER, flat GAE and flat PPO on every seed, alike in everything but the credit', async () => {
    const { ids } = await call().runs.launchComparison({ preset: 'tiny', seeds: [5, 6] });
    for (const id of ids) await call().runs.cancel({ id });
    const runs = await Promise.all(ids.map((id) => call().runs.get({ id })));
    expect(runs.map(({ name }) => name)).toEqual(
      [5, 6].flatMap((seed) =>
        ['HiPER', 'Turn-level GAE', 'Flat PPO'].map((title) => `${title} tiny, seed ${seed}`),
      ),
    );
    expect(differingFields(runs.slice(0, 3).map(({ config }) => config!))).toEqual(['estimator']);
    // Counted in their order: the colours of a comparison lie side by side.
    const [first = 0] = runs.map(({ ordinal }) => ordinal);
    expect(runs.map(({ ordinal }) => ordinal)).toEqual(ids.map((_, index) => first + index));
    for (const id of ids) await lab.until(id, 'cancelled', 'failed');
  });

  it('tells the time of a comparison for all of its runs, as many at once as there are slots', async () => {
    const { seconds } = await call().runs.estimate({ config: presetConfig('standard') });
    const estimate = await call().runs.estimateComparison({ preset: 'standard' });
    // Three equal runs on the two slots of this lab take two rounds.
    expect(estimate).toEqual({ runs: 3, slots: 2, seconds: 2 * seconds });
  });

  it('lists the models of the models folder, the random one always', async () => {
    const models = await call().models.list();
    expect(models.find(({ name }) => name === 'tiny-random')).toMatchObject({ problem: null, layers: 2 });
  });

  it('launches and estimates a run of a language model that is there, and says how to get another', async () => {
    const { id } = await call().runs.launch({
      config: presetConfig('lm-tiny', { name: '{}' }),
      preset: null,
    });
    await lab.until(id, 'finished');
    const estimate = await call().runs.estimate({ config: presetConfig('lm-tiny') });
    expect(estimate.parameters).toBeGreaterThan(100_000);
    expect(estimate.trainedParameters).toBeLessThan(estimate.parameters);
    const before = (await call().runs.list()).length;
    const absent = presetConfig('lm-quick');
    const refusal =
      /^model: HuggingFaceTB.* is not in the models folder: npm run model -- fetch HuggingFaceTB\/Smol/;
    await expect(call().runs.launch({ config: absent, preset: null })).rejects.toThrow(refusal);
    await expect(
      call().runs.launchAll({ configs: [presetConfig('lm-tiny'), absent], preset: null }),
    ).rejects.toThrow(refusal);
    await expect(call().runs.estimate({ config: absent })).rejects.toThrow(refusal);
    expect(await call().runs.list()).toHaveLength(before);
  });

  it('launches no run of a model that cannot be used, and says why', async () => {
    const folder = join(lab.config.modelsFolder, 'broken');
    mkdirSync(folder, { recursive: true });
    writeFileSync(join(folder, 'config.json'), JSON.stringify({ model_type: 'mamba' }));
    const config = presetConfig('lm-tiny', { model: 'broken' });
    await expect(call().runs.launch({ config, preset: null })).rejects.toThrow(
      /^model: broken cannot be used: .*mamba/,
    );
  });

  it.each(['tunedLayers', 'updatedLayers'])(
    'launches and estimates no run that trains more layers than its model has: %s',
    async (field) => {
      const refusal = new RegExp(`^${field}: the model has 2 layers: choose at most 2, or 0`);
      const [right, wrong] = [2, 3].map((count) => presetConfig('lm-tiny', { [field]: count }));
      const before = (await call().runs.list()).length;
      await expect(call().runs.launchAll({ configs: [wrong, right], preset: null })).rejects.toThrow(refusal);
      await expect(call().runs.estimate({ config: wrong })).rejects.toThrow(refusal);
      expect((await call().runs.estimate({ config: right })).parameters).toBeGreaterThan(100_000);
      expect(await call().runs.list()).toHaveLength(before);
    },
  );

  it('launches no run against an environment server that may not be called', async () => {
    await lab.stop();
    lab = await house.start({ remoteHosts: ['env.example:8000'] });
    const config = presetConfig('lm-tiny', {
      environment: 'remote',
      remoteServer: 'http://169.254.169.254',
      taskTypes: ['remote'],
      warmStartEpisodes: 0,
    });
    await expect(call().runs.launch({ config, preset: null })).rejects.toThrow(
      /^remoteServer: 169\.254\.169\.254 is not among .*\(env\.example:8000\).*HIPER_REMOTE_HOSTS/,
    );
  });

  it('launches no comparison of a wrong request', async () => {
    const before = (await call().runs.list()).length;
    const doubled = call().runs.launchComparison({ preset: 'tiny', seeds: [1, 1] });
    await expect(doubled).rejects.toThrow(/lists a seed twice/);
    expect(await call().runs.list()).toHaveLength(before);
  });

  it('names the wrong field of a config', async () => {
    const config = { ...scripted(), heads: 5 };
    await expect(call().runs.launch({ config, preset: null })).rejects.toMatchObject({
      code: 'BAD_REQUEST',
      message: expect.stringMatching(/^heads: must divide/),
    });
  });

  it('launches several runs, or none when one of them is wrong', async () => {
    const configs = [scripted({ seed: 1 }), scripted({ seed: 2 })];
    const { ids } = await call().runs.launchAll({ configs, preset: 'tiny' });
    for (const id of ids) await lab.until(id, 'finished');
    const before = (await call().runs.list()).length;
    const wrong = [...configs, { ...scripted(), heads: 5 }];
    await expect(call().runs.launchAll({ configs: wrong, preset: 'tiny' })).rejects.toThrow(
      /^heads: must .* \(run 3 of 3\)$/,
    );
    expect(await call().runs.list()).toHaveLength(before);
    // And where the database refuses one of them.
    const create = lab.store.runs.createAll([
      { name: 'good', preset: null, config: scripted() },
      { name: 'b\0d', preset: null, config: scripted() },
    ]);
    await expect(create).rejects.toThrow();
    expect(await call().runs.list()).toHaveLength(before);
    const runs = await Promise.all(ids.map((id) => call().runs.get({ id })));
    expect(runs.map(({ config }) => config?.seed)).toEqual([1, 2]);
    const listed = (await call().runs.list()).map(({ id }) => id);
    expect(listed.indexOf(ids[1]!)).toBe(listed.indexOf(ids[0]!) - 1);
  });

  it('refuses text that cannot be stored, naming the field', async () => {
    const run = await lab.store.runs.create({ name: 'typed', preset: null, config: scripted() });
    const { id } = run;
    const share = { kind: 'run' as const, runIds: [id], title: '', query: '', days: 1 };
    const before = (await call().runs.list()).length;
    for (const [wrong, code] of [
      ['a\0b', 'U\\+0000'],
      ['a\ud83d', 'U\\+D83D'],
      ['a\u0007b', 'U\\+0007'],
      ['a\nb\u0085', 'U\\+00'],
    ] as const) {
      const attempts = {
        name: [
          () => call().runs.launch({ config: { name: wrong }, preset: null }),
          () => call().runs.launchAll({ configs: [scripted(), { name: wrong }], preset: null }),
          () => call().runs.update({ id, name: wrong }),
        ],
        note: [() => call().runs.update({ id, note: wrong })],
        preset: [() => call().runs.launch({ config: scripted(), preset: wrong })],
        title: [() => call().shares.create({ ...share, title: wrong })],
        query: [() => call().shares.create({ ...share, query: wrong })],
        id: [() => call().shares.revoke({ id: wrong })],
      };
      for (const [field, tries] of Object.entries(attempts))
        for (const attempt of tries)
          await expect(attempt(), `${field} ${code}`).rejects.toMatchObject({
            code: 'BAD_REQUEST',
            message: expect.stringMatching(
              field === 'id'
                ? /is not the id of a share/
                : new RegExp(`(?=.*\\b${field}\\b).*holds ${code}`, 's'),
            ),
          });
    }
    expect(await call().runs.list()).toHaveLength(before);
    await call().runs.update({ id, note: 'two\nlines,\ta tab and 🙂' });
    expect(await call().runs.get({ id })).toMatchObject({ note: 'two\nlines,\ta tab and 🙂' });
    await lab.store.runs.remove(id);
  });

  it('keeps a new name and a note', async () => {
    const { id } = await call().runs.launch({ config: scripted(), preset: null });
    await call().runs.update({ id, name: 'My run', note: 'about it' });
    expect(await call().runs.get({ id })).toMatchObject({ name: 'My run', note: 'about it' });
    await lab.until(id, 'finished');
  });

  it('says what does not exist or is not possible now', async () => {
    await expect(call().runs.get({ id: 'bcdfgh' })).rejects.toMatchObject({ code: 'NOT_FOUND' });
    await expect(call().runs.get({ id: '../etc' })).rejects.toMatchObject({ code: 'BAD_REQUEST' });
    const { id } = await call().runs.launch({ config: scripted(), preset: null });
    await lab.until(id, 'finished');
    await expect(call().runs.pause({ id })).rejects.toMatchObject({ code: 'CONFLICT' });
  });

  it('estimates by rule of thumb, then from what similar runs took', async () => {
    const config = presetConfig('quick');
    const rough = await call().runs.estimate({ config });
    expect(rough).toMatchObject({ episodes: 60 * 96, basis: expect.stringContaining('rule of thumb') });
    const run = await lab.store.runs.create({ name: 'measured', preset: null, config });
    const values = { tokens: 1_000_000, episodes: 1000, trainingSeconds: 100 };
    await lab.store.events.append(run.id, [{ kind: 'iteration', iteration: 1, values }]);
    const measured = await call().runs.estimate({ config });
    expect(measured.tokens).toBe(60 * 96 * 1000);
    expect(measured.basis).toContain('1 similar run');
    await lab.store.runs.remove(run.id);
  });
});

describe('metrics', () => {
  it('come as snapshots: columns by iteration, not-a-number as what it is, and all else up to an event', async () => {
    const { id } = await call().runs.launch({ config: scripted(), preset: null });
    await lab.until(id, 'finished');
    const [snapshot, ...others] = await call().metrics.snapshots({ runIds: [id, 'nosuchrun'] });
    expect(others).toEqual([]);
    expect(snapshot).toMatchObject({ runId: id, state: 'finished', lastCheckpoint: 4, evaluationBin: 1 });
    expect(fromWire(snapshot!.series)).toMatchObject({
      bin: 1,
      iterations: [1, 2, 3, 4],
      columns: { success: [0.1, 0.2, 0.3, 0.4], tokens: new Array(4).fill(Number.NaN) },
    });
    expect(snapshot?.evaluations.map(({ iteration }) => iteration)).toEqual([0, 4]);
    expect(snapshot?.lastSeq).toBeLessThanOrEqual((await lab.store.runs.require(id)).lastSeq);
  });

  it('are reduced as far as the number of points asks, and finer within a window', async () => {
    const run = await lab.store.runs.create({ name: 'long', preset: null, config: scripted() });
    const events = Array.from({ length: 1000 }, (_, index) => ({
      kind: 'iteration' as const,
      iteration: index + 1,
      values: { success: index === 500 ? 9 : index / 1000 },
    }));
    await lab.store.events.append(run.id, events);
    const [snapshot] = await call().metrics.snapshots({ runIds: [run.id], points: 100 });
    const series = fromWire(snapshot!.series);
    expect(series.bin).toBe(64);
    expect(series.iterations.length).toBeLessThanOrEqual(100);
    expect(series.columns.success).toContain(9);
    const keys = ['success', 'reward'];
    const [preview] = await call().metrics.snapshots({ runIds: [run.id], points: 100, keys: ['reward'] });
    expect(fromWire(preview!.series)).toMatchObject({ bin: 64, columns: {}, keys: ['success'] });
    const [same] = await call().metrics.snapshots({ runIds: [run.id], points: 100, keys });
    expect(fromWire(same!.series)).toEqual({ ...series, keys: ['success'] });
    const [part] = await call().metrics.window({ runIds: [run.id], from: 480, to: 520, points: 100 });
    expect(part).toMatchObject({ bin: 1 });
    expect(fromWire(part!).iterations).toEqual(Array.from({ length: 41 }, (_, index) => 480 + index));
    await lab.store.runs.remove(run.id);
  });
});

describe('labels', () => {
  it('tag, star and archive several runs at once, and leave the rest of them as it was', async () => {
    const config = scripted({ seed: 31, width: 96 });
    const { ids } = await call().runs.launchAll({ configs: [config, { ...config, seed: 32 }], preset: null });
    for (const id of ids) await lab.until(id, 'finished');
    await call().runs.label({ ids, addTags: ['paper', 'width'], starred: true });
    await call().runs.label({ ids: [ids[0]!], addTags: ['best'], removeTags: ['width'], archived: true });
    const labels = async () =>
      (await Promise.all(ids.map((id) => call().runs.get({ id })))).map(({ tags, starred, archived }) => [
        tags,
        starred,
        archived,
      ]);
    expect(await labels()).toEqual([
      [['best', 'paper'], true, true],
      [['paper', 'width'], true, false],
    ]);
    // An archived run stands on no board, and its tags travel with no share.
    const { rankings } = await call().leaderboard.get({ split: 'valid_seen' });
    const onBoard = rankings.flatMap(({ rows }) => rows.flatMap(({ runs }) => runs.map(({ id }) => id)));
    expect(ids.map((id) => onBoard.includes(id))).toEqual([false, true]);
    const { token } = await call().shares.create({
      kind: 'run',
      runIds: [ids[0]!],
      title: '',
      query: '',
      days: 1,
    });
    expect((await call('anonymous').shares.open({ token })).runs[0]).toMatchObject({
      tags: [],
      starred: false,
    });
    await expect(call().runs.label({ ids, addTags: ['two words'] })).rejects.toThrow(/is not one word/);
    await expect(call().runs.label({ ids: [] })).rejects.toMatchObject({ code: 'BAD_REQUEST' });
  });

  it('keep views by page and name', async () => {
    const { views } = call();
    await views.save({ page: '/runs', name: 'mine', query: 'q=tag%3Apaper' });
    await views.save({ page: '/leaderboard', name: 'mine', query: 'metric=score' });
    await views.save({ page: '/runs', name: 'mine', query: 'q=tag%3Abest' });
    const [saved, ...others] = await views.list({ page: '/runs' });
    expect([saved, others]).toMatchObject([{ name: 'mine', query: 'q=tag%3Abest' }, []]);
    await views.remove({ id: saved!.id });
    expect(await views.list({ page: '/runs' })).toEqual([]);
    await expect(views.save({ page: '/runs', name: ' ', query: '' })).rejects.toThrow(/name/);
  });
});

describe('the leaderboard', () => {
  it('pools finished runs', async () => {
    for (const seed of [11, 12]) {
      const { id } = await call().runs.launch({ config: scripted({ seed, width: 64 }), preset: null });
      await lab.until(id, 'finished');
    }
    const { rankings, protocol } = await call().leaderboard.get({ split: 'valid_seen' });
    const rows = rankings.flatMap((ranking) => ranking.rows);
    expect(protocol).toMatchObject({ split: 'valid_seen', stepLimit: 20, episodes: 10 });
    expect(rows.find(({ variant }) => variant.includes('width 64'))).toMatchObject({
      seeds: 2,
      episodes: 20,
      successes: 12,
    });
  });
});

describe('scores for statistics', () => {
  it('are those of named runs as far as they have got, in their order, or of all finished ones', async () => {
    const { id: finished } = await call().runs.launch({ config: scripted({ seed: 21 }), preset: null });
    await lab.until(finished, 'finished');
    const broken = scripted({ name: '{"crashAt":2}', seed: 22 });
    const { id: failed } = await call().runs.launch({ config: broken, preset: null });
    await lab.until(failed, 'failed');
    const named = await call().statistics.scores({ runIds: [failed, finished, 'bcdfgh'], protocol: {} });
    expect(named.runs.map(({ id, finished }) => [id, finished])).toEqual([
      [failed, false],
      [finished, true],
    ]);
    expect(named.protocol).toMatchObject({ split: 'valid_seen' });
    expect(named.runs[1]?.evaluations.at(-1)).toMatchObject({ iteration: 4, successes: 6 });
    const board = await call().statistics.scores({ protocol: { split: 'valid_seen' } });
    const ids = board.runs.map(({ id }) => id);
    expect(ids).toContain(finished);
    expect(ids).not.toContain(failed);
    await call().runs.label({ ids: [finished], archived: true });
    const without = await call().statistics.scores({ protocol: { split: 'valid_seen' } });
    expect(without.runs.map(({ id }) => id)).toEqual(ids.filter((id) => id !== finished));
    expect(await call().statistics.scores({ protocol: { stepLimit: 7 } })).toMatchObject({
      protocol: null,
      runs: [],
    });
    await expect(call().statistics.scores({ runIds: ['../x'], protocol: {} })).rejects.toMatchObject({
      code: 'BAD_REQUEST',
    });
    await expect(call('anonymous').statistics.scores({ protocol: {} })).rejects.toMatchObject({
      code: 'UNAUTHORIZED',
    });
  });

  it('say how long a run has lasted after each iteration', async () => {
    const { id } = await call().runs.launch({ config: scripted({ seed: 23 }), preset: null });
    await lab.until(id, 'finished');
    const [snapshot] = await call().metrics.snapshots({ runIds: [id] });
    const wall = fromWire(snapshot!.series).columns.wallSeconds as number[];
    expect(wall).toHaveLength(4);
    expect(wall[0]).toBeGreaterThan(0);
    expect(wall).toEqual(wall.toSorted((a, b) => a - b));
  });
});

describe('shares', () => {
  it('open for everybody, with nothing private in them, until revoked', async () => {
    const { id } = await call().runs.launch({
      config: scripted({ name: '{"crashAt":2,"provenance":true}' }),
      preset: null,
    });
    await lab.until(id, 'failed');
    await call().runs.update({ id, name: 'Shown', note: 'a private note' });
    const input = { kind: 'run' as const, runIds: [id], title: 'Look', query: 'x=tokens', days: 7 };
    const { token, share } = await call().shares.create(input);

    const view = await call('anonymous').shares.open({ token });
    expect(view).toMatchObject({
      kind: 'run',
      title: 'Look',
      query: 'x=tokens',
      runs: [{ id, name: 'Shown' }],
    });
    const snapshots = await call('anonymous').shares.snapshots({ token });
    expect(view.provenance).toMatchObject([
      { iteration: 0, host: { processor: 'A processor', release: '' } },
    ]);
    const text = JSON.stringify([view, snapshots]);
    for (const secret of ['private note', 'out of luck', house.dataFolder, token])
      expect(text).not.toContain(secret);
    expect(fromWire(snapshots[0]!.series).iterations).toEqual([1]);
    const hidden = { token, runIds: ['bcdfgh'], from: 0, to: 9 };
    expect(await call('anonymous').shares.snapshots(hidden)).toEqual([]);
    expect(await call('anonymous').shares.window(hidden)).toEqual([]);
    const [part] = await call('anonymous').shares.window({ ...hidden, runIds: [id] });
    expect(fromWire(part!)).toMatchObject({ runId: id, iterations: [1] });
    expect((await call().shares.list())[0]).toMatchObject({ id: share.id, views: 1 });

    await call().shares.revoke({ id: share.id });
    await expect(call('anonymous').shares.open({ token })).rejects.toMatchObject({ code: 'NOT_FOUND' });
    await expect(call('anonymous').shares.snapshots({ token })).rejects.toMatchObject({ code: 'NOT_FOUND' });
  });

  it('show a leaderboard with the protocol of its link', async () => {
    const input = { kind: 'leaderboard' as const, runIds: [], title: '', query: 'split=valid_seen', days: 1 };
    const { token } = await call().shares.create(input);
    const view = await call('anonymous').shares.open({ token });
    expect(view.leaderboard?.protocol).toMatchObject({ split: 'valid_seen' });
    expect(view.runs).toEqual([]);
  });

  it('refuse runs that do not exist', async () => {
    const input = { kind: 'run' as const, runIds: ['bcdfgh'], title: '', query: '', days: 1 };
    await expect(call().shares.create(input)).rejects.toMatchObject({ code: 'NOT_FOUND' });
  });
});

describe('episodes', () => {
  it('are listed by filter, page by page, and read one at a time', async () => {
    const { id } = await call().runs.launch({ config: scripted(), preset: null });
    await lab.until(id, 'finished');
    const { episodes, total } = await call().episodes.list({ runId: id, filter: { fromIteration: 3 } });
    expect(episodes.map((episode) => episode.id)).toEqual(['t4-0', 't3-0']);
    expect(total).toBe(2);
    const rest = await call().episodes.list({ runId: id, filter: {}, cursor: 't3-0' });
    expect(rest.episodes.map((episode) => episode.id)).toEqual(['t2-0', 't1-0']);
    const detail = await call().episodes.get({ runId: id, id: 't2-0' });
    expect(detail).toMatchObject({
      run: { id, config: { gamma: 0.97 } },
      summary: { iteration: 2 },
      previous: null,
      next: null,
    });
    expect(detail.others.map((other) => other.id)).toEqual(['t1-0', 't3-0', 't4-0']);
    expect(await unpackEpisode(detail.packed)).toMatchObject({ ending: 'the end' });
    expect(await call().episodes.overview({ runId: id })).toMatchObject({ recorded: 4, stored: 4 });
  });

  it('say what is wrong with a question', async () => {
    const { id } = await call().runs.launch({ config: scripted(), preset: null });
    await lab.until(id, 'finished');
    const get = (episode: string) => call().episodes.get({ runId: id, id: episode });
    await expect(get('t9-9')).rejects.toThrow('There is no episode t9-9 of this run');
    await expect(get('../t1')).rejects.toThrow('is not the id of an episode');
    const filter = { minLength: -1 };
    await expect(call().episodes.list({ runId: id, filter })).rejects.toThrow(/minLength/);
  });

  it('are shown by a link to their run, and by no other', async () => {
    const config = scripted({ iterations: 2 });
    const { ids } = await call().runs.launchAll({ configs: [config, config], preset: null });
    for (const id of ids) await lab.until(id, 'finished');
    const [runId = '', other = ''] = ids;
    const { token } = await call().shares.create({
      kind: 'run',
      runIds: [runId],
      title: '',
      query: '',
      days: 1,
    });
    const guest = call('anonymous').episodes;
    expect((await guest.list({ runId, token, filter: {} })).total).toBe(2);
    expect(await guest.get({ runId, token, id: 't1-0' })).toMatchObject({ summary: { id: 't1-0' } });
    expect(await guest.overview({ runId, token })).toMatchObject({ stored: 2 });
    await expect(guest.list({ runId: other, token, filter: {} })).rejects.toMatchObject({
      code: 'NOT_FOUND',
    });
    const unknown = 'x'.repeat(40);
    await expect(guest.list({ runId, token: unknown, filter: {} })).rejects.toMatchObject({
      code: 'NOT_FOUND',
    });
  });
});

describe('who is not logged in', () => {
  it('gets nothing but what a share token opens', async () => {
    const anonymous = call('anonymous');
    const id = 'bcdfgh';
    const attempts = [
      anonymous.actions.list({}),
      anonymous.runs.list(),
      anonymous.runs.get({ id }),
      anonymous.runs.launch({ config: {}, preset: null }),
      anonymous.runs.launchAll({ configs: [{}], preset: null }),
      anonymous.runs.fork({ id, iteration: 1, configs: [{}] }),
      anonymous.sweeps.list(),
      anonymous.sweeps.get({ id }),
      anonymous.sweeps.launch({
        ...{ name: '', preset: null, vary: [], seeds: [1], configs: [{}], drawn: false, halving: null },
      }),
      anonymous.sweeps.cancel({ id }),
      anonymous.sweeps.resume({ id }),
      anonymous.sweeps.remove({ id }),
      anonymous.runs.launchComparison({ preset: 'tiny' }),
      anonymous.runs.estimateComparison({ preset: 'tiny' }),
      anonymous.runs.pause({ id }),
      anonymous.runs.resume({ id }),
      anonymous.runs.cancel({ id }),
      anonymous.runs.update({ id }),
      anonymous.runs.remove({ id }),
      anonymous.bundles.push({ id, address: 'http://127.0.0.1', token: '', checkpoint: false, from: '' }),
      anonymous.bundles.pull({ id, address: 'http://127.0.0.1', token: '', checkpoint: false }),
      anonymous.runs.label({ ids: [id], starred: true }),
      anonymous.views.list({ page: '/runs' }),
      anonymous.views.save({ page: '/runs', name: 'mine', query: '' }),
      anonymous.views.remove({ id }),
      anonymous.reports.list(),
      anonymous.reports.get({ id }),
      anonymous.reports.create({ title: '', blocks: [] }),
      anonymous.reports.save({ id, version: 1, title: '', blocks: [] }),
      anonymous.reports.append({ id, block: { kind: 'text', id: 'a', text: '' } }),
      anonymous.reports.remove({ id }),
      anonymous.runs.modelExport({ id }),
      anonymous.runs.foreign({ id }),
      anonymous.runs.logs({ id, limit: 1 }),
      anonymous.runs.estimate({ config: {} }),
      anonymous.metrics.snapshots({ runIds: [id] }),
      anonymous.models.list(),
      anonymous.metrics.window({ runIds: [id], from: 1, to: 2 }),
      anonymous.leaderboard.get({}),
      anonymous.statistics.scores({ protocol: {} }),
      anonymous.episodes.overview({ runId: id }),
      anonymous.episodes.list({ runId: id, filter: {} }),
      anonymous.episodes.get({ runId: id, id: 't1-0' }),
      anonymous.training.overview({ runId: id }),
      anonymous.training.subgoals({ runId: id, query: {} }),
      anonymous.leaderboard.entry({ id }),
      anonymous.leaderboard.enter({ id, entry: null }),
      anonymous.leaderboard.verify({ runIds: [id] }),
      anonymous.leaderboard.verifications(),
      anonymous.checkpoints.list({ id }),
      anonymous.checkpoints.evaluate({ id, ...replayRequestOf(makeEvaluation({})) }),
      anonymous.checkpoints.cancel({ jobId: id }),
      anonymous.variance.get({ id }),
      anonymous.variance.start({ id, options: {} }),
      anonymous.variance.cancel({ id }),
      anonymous.shares.create({ kind: 'run', runIds: [id], title: '', query: '', days: 1 }),
      anonymous.shares.list(),
      anonymous.shares.revoke({ id }),
      anonymous.keys.create({ name: 'a', scopes: ['read'], days: 1 }),
      anonymous.keys.list(),
      anonymous.keys.revoke({ id }),
      anonymous.system.info(),
      anonymous.system.testWebhook(),
    ];
    for (const attempt of attempts) await expect(attempt).rejects.toMatchObject({ code: 'UNAUTHORIZED' });
    // A new procedure must be added above or to the public ones.
    expect(Object.keys(appRouter._def.procedures)).toHaveLength(attempts.length + 4);
  });
});
