import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeEach, expect, it } from 'vitest';
import { listModels } from '../../../server/models/list-models.ts';
import { TINY_MODEL_INFO } from '../../../server/rl/model/folder/tiny-model.ts';
import { loadPretrained } from '../../../server/rl/model/pretrained.ts';
import { openEngine } from '../../../server/rl/tensor/select-engine.ts';
import { fixture, LFS_POINTER } from '../rl/model/fixture.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'models-'));
  return () => rmSync(folder, { recursive: true });
});

/** Puts a copy of a fixture into the models folder and returns where it is. */
function add(name: string, from: string): string {
  cpSync(fixture(from), join(folder, name), { recursive: true });
  return join(folder, name);
}

function write(name: string, file: string, text: string): void {
  mkdirSync(join(folder, name), { recursive: true });
  writeFileSync(join(folder, name, file), text);
}

const find = (name: string) => listModels(folder).find((model) => model.name === name);
const names = () => listModels(folder).map(({ name }) => name);

it('lists models with and without an organisation by name, and always the tiny one', () => {
  expect(listModels(join(folder, 'absent'))).toEqual([TINY_MODEL_INFO]);
  add('org/zebra', 'tied');
  add('Alpaca', 'llama');
  mkdirSync(join(folder, 'empty'));
  mkdirSync(join(folder, 'org/notes'));
  add('.draft', 'tied');
  writeFileSync(join(folder, 'notes.txt'), 'x');
  expect(names()).toEqual(['Alpaca', 'org/zebra', 'tiny-random']);
});

it('says what the headers say', () => {
  const path = add('llama', 'llama');
  write('llama', 'README.md', '---\nlicense: apache-2.0\n---\nA model.\n');
  const listed = find('llama');
  expect(listed).toEqual({
    name: 'llama',
    family: 'llama',
    parameters: listed?.parameters,
    layers: 2,
    width: 24,
    heads: 3,
    keyValueHeads: 1,
    headSize: 8,
    feedForward: 40,
    attentionBias: false,
    queryKeyNorm: false,
    vocabulary: 352,
    bytes: listed?.bytes,
    license: 'apache-2.0',
    problem: null,
  });
  // bfloat16: two bytes a weight, and the header.
  expect(listed?.parameters).toBeGreaterThan(17_000);
  expect(2 * (listed?.parameters ?? 0)).toBeLessThan(36_840);
  expect(listed?.bytes).toBeGreaterThan(36_840);
  expect(path).toBeTruthy();
});

it.each(['tied', 'untied-bf16-sharded', 'ungrouped-f16', 'qwen3', 'only-head', 'own-head'])(
  'counts the weights of %s as the opened policy does',
  async (name) => {
    const path = add(name, name);
    writeFileSync(join(path, 'tokenizer.json'), '{}');
    const policy = loadPretrained(await openEngine({ engine: 'cpu', threads: 1 }), path);
    const count = policy.weights.reduce((sum, { size }) => sum + size, 0);
    policy.dispose();
    expect(find(name)).toMatchObject({ problem: null, parameters: count });
  },
);

it('keeps what cannot be used in the list, with the reason and without the place', () => {
  write('gguf-only', 'model.Q4_K_M.gguf', 'GGUF');
  writeFileSync(join(folder, 'loose.gguf'), 'GGUF');
  write('gpt2', 'config.json', '{"model_type": "gpt2"}');
  write('torn', 'config.json', '{"model_type": ');
  write('adapter', 'adapter_config.json', '{}');
  write('adapter', 'adapter_model.safetensors', '');
  write('pickled', 'pytorch_model.bin', '');
  add('a name', 'tied');
  add('no-tokenizer', 'qwen3');
  write('pointer', 'config.json', LFS_POINTER);
  rmSync(join(add('no-weights', 'tied'), 'model.safetensors'));
  rmSync(join(add('half', 'untied-bf16-sharded'), 'model-00002-of-00002.safetensors'));
  add('shortened', 'tied');
  writeFileSync(join(folder, 'shortened/model.safetensors'), Buffer.alloc(64, 7));

  const problems = Object.fromEntries(listModels(folder).map(({ name, problem }) => [name, problem]));
  expect(problems).toMatchObject({
    'gguf-only': expect.stringMatching(/^GGUF files are not read/),
    'loose.gguf': expect.stringMatching(/^GGUF files are not read/),
    gpt2: 'config.json: model_type: gpt2 is not supported, only llama, qwen2, qwen3 are',
    torn: expect.stringMatching(/^config\.json cannot be read as JSON/),
    adapter: 'it is an adapter, not a model',
    pickled: 'it has no config.json',
    'a name': expect.stringMatching(/^rename it/),
    'no-tokenizer': 'it has no tokenizer.json',
    pointer: expect.stringMatching(/^config\.json is a git-lfs pointer/),
    'no-weights': 'no-weights has neither model.safetensors nor model.safetensors.index.json',
    half: expect.stringMatching(/^model-00002-of-00002\.safetensors cannot be opened/),
    shortened: expect.stringMatching(/^model\.safetensors is not a readable safetensors file/),
    'tiny-random': null,
  });
  for (const problem of Object.values(problems)) expect(problem ?? '').not.toContain(folder);
  expect(find('gpt2')).toMatchObject({ family: 'gpt2', parameters: 0, bytes: 0 });
});

it('finds a weight that is missing or of another shape, without reading any', () => {
  const path = add('other', 'tied');
  cpSync(join(fixture('llama'), 'model.safetensors'), join(path, 'model.safetensors'));
  expect(find('other')?.problem).toBe(
    'other: model.embed_tokens.weight has shape [352,24], the policy needs [320,32]',
  );
});
