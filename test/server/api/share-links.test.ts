import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { freeze } from '../../../server/api/frozen-shares.ts';
import { appRouter } from '../../../server/api/root.ts';
import type { Actor } from '../../../server/api/trpc.ts';
import { MOST_SHARED } from '../../../server/contract/limits.ts';
import { presetConfig } from '../../../server/contract/presets.ts';
import type { ReportBlock } from '../../../server/contract/report.ts';
import { fromWire } from '../../../server/contract/series-codec.ts';
import type { RunSnapshot } from '../../../server/contract/views.ts';
import { makeBody, makeEpisode, makeTurn } from '../../recorded-episode.ts';
import { openTestHouse, type TestHouse, type TestLab } from '../test-lab.ts';

let house: TestHouse;
let lab: TestLab;
/** Two finished runs. */
let ids: string[];
beforeAll(async () => {
  house = await openTestHouse();
  lab = await house.start();
  ids = [await lab.launch(), await lab.launch()];
  for (const id of ids) await lab.until(id, 'finished');
});
afterAll(async () => {
  await lab.stop();
  await house.close();
});

const call = (actor: Actor = 'owner') => appRouter.createCaller({ lab, actor });
const guest = () => call('anonymous').shares;
const text = (words: string): ReportBlock => ({ id: 'text', kind: 'text', text: words });
const figure = (id: string, name: 'chart' | 'board' | 'statistics', query: string): ReportBlock => ({
  ...{ id, kind: 'figure', figure: name, of: '', query, caption: '' },
});
const chart = (...runs: string[]) => figure('chart', 'chart', `runs=${runs.join(',')}&x=tokens`);
const share = (options: Partial<Parameters<ReturnType<typeof guest>['create']>[0]>) =>
  call().shares.create({ kind: 'report', runIds: [], title: 'Link', query: '', days: 1, ...options });
/** What is answered within a second may be shared with others. */
const renew = () => lab.guests.answers.forget();

describe('a live link of a report', () => {
  it('shows the report as it is, and the runs that it names now', async () => {
    const { id } = await call().reports.create({ title: 'R', blocks: [text('One'), chart(ids[0]!)] });
    const { token, share: link } = await share({ reportId: id });
    const shareId = link.id;
    const view = await guest().open({ token });
    expect(view).toMatchObject({
      ...{ kind: 'report', frozenAt: null, report: { title: 'R', blocks: [text('One'), chart(ids[0]!)] } },
      runs: [{ id: ids[0] }],
    });
    expect(JSON.stringify(view)).not.toContain(house.dataFolder);
    expect(await guest().snapshots({ token, runIds: [ids[1]!] })).toEqual([]);

    // Whoever has it open is told, and what is asked then is no view of its own.
    const told: unknown[] = [];
    const stop = lab.bus.subscribe((message) => told.push(message));
    await call().reports.save({ id, version: 1, title: 'S', blocks: [chart(ids[1]!)] });
    stop();
    expect(told).toContainEqual({ type: 'shareChanged', shareId });
    const again = await guest().open({ token, again: true });
    expect(again).toMatchObject({ report: { title: 'S' }, runs: [{ id: ids[1] }] });
    expect((await call().shares.list()).find((link) => link.id === shareId)?.views).toBe(1);
    expect(await guest().snapshots({ token, runIds: ids })).toMatchObject([{ runId: ids[1] }]);

    await call().reports.remove({ id });
    await expect(guest().open({ token })).rejects.toMatchObject({ code: 'NOT_FOUND' });
    await expect(guest().snapshots({ token })).rejects.toMatchObject({ code: 'NOT_FOUND' });
  });

  it('shows boards and statistics of its figures, and nobody else’s', async () => {
    const blocks = [figure('b', 'board', ''), figure('s', 'statistics', `runs=${ids[0]}`), text('')];
    const { token } = await share({ reportId: (await call().reports.create({ title: '', blocks })).id });
    expect((await guest().figure({ token, block: 'b' })).board?.protocol).not.toBeNull();
    expect((await guest().figure({ token, block: 's' })).scores?.runs.map(({ id }) => id)).toEqual([ids[0]]);
    // Statistics tell evaluations, not curves.
    expect(await guest().snapshots({ token, runIds: [ids[0]!] })).toEqual([]);
    for (const block of ['text', 'nothing'])
      await expect(guest().figure({ token, block })).rejects.toMatchObject({ code: 'NOT_FOUND' });
  });

  it('shows at most so many runs, and says so before more are written', async () => {
    const many = Array.from({ length: MOST_SHARED + 1 }, (_, i) => `abcdef${i}`);
    const { id } = await call().reports.create({ title: '', blocks: [chart(...many)] });
    const refusal = { code: 'BAD_REQUEST', message: expect.stringMatching(/^blocks: .*51 runs.*at most 50/) };
    await expect(share({ reportId: id })).rejects.toMatchObject(refusal);
    await call().reports.save({ id, version: 1, title: '', blocks: [chart(ids[0]!)] });
    const link = await share({ reportId: id });
    const tooMany = { id, version: 2, title: '', blocks: [chart(...many)] };
    await expect(call().reports.save(tooMany)).rejects.toMatchObject(refusal);
    await call().shares.revoke({ id: link.share.id });
    await call().reports.save(tooMany);
  });

  it('needs a report that is there', async () => {
    await expect(share({})).rejects.toMatchObject({ message: expect.stringMatching(/^reportId/) });
    await expect(share({ reportId: 'bcdfgh' })).rejects.toMatchObject({ code: 'NOT_FOUND' });
  });
});

describe('a frozen link', () => {
  it('shows what was there, whatever becomes of report and runs', async () => {
    const run = await lab.launch();
    await lab.until(run, 'finished');
    const blocks = [
      text('Then'),
      chart(run, ids[0]!),
      figure('b', 'board', ''),
      figure('s', 'statistics', ''),
    ];
    const { id } = await call().reports.create({ title: 'Then', blocks });
    const { token, share: info } = await share({ reportId: id, frozen: true });
    const shown = async () => [
      await guest().open({ token }),
      await guest().snapshots({ token }),
      await guest().figure({ token, block: 'b' }),
      await guest().figure({ token, block: 's' }),
    ];
    const then = await shown();
    expect(then[0]).toMatchObject({ frozenAt: info.frozenAt, runs: [{ id: run }, { id: ids[0] }] });
    expect(then[1]).toMatchObject([{ runId: run }, { runId: ids[0] }]);
    const [curves] = (then[1] as RunSnapshot[]).map(({ series }) => fromWire(series));
    expect(curves?.iterations).toEqual([1, 2, 3, 4]);
    const [few] = await guest().snapshots({ token, keys: ['success'] });
    expect(fromWire(few!.series)).toMatchObject({
      columns: { success: curves?.columns.success },
      keys: Object.keys(curves!.columns),
    });
    expect(JSON.stringify(then)).not.toContain(house.dataFolder);

    await call().reports.save({ id, version: 1, title: 'Now', blocks: [] });
    await call().reports.remove({ id });
    await call().runs.remove({ id: run });
    renew();
    expect(await shown()).toEqual(then);
    expect(await guest().window({ token, runIds: [run], from: 1, to: 2 })).toEqual([]);

    await call().shares.revoke({ id: info.id });
    await expect(guest().open({ token })).rejects.toMatchObject({ code: 'NOT_FOUND' });
    expect(await lab.store.database.prisma.frozenPart.count({ where: { shareId: info.id } })).toBe(0);
  });

  it('keeps at most so much, and says so', async () => {
    const { token } = await share({ kind: 'comparison', runIds: ids });
    const view = await guest().open({ token });
    const nothing = { figures: new Map(), episode: null };
    const parts = await freeze(lab, view, nothing);
    expect(parts.map(({ part }) => part)).toEqual(['view', ...ids.map((id) => `run ${id}`)]);
    const bytes = parts.reduce((sum, { body }) => sum + body.length, 0);
    expect(await freeze(lab, view, nothing, bytes)).toHaveLength(3);
    await expect(freeze(lab, view, nothing, bytes - 1)).rejects.toMatchObject({
      code: 'bad-input',
      message: expect.stringMatching(/^frozen: .*share fewer runs, or share live$/),
    });
  });

  it('can be of every kind', async () => {
    for (const kind of ['run', 'comparison', 'leaderboard', 'statistics'] as const) {
      const runIds = kind === 'run' ? [ids[0]!] : kind === 'comparison' ? ids : [];
      const { token } = await share({ kind, runIds, frozen: true });
      const view = await guest().open({ token });
      expect(view).toMatchObject({ kind, runs: runIds.map((id) => ({ id })), episodes: false });
      expect([view.leaderboard !== null, view.scores !== null]).toEqual([
        kind === 'leaderboard',
        kind === 'statistics',
      ]);
      expect((await guest().snapshots({ token })).map(({ runId }) => runId)).toEqual(runIds);
    }
  });
});

it('a link of statistics shows the runs of its view, or all that have finished', async () => {
  const scored = async (query: string) => {
    const { token } = await share({ kind: 'statistics', query });
    return (await guest().open({ token })).scores?.runs.map(({ id }) => id);
  };
  expect(await scored(`runs=${ids[1]}&seed=3`)).toEqual([ids[1]]);
  expect(await scored('')).toEqual(expect.arrayContaining(ids));
  expect(await scored('split=train')).toEqual([]);
});

it('a link shows the stored episodes of its runs where its maker says so', async () => {
  const [runId] = ids as [string];
  const read = (token: string) => call('anonymous').episodes.overview({ runId, token });
  const made = (episodes: boolean) =>
    call().shares.create({ kind: 'run', runIds: [runId], title: '', query: '', days: 1, episodes });
  const [open, closed] = [await made(true), await made(false)];
  expect(await read(open.token)).toMatchObject({ stored: expect.any(Number) });
  await expect(read(closed.token)).rejects.toMatchObject({
    code: 'NOT_FOUND',
    message: 'This link shows no episodes',
  });
  expect((await guest().open({ token: closed.token })).episodes).toBe(false);
});

it('a link of an episode shows it alone, and frozen also when its run is gone', async () => {
  const run = await lab.launch();
  await lab.until(run, 'finished');
  const guests = call('anonymous').episodes;
  const made = (frozen: boolean) => share({ kind: 'episode', episode: { runId: run, id: 't1-0' }, frozen });
  const [live, frozen] = [await made(false), await made(true)];
  for (const { token } of [live, frozen]) {
    const view = await guest().open({ token });
    expect(view).toMatchObject({ kind: 'episode', episode: { runId: run, id: 't1-0' }, runs: [] });
    const shown = await guests.get({ runId: run, id: 't1-0', token });
    const { packed } = await call().episodes.get({ runId: run, id: 't1-0' });
    expect(shown).toMatchObject({ packed, isAlone: true, previous: null, next: null, others: [] });
    const others = [
      guests.get({ runId: run, id: 't2-0', token }),
      guests.list({ runId: run, filter: {}, token }),
      guests.overview({ runId: run, token }),
    ];
    for (const attempt of others) await expect(attempt).rejects.toMatchObject({ code: 'NOT_FOUND' });
    expect(await guest().snapshots({ token, runIds: [run] })).toEqual([]);
  }
  const before = await guests.get({ runId: run, id: 't1-0', token: frozen.token });
  await call().runs.remove({ id: run });
  expect(await guests.get({ runId: run, id: 't1-0', token: frozen.token })).toEqual(before);
  await expect(guests.get({ runId: run, id: 't1-0', token: live.token })).rejects.toThrow(/no run/i);
  await expect(share({ kind: 'episode' })).rejects.toMatchObject({
    message: expect.stringMatching(/^episode/),
  });
  const missing = share({ kind: 'episode', episode: { runId: ids[0]!, id: 'nothing' } });
  await expect(missing).rejects.toMatchObject({ code: 'NOT_FOUND' });
});

it('a guest who reads an episode is not told where the model of its run is', async () => {
  const config = { ...presetConfig('tiny'), endpoint: 'http://inside.example:8000' };
  const run = await lab.store.runs.create({ name: 'asked', preset: null, config });
  const episode = makeEpisode({}, JSON.stringify(makeBody({ turns: [makeTurn({})] })));
  await lab.store.events.append(run.id, [
    { kind: 'recording', iteration: 1, evaluation: false, split: 'train', part: 0, episodes: [episode] },
  ]);
  const wanted = { runId: run.id, id: 't1-0' };
  expect((await call().episodes.get(wanted)).run.config.endpoint).toBe(config.endpoint);
  for (const link of [
    { kind: 'run' as const, runIds: [run.id] },
    { kind: 'episode' as const, episode: wanted },
    { kind: 'episode' as const, episode: wanted, frozen: true },
  ]) {
    const { token } = await share(link);
    const told = [await guest().open({ token }), await call('anonymous').episodes.get({ ...wanted, token })];
    expect(JSON.stringify(told)).not.toContain('inside.example');
  }
});
