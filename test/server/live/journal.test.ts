import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { presetConfig } from '../../../server/contract/presets.ts';
import { Bus } from '../../../server/live/bus.ts';
import { Journal } from '../../../server/live/journal.ts';
import type { Database } from '../../../server/store/database.ts';
import { openMemoryDatabase } from '../../../server/store/open-database.ts';
import { makeStore, type Store } from '../../../server/store/store.ts';

let database: Database;
let store: Store;
let journal: Journal;
let runId: string;

beforeAll(async () => {
  database = await openMemoryDatabase();
  store = makeStore(database);
  journal = new Journal(store.events, new Bus(), database.link);
  runId = (
    await store.runs.create({ name: 'x', preset: 'tiny', config: presetConfig('tiny', { name: 'x' }) })
  ).id;
});
afterAll(() => database.close());

it('stores an end whose reason the database refuses with a plain one, and gives up on one that it refuses altogether', async () => {
  const spoken = vi.spyOn(console, 'error').mockImplementation(() => undefined);
  await database.pglite?.exec(
    `ALTER TABLE "Run" ADD CONSTRAINT "words" CHECK ("failure" NOT LIKE '%unspeakable%')`,
  );
  await journal.record(runId, [{ kind: 'state', from: 'queued', to: 'failed', reason: 'unspeakable' }]);
  expect(await store.runs.require(runId)).toMatchObject({ state: 'failed' });
  expect((await store.runs.require(runId)).failure).toMatch(
    /^The reason could not be stored \(database error 23514\)/,
  );
  // Not lost: it stands in the terminal.
  expect(spoken.mock.calls.flat().join('\n')).toContain('It was: unspeakable');

  await database.pglite?.exec(`ALTER TABLE "Run" ADD CONSTRAINT "ends" CHECK ("state" <> 'cancelled')`);
  const end = journal.record(runId, [{ kind: 'state', from: 'failed', to: 'cancelled', reason: '' }]);
  await expect(end).rejects.toThrow(/cannot be stored at all \(database error 23514\)/);
  // Any other event is refused as before: only an end must not be lost.
  const other = journal.record(runId, [{ kind: 'state', from: 'failed', to: 'queued', reason: '' }], {
    state: 'queued',
  });
  await expect(other).rejects.toMatchObject({ code: 'conflict' });
  spoken.mockRestore();
});
