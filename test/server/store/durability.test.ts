import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { presetConfig } from '../../../server/contract/presets.ts';
import type { Database } from '../../../server/store/database.ts';
import { openDatabase } from '../../../server/store/open-database.ts';
import { makeStore } from '../../../server/store/store.ts';
import { SyncedDisk } from './power-cut.ts';

const RUNS = 6;
const ITERATIONS = 5;

let root: string;
let database: Database;
beforeAll(async () => {
  root = mkdtempSync(join(tmpdir(), 'hiper-durable-'));
  database = await open('data');
});
afterAll(async () => {
  await database.close();
  rmSync(root, { recursive: true });
});

const open = (name: string) => openDatabase({ databaseUrl: undefined, dataFolder: join(root, name) });

describe.runIf(process.platform === 'linux')('the embedded database', { timeout: 240_000 }, () => {
  it('keeps what it has acknowledged when the power goes, and syncs once for runs that write at once', async () => {
    const disk = new SyncedDisk(join(root, 'data', 'database'), join(root, 'after', 'database'));
    try {
      const store = makeStore(database);
      const launch = () => store.runs.create({ name: 'a run', preset: 'tiny', config: presetConfig('tiny') });
      const runs = await Promise.all(Array.from({ length: RUNS }, launch));
      const before = disk.syncs;
      const write = async (iteration: number) => {
        const values = { success: iteration / 10 };
        await Promise.all(
          runs.map(({ id }) => store.events.append(id, [{ kind: 'iteration', iteration, values }])),
        );
      };
      for (let iteration = 1; iteration < ITERATIONS; iteration++) await write(iteration);
      const perWrite = (disk.syncs - before) / (RUNS * (ITERATIONS - 1));
      expect(perWrite).toBeGreaterThan(0);
      expect(perWrite).toBeLessThan(0.5);

      // A new file of the log, and data files written out, go the same way.
      await database.pglite?.exec('CHECKPOINT; SELECT pg_switch_wal()');
      await write(ITERATIONS);
      await store.runs.update(runs[0]?.id ?? '', { note: 'the last thing said' });
      disk.cut();

      const after = await open('after');
      try {
        const restored = makeStore(after);
        const series = await restored.events.iterations(runs.map(({ id }) => id));
        for (const { id } of runs)
          expect(series.get(id)?.map(({ iteration }) => iteration)).toEqual([1, 2, 3, 4, 5]);
        expect((await restored.runs.require(runs[0]?.id ?? '')).note).toBe('the last thing said');
      } finally {
        await after.close();
      }
    } finally {
      disk.stop();
    }
  });

  it('answers questions without a sync', async () => {
    const disk = new SyncedDisk(join(root, 'data', 'database'), join(root, 'asked', 'database'));
    await makeStore(database).runs.list();
    expect(disk.syncs).toBe(0);
    disk.stop();
  });
});
