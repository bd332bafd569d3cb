import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { presetConfig } from '../../../server/contract/presets.ts';
import { ActionStore, type NewAction } from '../../../server/store/actions.ts';
import { openMemoryDatabase } from '../../../server/store/open-database.ts';
import { newRunId } from '../../../server/store/runs.ts';
import { makeStore, type Store } from '../../../server/store/store.ts';

let store: Store;
beforeAll(async () => {
  store = makeStore(await openMemoryDatabase());
}, 60_000);
afterAll(() => store.database.close());
beforeEach(async () => {
  await store.database.prisma.action.deleteMany();
});

const action = (changes: Partial<NewAction> = {}): NewAction => ({
  id: newRunId(),
  time: 1000,
  procedure: 'runs.pause',
  key: null,
  subjects: [{ kind: 'run', id: 'bcdfgh', name: 'Night run', isNew: false }],
  runIds: ['bcdfgh'],
  details: {},
  ...changes,
});
const times = (actions: readonly { time: number }[]) => actions.map(({ time }) => time);

describe('actions', () => {
  it('are read as they were written, once even if written twice', async () => {
    const { runIds, ...written } = action({
      key: { id: 'k', name: 'Nächtlich' },
      details: { addTags: ['paper'] },
    });
    await store.actions.add({ ...written, runIds });
    await store.actions.add({ ...written, runIds });
    expect((await store.actions.list(10, null)).actions).toEqual([{ ...written, runs: 1 }]);
  });

  it('are listed page by page, the newest first, whatever is added meanwhile', async () => {
    for (const time of [1, 2, 3, 4, 5]) await store.actions.add(action({ time }));
    const first = await store.actions.list(2, null);
    await store.actions.add(action({ time: 6 }));
    const second = await store.actions.list(2, first.next);
    const last = await store.actions.list(2, second.next);
    expect([first, second, last].map(({ actions }) => times(actions))).toEqual([[5, 4], [3, 2], [1]]);
    expect(last.next).toBeNull();
  });

  it('of a run are those that were done to it, among others too', async () => {
    await store.actions.add(action({ time: 1 }));
    await store.actions.add(action({ time: 2, runIds: ['others'] }));
    await store.actions.add(action({ time: 3, runIds: ['others', 'bcdfgh'] }));
    expect(times(await store.actions.ofRun('bcdfgh', 10))).toEqual([3, 1]);
    expect(times(await store.actions.ofRun('bcdfgh', 1))).toEqual([3]);
  });

  it('are bounded: the oldest go', async () => {
    const small = new ActionStore(store.database.prisma, 3);
    for (const time of [1, 2, 3, 4, 5]) await small.add(action({ time }));
    expect(times((await small.list(10, null)).actions)).toEqual([5, 4, 3]);
  });

  it('know what things are called now, and what is gone', async () => {
    const run = await store.runs.create({ name: 'one', preset: null, config: presetConfig('tiny') });
    const report = await store.reports.create({ title: 'Findings', blocks: [] });
    const sweep = await store.sweeps.create({ name: '', vary: ['seed'] } as never, 'nobody');
    await store.views.save({ page: '/runs', name: 'mine', query: '' });
    const [view] = await store.views.list('/runs');
    const { share } = await store.shares.create({
      ...{ kind: 'run', runIds: [run.id], title: 'A link', query: '', expiresAt: Date.now() },
    });
    const { stored: key } = await store.keys.create({ name: 'nightly', scopes: ['read'], expiresAt: null });
    const named = async (...[kind, id]: Parameters<typeof nameOf>) => (await nameOf(kind, id))[0]?.name;
    const nameOf = (kind: Parameters<typeof store.actions.named>[0], id: string) =>
      store.actions.named(kind, [id, 'gone']);
    expect(await named('run', run.id)).toBe('one');
    expect(await named('report', report)).toBe('Findings');
    expect(await named('sweep', sweep)).toBe('Sweep of seed');
    expect(await named('view', view!.id)).toBe('mine');
    expect(await named('key', key.id)).toBe('nightly');
    expect(await nameOf('share', share.id)).toEqual([
      { kind: 'share', id: share.id, name: 'A link', runIds: [run.id] },
    ]);
    await store.replayRequests.add({ id: 'job1', runId: run.id, request: {} as never, holder: 'nobody' });
    expect(await nameOf('evaluation', 'job1')).toEqual([
      { kind: 'evaluation', id: 'job1', name: 'one', runIds: [run.id] },
    ]);
    expect(await store.actions.named('run', ['gone'])).toEqual([]);
  });
});
