import {
  appendFileSync,
  cpSync,
  readdirSync,
  readFileSync,
  renameSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { hashModel } from '../../../../server/rl/model/model-hash.ts';
import { temporaryFolder } from '../../../temporary-folder.ts';
import { fixture } from './fixture.ts';

const LONG_AGO = new Date('2026-01-01');
const SHARDED = 'untied-bf16-sharded';

/** A copy of a fixture whose files have not changed for long. */
function model(name: string): string {
  const folder = temporaryFolder('model');
  cpSync(fixture(name), folder, { recursive: true });
  for (const file of readdirSync(folder)) utimesSync(join(folder, file), LONG_AGO, LONG_AGO);
  return folder;
}

/** Whether the hash came from what is kept: another one is put there to tell. */
async function isKept(folder: string, keptIn: string): Promise<boolean> {
  const planted = 'ab'.repeat(32);
  for (const file of readdirSync(keptIn)) {
    const path = join(keptIn, file);
    const content = JSON.parse(readFileSync(path, 'utf8'));
    writeFileSync(path, JSON.stringify({ ...content, hash: planted }));
  }
  return (await hashModel(folder, keptIn)) === planted;
}

it('the hash of a model is kept and not worked out twice', async () => {
  const [folder, keptIn] = [model(SHARDED), join(temporaryFolder('data'), 'model-hashes')];
  const hash = await hashModel(folder);
  expect(hash).toMatch(/^[0-9a-f]{64}$/);
  expect(await hashModel(folder, keptIn)).toBe(hash);
  expect(await hashModel(folder, keptIn)).toBe(hash);
  expect(await isKept(folder, keptIn)).toBe(true);
  // A model of the same content elsewhere is another model.
  expect(await hashModel(model(SHARDED), keptIn)).toBe(hash);
  expect(readdirSync(keptIn)).toHaveLength(2);
});

it.each<[string, (folder: string) => void]>([
  [
    'a file has grown',
    (folder) => {
      const path = join(folder, 'config.json');
      appendFileSync(path, ' ');
      utimesSync(path, LONG_AGO, LONG_AGO);
    },
  ],
  [
    'a file has another time',
    (folder) => utimesSync(join(folder, 'config.json'), LONG_AGO, new Date('2026-01-02')),
  ],
  [
    'a byte of a shard has changed, and the time was set back',
    (folder) => {
      const shard = join(folder, readdirSync(folder).find((name) => /^model-.*safetensors$/.test(name))!);
      const bytes = readFileSync(shard);
      bytes[bytes.length - 1]! ^= 1;
      writeFileSync(shard, bytes);
      utimesSync(shard, LONG_AGO, LONG_AGO);
    },
  ],
  [
    'another file of the same size and time stands in its place',
    (folder) => {
      const path = join(folder, 'config.json');
      cpSync(path, `${path}.other`);
      utimesSync(`${path}.other`, LONG_AGO, LONG_AGO);
      renameSync(`${path}.other`, path);
    },
  ],
])('it is worked out again where %s', async (_, change) => {
  const [folder, keptIn] = [model(SHARDED), temporaryFolder('hashes')];
  await hashModel(folder, keptIn);
  change(folder);
  expect(await isKept(folder, keptIn)).toBe(false);
  const again = await hashModel(folder, keptIn);
  expect(again).toBe(await hashModel(folder));
});

it('it is not kept of files that were written a moment ago, which could change unseen', async () => {
  const [folder, keptIn] = [model('tied'), temporaryFolder('hashes')];
  const now = new Date();
  utimesSync(join(folder, 'config.json'), now, now);
  expect(await hashModel(folder, keptIn)).toBe(await hashModel(folder));
  expect(readdirSync(keptIn)).toEqual([]);
});

it('what is kept and cannot be read, or cannot be kept, is worked out again', async () => {
  const [folder, keptIn] = [model('tied'), temporaryFolder('hashes')];
  const hash = await hashModel(folder, keptIn);
  const [file] = readdirSync(keptIn);
  for (const text of ['', '{}', '{"version":1}', 'null']) {
    writeFileSync(join(keptIn, file!), text);
    expect(await hashModel(folder, keptIn), text).toBe(hash);
  }
  const isFile = join(temporaryFolder('hashes'), 'file');
  writeFileSync(isFile, '');
  expect(await hashModel(folder, isFile)).toBe(hash);
});
