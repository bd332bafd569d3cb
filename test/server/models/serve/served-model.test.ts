import { cpSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, expect, it } from 'vitest';
import { presetConfig } from '../../../../server/contract/presets.ts';
import { openServedModel, type ServedModelOptions } from '../../../../server/models/serve/served-model.ts';
import { modelPath } from '../../../../server/rl/model/folder/model-path.ts';
import { writeSafetensors } from '../../../../server/rl/model/safetensors.ts';
import type { Engine } from '../../../../server/rl/tensor/engine.ts';
import { checkpointPath } from '../../../../server/rl/train/checkpoint/checkpoint-file.ts';
import { temporaryFolder } from '../../../temporary-folder.ts';
import { fixture, logitsOf } from '../../rl/model/fixture.ts';
import { IDS, openTestEngine, type TrainedRun, trainRun } from '../export/trained-run.ts';

const root = temporaryFolder('served');
const models = join(root, 'models');
const lora = join(root, 'lora');
let engine: Engine;
let run: TrainedRun;

beforeAll(async () => {
  engine = await openTestEngine();
  run = await trainRun(engine, { folder: lora, models, set: { name: 'Mugs' } });
});

const options = (more: Partial<ServedModelOptions> = {}): ServedModelOptions => ({
  modelsFolder: models,
  openEngine: async () => engine,
  ...more,
});

it('of a run is what the run has trained, under its name', async () => {
  const served = await openServedModel(lora, options());
  expect(served).toMatchObject({ name: 'Mugs', room: 4096 });
  expect(await logitsOf(served.policy, 1, IDS)).toEqual(run.logits);
  served.policy.dispose();
});

it.each([
  ['a name of the models folder', () => 'tiny-random', {}, 'tiny-random'],
  ['a folder', () => fixture('tied'), {}, 'tied'],
  ['a folder with an adapter', () => fixture('tied'), { adapter: fixture('lora-all') }, 'tied'],
  ['any, under the name that is given', () => fixture('tied'), { name: 'mine' }, 'mine'],
])('is %s', async (_, source, more, name) => {
  const served = await openServedModel(source(), options(more));
  expect(served.name).toBe(name);
  expect(served.policy.shape.adapter !== undefined).toBe('adapter' in more);
  served.policy.dispose();
});

it('is refused where it cannot answer chats, before weights are read', async () => {
  const mute = join(root, 'mute');
  cpSync(modelPath(models, 'tiny-random'), mute, { recursive: true });
  const path = join(mute, 'tokenizer_config.json');
  writeFileSync(path, JSON.stringify({ ...JSON.parse(readFileSync(path, 'utf8')), chat_template: null }));
  const open = (source: string, more?: object) => openServedModel(source, options(more));
  await expect(open(mute)).rejects.toThrow(/no chat template, so it cannot answer chats/);
  await expect(open('Org/absent')).rejects.toThrow(/is not in .*fetch Org\/absent/);
  await expect(open(lora, { adapter: 'x' })).rejects.toThrow(/--adapter: a run brings its own/);
  const small = join(root, 'small');
  mkdirSync(small);
  const metadata = { config: JSON.stringify(presetConfig('tiny')), totals: JSON.stringify({ iteration: 1 }) };
  writeSafetensors(checkpointPath(small), new Map(), metadata);
  await expect(open(small)).rejects.toThrow(/trains the small policy, which is no Hugging Face model/);
});
