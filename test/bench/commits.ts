/**
 * What it costs that the embedded database's commits are on disk before they are acknowledged: the journal of 1, 4 and 16 runs that
 * write one iteration after the other, as it is and with syncs that do nothing.
 *
 *   npm run bench -- commits [--writes 40] [--folder FOLDER]     FOLDER on the disk in question (default: the temporary one)
 */
import fs, { mkdtempSync, rmSync } from 'node:fs';
import { syncBuiltinESMExports } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { presetConfig } from '../../server/contract/presets.ts';
import { openDatabase } from '../../server/store/open-database.ts';
import { makeStore, type Store } from '../../server/store/store.ts';

const { values: flags } = parseArgs({
  options: { writes: { type: 'string', default: '40' }, folder: { type: 'string', default: tmpdir() } },
});
const WRITES = Number(flags.writes);
const ROUNDS = 3;
const METRICS = Object.fromEntries(Array.from({ length: 40 }, (_, index) => [`metric.${index}`, index / 7]));

let syncs = 0;
let syncMs = 0;
let isOn = true;
const sync = fs.fsyncSync;
fs.fsyncSync = (file) => {
  if (!isOn) return;
  const started = performance.now();
  sync(file);
  syncMs += performance.now() - started;
  syncs++;
};
syncBuiltinESMExports();

const dataFolder = mkdtempSync(join(flags.folder, 'hiper-commits-'));
const database = await openDatabase({ databaseUrl: undefined, dataFolder });
const store = makeStore(database);
try {
  console.log(
    `${WRITES} iterations a run, 40 metrics each; medians of ${ROUNDS} rounds that take turns\n\nruns   no sync        synced         slower   syncs a commit`,
  );
  for (const runs of [1, 4, 16]) {
    const ids = await launch(runs);
    const taken = { unsynced: [] as Round[], synced: [] as Round[] };
    for (let round = 0; round < ROUNDS; round++)
      for (const mode of ['unsynced', 'synced'] as const) {
        isOn = mode === 'synced';
        taken[mode].push(await write(store, ids));
      }
    const [unsynced, synced] = [middle(taken.unsynced), middle(taken.synced)];
    const ratio = `${(synced.ms / unsynced.ms).toFixed(2)}x`.padEnd(8);
    console.log(
      `${String(runs).padEnd(6)} ${rate(unsynced)}${rate(synced)}${ratio} ${(synced.syncs / synced.commits).toFixed(2)}`,
    );
  }
  console.log(`\none sync: ${(syncMs / syncs).toFixed(2)} ms`);
} finally {
  await database.close();
  rmSync(dataFolder, { recursive: true });
}

interface Round {
  ms: number;
  commits: number;
  syncs: number;
}

async function launch(count: number): Promise<string[]> {
  const ids: string[] = [];
  for (let index = 0; index < count; index++)
    ids.push((await store.runs.create({ name: '', preset: 'tiny', config: presetConfig('tiny') })).id);
  return ids;
}

/** Every run writes one iteration after the other, as a trainer that waits for its acknowledgement. */
async function write({ events }: Store, ids: readonly string[]): Promise<Round> {
  for (const id of ids) await events.append(id, [{ kind: 'resumed', iteration: 0 }]);
  const before = syncs;
  const started = performance.now();
  await Promise.all(
    ids.map(async (id) => {
      for (let iteration = 1; iteration <= WRITES; iteration++)
        await events.append(id, [{ kind: 'iteration', iteration, values: METRICS }]);
    }),
  );
  return { ms: performance.now() - started, commits: ids.length * WRITES, syncs: syncs - before };
}

function middle(rounds: Round[]): Round {
  return rounds.sort((a, b) => a.ms - b.ms)[ROUNDS >> 1] as Round;
}

function rate({ ms, commits }: Round): string {
  return `${Math.round((1000 * commits) / ms)} commits/s`.padEnd(15);
}
