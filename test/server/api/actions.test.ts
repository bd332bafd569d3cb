import type { AnyTRPCProcedure } from '@trpc/server';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { RECORDED, readAction } from '../../../server/api/action-rules.ts';
import { appRouter } from '../../../server/api/root.ts';
import { presetConfig } from '../../../server/contract/presets.ts';
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
afterEach(async () => {
  vi.restoreAllMocks();
  await lab.stop();
  await house.database.prisma.action.deleteMany();
});

const nightly = { id: 'k1', name: 'nightly' };
const call = () => appRouter.createCaller({ lab, actor: 'owner' });
const byKey = () => appRouter.createCaller({ lab, actor: 'anonymous', scopes: ['control'], key: nightly });

async function endedRun(name: string): Promise<string> {
  const { id } = await lab.store.runs.create({ name, preset: null, config: presetConfig('tiny') });
  await lab.store.events.append(id, [{ kind: 'state', from: 'queued', to: 'cancelled', reason: '' }]);
  return id;
}

const recorded = async () => {
  await lab.actions.settled();
  return (await call().actions.list({})).actions;
};

it('every procedure that changes something says what is kept of it, and no other does', () => {
  const procedures = Object.entries(appRouter._def.procedures as unknown as Record<string, AnyTRPCProcedure>);
  const changing = procedures.filter(([, { _def }]) => _def.type === 'mutation').map(([path]) => path);
  expect([...RECORDED].sort()).toEqual(changing.sort());
});

describe('what is done', () => {
  it('is recorded with what it was done to, by its name before and after, and by whom', async () => {
    const id = await endedRun('one');
    const before = Date.now();
    await call().runs.update({ id, name: 'two' });
    await byKey().runs.label({ ids: [id], addTags: ['paper'], starred: true });
    const [labelled, renamed] = await recorded();
    expect(renamed).toMatchObject({
      procedure: 'runs.update',
      key: null,
      subjects: [{ kind: 'run', id, name: 'one', isThere: true, isNew: false }],
      runs: 1,
      details: { name: 'two' },
    });
    expect(renamed!.time).toBeGreaterThanOrEqual(before);
    expect(labelled).toMatchObject({
      key: nightly,
      subjects: [{ name: 'two' }],
      details: { addTags: ['paper'], starred: true },
    });
  });

  it('can be read by the name of a run that it deleted', async () => {
    const id = await endedRun('gone soon');
    await call().runs.remove({ id });
    const [removed] = await recorded();
    expect(removed).toMatchObject({
      procedure: 'runs.remove',
      subjects: [{ id, name: 'gone soon', isThere: false }],
    });
  });

  it('tells what it made, and stands with the run that is shared', async () => {
    const id = await endedRun('shared');
    const { share, token } = await call().shares.create({
      ...{ kind: 'run', runIds: [id], title: 'For the group', query: '', days: 3 },
    });
    await call().shares.revoke({ id: share.id });
    const all = await recorded();
    expect(all.map(({ procedure, subjects }) => [procedure, subjects.map(({ name }) => name)])).toEqual([
      ['shares.revoke', ['For the group']],
      ['shares.create', ['shared', 'For the group']],
    ]);
    expect(all[1]?.subjects.map(({ isNew }) => isNew)).toEqual([false, true]);
    const { actions } = await call().runs.get({ id });
    expect(actions?.map(({ procedure }) => procedure)).toEqual(['shares.revoke', 'shares.create']);
    expect(JSON.stringify(await house.database.prisma.action.findMany())).not.toContain(token);
  });

  it('and fails, or only looks, is not recorded', async () => {
    const id = await endedRun('one');
    await expect(call().runs.pause({ id })).rejects.toThrow(/nothing to pause/);
    await expect(appRouter.createCaller({ lab, actor: 'anonymous' }).runs.remove({ id })).rejects.toThrow();
    await call().runs.list();
    expect(await recorded()).toEqual([]);
  });

  it('names ten of many, counts all and is found with each', async () => {
    const ids = await Promise.all(Array.from({ length: 12 }, (_, i) => endedRun(`run ${i}`)));
    await call().runs.label({ ids, archived: true });
    const [labelled] = await recorded();
    expect([labelled?.subjects.length, labelled?.runs]).toEqual([10, 12]);
    expect((await call().runs.get({ id: ids[11]! })).actions).toHaveLength(1);
  });

  it('is one action while a page saves a report again and again under the same title', async () => {
    const { id } = await call().reports.create({ title: 'Draft', blocks: [] });
    const save = async (title: string) => {
      const { version } = await call().reports.get({ id });
      await call().reports.save({ id, version, title, blocks: [] });
    };
    for (const title of ['Draft', 'Draft', 'Findings', 'Findings']) await save(title);
    const all = await recorded();
    expect(all.map(({ procedure, details }) => [procedure, details.title])).toEqual([
      ['reports.save', 'Findings'],
      ['reports.save', 'Draft'],
      ['reports.create', undefined],
    ]);
  });

  it('is done although it cannot be recorded, which the terminal is told once', async () => {
    const id = await endedRun('one');
    const told = vi.spyOn(console, 'error').mockImplementation(() => undefined);
    vi.spyOn(lab.store.actions, 'add').mockRejectedValue(new Error('disk full'));
    vi.spyOn(lab.store.actions, 'named').mockRejectedValue(new Error('disk full'));
    await call().runs.update({ id, name: 'two' });
    await call().runs.remove({ id });
    await lab.actions.settled();
    expect(await lab.store.runs.find(id)).toBeNull();
    expect(told.mock.calls).toEqual([['[actions] What was done could not be recorded: disk full']]);
  });

  it('does not wait until it is recorded', async () => {
    const id = await endedRun('one');
    let write = () => {};
    vi.spyOn(lab.store.actions, 'add').mockReturnValue(
      new Promise((resolve) => {
        write = resolve;
      }),
    );
    await call().runs.label({ ids: [id], starred: true });
    expect((await lab.store.runs.require(id)).starred).toBe(true);
    write();
  });

  it('is told to pages once it can be read', async () => {
    const id = await endedRun('one');
    const told: string[][] = [];
    const stop = lab.bus.subscribe((message) => message.type === 'acted' && told.push(message.runIds));
    await call().runs.label({ ids: [id], starred: true });
    await lab.actions.settled();
    stop();
    expect(told).toEqual([[id]]);
  });
});

describe('of what a procedure was told', () => {
  const SECRET = 'hunter2-hunter2';
  const keptOf = (procedure: string, input: object, answer: object = {}) =>
    readAction(procedure, input, answer);

  it('tokens, notes, configs and texts are not kept, and of an address only the host', () => {
    const id = 'bcdfgh';
    const kept = [
      keptOf('bundles.push', { id, address: `https://me:${SECRET}@lab.example:8443/x?y`, token: SECRET }),
      keptOf('runs.update', { id, note: SECRET }),
      keptOf('runs.launch', { config: { endpoint: SECRET }, preset: 'tiny' }, { id }),
      keptOf('reports.save', { id, version: 1, title: 'T', blocks: [{ text: SECRET }] }),
      keptOf('keys.create', { name: 'n', scopes: ['read'], days: 1 }, { key: SECRET, info: { id } }),
      keptOf('shares.create', { kind: 'run', runIds: [id], query: SECRET }, { token: SECRET, share: { id } }),
      keptOf('views.save', { page: '/runs', name: 'mine', query: SECRET }),
      keptOf('variance.start', { id, options: SECRET }),
    ];
    expect(JSON.stringify(kept)).not.toContain(SECRET);
    expect(kept[0]?.details).toEqual({ address: 'lab.example:8443' });
    expect(kept[1]?.details).toEqual({ note: true });
  });

  it('what a procedure does not know is not kept, under whatever name it comes', () => {
    const told = { id: 'bcdfgh', name: SECRET, title: SECRET, runIds: ['others'], token: SECRET };
    expect(keptOf('runs.pause', told)).toMatchObject({
      concerned: [{ kind: 'run', ids: ['bcdfgh'] }],
      details: {},
    });
    expect(keptOf('a.later.one', told)).toMatchObject({ concerned: [], details: {} });
  });

  it('what cannot be stored, or is no id, is left out', () => {
    const input = { id: '../etc', name: 'a\0b', note: 1 };
    expect(keptOf('runs.update', input)).toMatchObject({ concerned: [], details: {} });
    expect(keptOf('leaderboard.enter', { id: 'bcdfgh', entry: null }).details).toEqual({ entry: false });
    expect(keptOf('leaderboard.enter', { id: 'bcdfgh', entry: { metric: SECRET } }).details).toEqual({
      entry: true,
    });
  });
});

describe('what was done to a run', () => {
  it('is for the owner, and for no key without `admin` and no share link', async () => {
    const id = await endedRun('one');
    await call().runs.label({ ids: [id], starred: true });
    const { token } = await call().shares.create({
      ...{ kind: 'run', runIds: [id], title: '', query: '', days: 1 },
    });
    const reader = appRouter.createCaller({ lab, actor: 'anonymous', scopes: ['read'] });
    expect((await reader.runs.get({ id })).actions).toBeNull();
    await expect(reader.actions.list({})).rejects.toMatchObject({ code: 'FORBIDDEN' });
    const guest = appRouter.createCaller({ lab, actor: 'anonymous' });
    await lab.actions.settled();
    expect(JSON.stringify(await guest.shares.open({ token }))).not.toMatch(/"actions"|runs\.label/);
    expect((await call().runs.get({ id })).actions).toHaveLength(2);
  });
});
