import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeEach, expect, it } from 'vitest';
import { type FetchProgress, fetchModel } from '../../../server/models/fetch-model.ts';
import { readHubSettings } from '../../../server/models/hub-settings.ts';
import { listModels } from '../../../server/models/list-models.ts';
import { takeLease } from '../../../server/ownership/lease.ts';
import { fixture } from '../rl/model/fixture.ts';
import { LocalHub } from './local-hub.ts';

const NAME = 'Org/Model-1.5';
const TOKEN = 'hf_secret';
const CARD = { 'README.md': '---\nlicense: apache-2.0\n---\n' };

let hub: LocalHub;
let folder: string;
let progress: FetchProgress[];
beforeEach(async () => {
  hub = await LocalHub.open();
  folder = join(mkdtempSync(join(tmpdir(), 'fetch-')), 'models');
  progress = [];
  return () => {
    hub.close();
    rmSync(join(folder, '..'), { recursive: true });
  };
});

function fetchIt(environment: Record<string, string> = {}, name = NAME) {
  return fetchModel(folder, name, {
    hub: readHubSettings({ HF_ENDPOINT: `${hub.url}/`, ...environment }),
    onProgress: (step) => progress.push(step),
    pauseMs: 1,
  });
}

/** Fails unless a fetch fails with this sentence, and leaves no model. */
async function expectFailure(sentence: RegExp, environment: Record<string, string> = {}): Promise<void> {
  await expect(fetchIt(environment)).rejects.toThrow(sentence);
  expect(existsSync(join(folder, NAME))).toBe(false);
}

/** Fails unless exactly these files are there, as the hub has them. */
function expectFetched(names: string[]): void {
  expect(readdirSync(join(folder, NAME)).sort()).toEqual(names.sort());
  for (const name of names)
    expect(readFileSync(join(folder, NAME, name)), name).toEqual(hub.models.get(NAME)?.get(name));
  expect(listModels(folder).find(({ name }) => name === NAME)).toMatchObject({ problem: null });
}

const LLAMA_FILES = [
  'README.md',
  'chat_template.jinja',
  'config.json',
  'generation_config.json',
  'model.safetensors',
  'tokenizer.json',
  'tokenizer_config.json',
];

it('brings what is read of a model, whole, and nothing else', async () => {
  hub.addFolder(NAME, fixture('llama'), {
    ...CARD,
    'pytorch_model.bin': 'x',
    'run.py': 'x',
    'model.onnx': 'x',
  });
  expect(await fetchIt()).toMatchObject({
    name: NAME,
    family: 'llama',
    license: 'apache-2.0',
    problem: null,
  });
  expectFetched(LLAMA_FILES);
  expect(readdirSync(folder)).toEqual(['.fetching', 'Org']);
  expect(readdirSync(join(folder, '.fetching'))).toEqual([]);
  expect(progress.at(-1)).toMatchObject({ file: 'model.safetensors', bytes: progress.at(-1)?.total });

  const { length } = hub.requests;
  expect(await fetchIt()).toMatchObject({ name: NAME, problem: null });
  expect(hub.requests.length).toBe(length);
});

it('brings a model from a mirror that speaks plain HTTP only', async () => {
  hub.hasXet = false;
  hub.addFolder(NAME, fixture('llama'), CARD);
  hub.breaks.push(5000);
  await fetchIt({ HF_TOKEN: TOKEN });
  expectFetched(LLAMA_FILES);
  expect(hub.requests.filter(({ isStorage, authorization }) => isStorage && authorization)).toEqual([]);
});

it('brings all shards of a model', async () => {
  hub.addFolder(NAME, fixture('untied-bf16-sharded'), { 'tokenizer.json': '{}' });
  await fetchIt();
  expectFetched([
    'config.json',
    'generation_config.json',
    'model-00001-of-00002.safetensors',
    'model-00002-of-00002.safetensors',
    'model.safetensors.index.json',
    'tokenizer.json',
  ]);
  expect(progress.map(({ bytes }) => bytes)).toEqual(
    progress.map(({ bytes }) => bytes).sort((a, b) => a - b),
  );
});

it('goes on at the very byte after the line broke, in the same fetch', async () => {
  hub.addFolder(NAME, fixture('llama'));
  // The second try brings nothing.
  hub.breaks.push(1000, 0, 10_000);
  await fetchIt();
  expect(hub.downloads.map(({ path, range }) => `${path} ${range}`)).toEqual([
    `/${NAME}/model.safetensors undefined`,
    `/${NAME}/model.safetensors bytes=1000-36839`,
    `/${NAME}/model.safetensors bytes=1000-36839`,
    `/${NAME}/model.safetensors bytes=11000-36839`,
  ]);
  expectFetched(LLAMA_FILES.filter((name) => name !== 'README.md'));
});

it('keeps what came when it gives up, and the next fetch goes on there', async () => {
  hub.addFolder(NAME, fixture('llama'));
  hub.breaks.push(20_000);
  hub.endsWithBreaks = true;
  await expectFailure(/cannot be reached \(.+\): check the network/);
  expect(listModels(folder).map(({ name }) => name)).toEqual(['tiny-random']);

  hub.storage = true;
  hub.requests.length = 0;
  progress.length = 0;
  await fetchIt();
  expect(hub.downloads.map(({ path, range }) => `${path} ${range}`)).toEqual([
    `/${NAME}/model.safetensors bytes=20000-36839`,
  ]);
  expect(hub.requests.filter(({ path }) => path.endsWith('tokenizer.json'))).toEqual([]);
  expect(progress[0]?.bytes).toBeGreaterThan(20_000);
  expectFetched(LLAMA_FILES.filter((name) => name !== 'README.md'));
});

it('begins anew when the hub has another version since', async () => {
  hub.addFolder(NAME, fixture('tied'));
  hub.tampered.add('model.safetensors');
  await expectFailure(/fetch it again/);
  hub.addFolder(NAME, fixture('llama'));
  hub.revision = 'b'.repeat(40);
  hub.tampered.clear();
  expect(await fetchIt()).toMatchObject({ family: 'llama' });
});

it.each(['model.safetensors', 'tokenizer.json', 'config.json'])(
  'does not take %s with a wrong checksum, and takes it when it is right',
  async (name) => {
    hub.addFolder(NAME, fixture('llama'));
    hub.tampered.add(name);
    await expectFailure(new RegExp(`${name} did not arrive as the hub has it \\(its (sha256|git) checksum`));
    hub.tampered.clear();
    await fetchIt();
    expect(readFileSync(join(folder, NAME, name))).toEqual(readFileSync(join(fixture('llama'), name)));
  },
);

it('sends the token to the hub, and to nobody else', async () => {
  hub.addFolder(NAME, fixture('llama'));
  await fetchIt({ HF_TOKEN: TOKEN });
  for (const { isStorage, authorization } of hub.requests)
    expect(authorization).toBe(isStorage ? undefined : `Bearer ${TOKEN}`);
  expect(hub.downloads.length).toBeGreaterThan(0);
});

it('says that there is no such model', async () => {
  await expectFailure(/^The hub has no model Org\/Model-1\.5: look for its name/);
});

it('says what a private or gated model needs', async () => {
  hub.addFolder(NAME, fixture('llama'));
  hub.refuseAll = 401;
  await expectFailure(/shows no model Org\/Model-1\.5 to strangers.*set HF_TOKEN/);
  await expectFailure(/does not show Org\/Model-1\.5 to this HF_TOKEN/, { HF_TOKEN: TOKEN });
  hub.refuseAll = null;
  hub.refuseFiles = 403;
  await expectFailure(/is gated: ask for access at .*, then set HF_TOKEN/, { HF_TOKEN: TOKEN });
  await fetchIt({ HF_TOKEN: TOKEN }).catch((error: Error) => expect(error.message).not.toContain(TOKEN));
});

it('says that the hub is out of order, or cannot be reached, or is none', async () => {
  hub.addFolder(NAME, fixture('llama'));
  hub.refuseAll = 503;
  await expectFailure(/answers 503 .* try again later/);
  hub.refuseAll = 200;
  await expectFailure(/does not answer as a hub does: it names no commit/);
  hub.close();
  await expectFailure(
    /cannot be reached \((ECONNREFUSED|other side closed)\): check the network, or set HF_ENDPOINT/,
  );
});

it('takes no model that could not be used, before its weights come', async () => {
  const tries: [Record<string, string>, RegExp][] = [
    [
      { 'config.json': '{"model_type":"gpt2"}' },
      /cannot be used: config\.json: model_type: gpt2 is not supported/,
    ],
    [{ 'config.json': '{"model_type":"llama","new_trick":1}' }, /cannot be used: config\.json: .*new_trick/],
  ];
  for (const [more, sentence] of tries) {
    hub.revision = String(tries.findIndex(([one]) => one === more)).repeat(40);
    hub.addFolder(NAME, fixture('llama'), more);
    await expectFailure(sentence);
  }
  hub.addFolder(NAME, fixture('qwen3'));
  await expectFailure(/cannot be used: it has no tokenizer\.json/);
  hub.models.set(NAME, new Map([['model.Q4_K_M.gguf', Buffer.alloc(9)]]));
  await expectFailure(/cannot be used: GGUF files are not read: .* safetensors/);
  hub.models.set(NAME, new Map([['pytorch_model.bin', Buffer.alloc(9)]]));
  await expectFailure(/cannot be used: it has neither model\.safetensors nor/);
  hub.models.set(NAME, new Map([['adapter_config.json', Buffer.alloc(9)]]));
  await expectFailure(/cannot be used: it is an adapter/);
  expect(hub.downloads).toEqual([]);
});

it('takes no shard from outside of the model', async () => {
  const index = JSON.stringify({ weight_map: { a: '../../.ssh/config' } });
  hub.addFolder(NAME, fixture('untied-bf16-sharded'), {
    'tokenizer.json': '{}',
    'model.safetensors.index.json': index,
  });
  await expectFailure(/names \.\.\/\.\.\/\.ssh\/config, which the hub does not have beside it/);
});

it('asks for room before the weights come', async () => {
  hub.addFolder(NAME, fixture('llama'));
  hub.claimedBytes.set('model.safetensors', 1e17);
  await expectFailure(/needs 100000 TB more, and the disk of the models folder has .* [GMT]B left/);
  expect(hub.downloads.some(({ path }) => path.endsWith('.safetensors'))).toBe(false);
});

it('says that the folder cannot be made', async () => {
  hub.addFolder(NAME, fixture('llama'));
  mkdirSync(join(folder, '..'), { recursive: true });
  writeFileSync(folder, 'a file');
  await expect(fetchIt()).rejects.toThrow(/models cannot be made: a part of this path is a file/);
});

it('leaves a model to the process that fetches it', async () => {
  hub.addFolder(NAME, fixture('llama'));
  const draft = join(folder, '.fetching/Org--Model-1.5');
  mkdirSync(draft, { recursive: true });
  const lease = await takeLease(join(draft, 'lock'), { onHeld: () => {} });
  await expectFailure(/is being fetched by another process/);
  lease?.release();
  expect(await fetchIt()).toMatchObject({ problem: null });
});

it('takes no name that leads out of the folder', async () => {
  await expect(fetchIt({}, '../model')).rejects.toThrow(/is no name of a model/);
  expect(hub.requests).toEqual([]);
});
