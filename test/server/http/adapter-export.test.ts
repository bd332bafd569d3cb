import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { get } from 'node:http';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { unpackTar } from 'modern-tar';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { readConfig } from '../../../server/config.ts';
import { adapterPath } from '../../../server/contract/model-export.ts';
import { presetConfig } from '../../../server/contract/presets.ts';
import { Keys } from '../../../server/http/keys.ts';
import { ModelExports } from '../../../server/jobs/model-exports.ts';
import type { Lab } from '../../../server/lab.ts';
import { makeGuestBudget } from '../../../server/limits/guest-budget.ts';
import { Bus } from '../../../server/live/bus.ts';
import type { ExportedFile } from '../../../server/models/export/exported-file.ts';
import { modelPath } from '../../../server/rl/model/folder/model-path.ts';
import { loadPretrained } from '../../../server/rl/model/pretrained.ts';
import type { Database } from '../../../server/store/database.ts';
import { openMemoryDatabase } from '../../../server/store/open-database.ts';
import { makeStore } from '../../../server/store/store.ts';
import { IDS, openTestEngine, type TrainedRun, trainRun } from '../models/export/trained-run.ts';
import { logitsOf } from '../rl/model/fixture.ts';
import { startServer, type TestServer } from './start-server.ts';

const SECRET = 'a long enough secret';
const data = mkdtempSync(join(tmpdir(), 'adapter-'));
const models = join(data, 'models');
const engine = await openTestEngine();
let database: Database;
let server: TestServer;
let id: string;
let elsewhere: string;
let trained: TrainedRun;
let modelExports: Pick<ModelExports, 'openAdapter' | 'offer'>;

beforeAll(async () => {
  database = await openMemoryDatabase();
  const store = makeStore(database);
  const launch = async () =>
    (await store.runs.create({ name: 'Night run', preset: 'lm-tiny', config: presetConfig('lm-tiny') })).id;
  [id, elsewhere] = [await launch(), await launch()];
  await store.events.append(elsewhere, [{ kind: 'checkpoint', iteration: 2 }]);
  const folderOf = (run: string) => join(data, 'runs', run);
  trained = await trainRun(engine, { folder: folderOf(id), models });
  modelExports = new ModelExports({ folderOf });
  const bus = new Bus();
  server = await startServer({
    config: readConfig({ HIPER_SECRET: SECRET }),
    bus,
    store,
    keys: new Keys(store.keys, bus),
    guests: makeGuestBudget(bus),
    jobs: {
      get modelExports() {
        return modelExports;
      },
    },
  } as unknown as Lab);
});
afterAll(async () => {
  await server.close();
  await database.close();
  rmSync(data, { recursive: true });
});

const headers = { authorization: `Bearer ${SECRET}` };
const ask = (path: string) => fetch(`${server.address}${path}`, { headers });

it('a downloaded adapter, unpacked, gives the logits of the run', async () => {
  const response = await ask(adapterPath(id));
  expect(response.status).toBe(200);
  expect(response.headers.get('content-disposition')).toBe(`attachment; filename="hiper-${id}-adapter.tar"`);
  const entries = await unpackTar(await response.arrayBuffer());
  expect(entries.map(({ header }) => header.name)).toEqual(
    ['adapter_config.json', 'adapter_model.safetensors', 'README.md'].map(
      (name) => `hiper-${id}-adapter/${name}`,
    ),
  );
  for (const { header, data: content } of entries) {
    const path = join(data, header.name);
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, content ?? '');
  }
  const policy = loadPretrained(engine, modelPath(models, 'tiny-random'), join(data, `hiper-${id}-adapter`));
  expect(await logitsOf(policy, 1, IDS)).toEqual(trained.logits);
  policy.dispose();
});

it('the owner alone gets it', async () => {
  const response = await fetch(`${server.address}${adapterPath(id)}`);
  expect(response.status).toBe(401);
});

it('what is not here is refused in a sentence, which the page learns beforehand', async () => {
  const response = await ask(adapterPath(elsewhere));
  expect(response.status).toBe(409);
  const sentence = await response.text();
  expect(sentence).toMatch(/^The checkpoint of this run is on the machine that trained it/);
  const input = encodeURIComponent(JSON.stringify({ id: elsewhere }));
  const { result } = await (await ask(`/api/trpc/runs.modelExport?input=${input}`)).json();
  expect(result.data).toEqual({
    kind: 'adapter',
    iteration: null,
    bytes: null,
    problem: sentence.trim(),
  });
  expect((await ask(adapterPath('zzzzzz'))).status).toBe(404);
});

it('a reader that leaves is let go, and the checkpoint closed; no more is made than is taken', async () => {
  const real = modelExports;
  const part = new Uint8Array(1 << 20);
  let made = 0;
  const large: ExportedFile = {
    name: 'large',
    bytes: 200 * part.length,
    *parts() {
      for (; made < 200; made++) yield part;
    },
  };
  const closed = new Promise<void>((close) => {
    modelExports = {
      offer: real.offer,
      openAdapter: () => ({ folder: 'large', iteration: 1, files: [large], close }),
    };
  });
  const request = get(`${server.address}${adapterPath(id)}`, { headers }, (response) => {
    response.pause();
    setTimeout(() => request.destroy(), 300);
  });
  request.on('error', () => undefined);
  await closed;
  modelExports = real;
  expect(made).toBeGreaterThan(0);
  expect(made).toBeLessThan(100);
  expect((await ask(adapterPath(id))).status).toBe(200);
});

it('a file that breaks breaks the download off: it never looks whole', async () => {
  const real = modelExports;
  const broken: ExportedFile = {
    name: 'broken',
    bytes: 2_000_000,
    *parts() {
      yield new Uint8Array(1_000_000);
      throw new Error('the disk has gone');
    },
  };
  modelExports = {
    offer: real.offer,
    openAdapter: () => ({ folder: 'broken', iteration: 1, files: [broken], close: () => undefined }),
  };
  const response = await ask(adapterPath(id)).catch(() => null);
  if (response) await expect(response.arrayBuffer()).rejects.toThrow();
  modelExports = real;
});
