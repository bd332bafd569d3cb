import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { presetConfig } from '../../../../server/contract/presets.ts';
import { type ExportOptions, exportRun } from '../../../../server/models/export/export-run.ts';
import { modelPath } from '../../../../server/rl/model/folder/model-path.ts';
import { readAdapterShape } from '../../../../server/rl/model/peft-config.ts';
import { loadPretrained } from '../../../../server/rl/model/pretrained.ts';
import { readSafetensors } from '../../../../server/rl/model/safetensors.ts';
import { TextTokenizer } from '../../../../server/rl/model/text-tokenizer.ts';
import { Random } from '../../../../server/rl/random.ts';
import type { Engine } from '../../../../server/rl/tensor/engine.ts';
import { checkpointPath } from '../../../../server/rl/train/checkpoint/checkpoint-file.ts';
import { fixture, logitsOf, relativeError } from '../../rl/model/fixture.ts';
import { IDS, openTestEngine, type TrainedRun, trainRun } from './trained-run.ts';

const root = mkdtempSync(join(tmpdir(), 'export-'));
const models = join(root, 'models');
const runs = { lora: join(root, 'lora'), full: join(root, 'full') };
let engine: Engine;
let base: string;
let lora: TrainedRun;
let full: TrainedRun;

beforeAll(async () => {
  engine = await openTestEngine();
  base = modelPath(models, 'tiny-random');
  lora = await trainRun(engine, { folder: runs.lora, models });
  full = await trainRun(engine, { folder: runs.full, models, set: { tuning: 'full', name: 'All of it' } });
});
afterAll(() => rmSync(root, { recursive: true }));

let count = 0;
const newFolder = () => join(root, 'exports', String(count++));
const options = (more: Partial<ExportOptions> = {}): ExportOptions => ({
  modelsFolder: models,
  openEngine: async () => engine,
  ...more,
});
const readJson = (...path: string[]) => JSON.parse(readFileSync(join(...path), 'utf8'));
const tensorsOf = (folder: string) => readSafetensors(join(folder, 'adapter_model.safetensors')).tensors;

async function logitsFrom(folder: string, adapter?: string): Promise<Float32Array> {
  const policy = loadPretrained(engine, folder, adapter);
  const logits = await logitsOf(policy, 1, IDS);
  policy.dispose();
  return logits;
}

describe('an exported adapter', () => {
  it('on the base model gives the logits of the run, to the last bit', async () => {
    const out = newFolder();
    expect(await exportRun(runs.lora, out, options())).toEqual({
      kind: 'adapter',
      base: 'tiny-random',
      iteration: 2,
    });
    expect(await logitsFrom(base, out)).toEqual(lora.logits);
    expect(relativeError(await logitsFrom(base), lora.logits)).toBeGreaterThan(0.1);
  });

  it('has the files, the fields and the names that PEFT gives its own', async () => {
    const out = newFolder();
    await exportRun(runs.lora, out, options());
    const own = fixture('lora-all');
    expect(readdirSync(out)).toEqual(['README.md', 'adapter_config.json', 'adapter_model.safetensors']);
    const [config, known] = [readJson(out, 'adapter_config.json'), readJson(own, 'adapter_config.json')];
    expect(Object.keys(known)).toEqual(expect.arrayContaining(Object.keys(config)));
    expect(config).toMatchObject({ base_model_name_or_path: 'tiny-random', r: 4, lora_alpha: 32 });
    expect(config.target_modules.toSorted()).toEqual(known.target_modules.toSorted());
    // Both models have two layers.
    expect([...tensorsOf(out).keys()].toSorted()).toEqual([...tensorsOf(own).keys()].toSorted());
  });

  it('on upper layers names them, and has no value heads', async () => {
    const [folder, out] = [join(root, 'upper'), newFolder()];
    const adapter = { shape: readAdapterShape(fixture('lora-all')), random: new Random(3) };
    const tuning = { tunedLayers: 1, valueHeads: 3 };
    const policy = loadPretrained(engine, base, adapter, tuning);
    const set = { tunedLayers: 1, adapterRank: adapter.shape.rank, adapterAlpha: adapter.shape.alpha };
    const { logits } = await trainRun(engine, { folder, models, set, policy });
    const stored = [...readSafetensors(checkpointPath(folder)).tensors.keys()];
    expect(stored).toContain('value_head.weight');
    await exportRun(folder, out, options());
    expect(readJson(out, 'adapter_config.json').layers_to_transform).toEqual([1]);
    for (const name of tensorsOf(out).keys())
      expect(name).toMatch(/^base_model\.model\.model\.layers\.1\..*\.lora_[AB]\.weight$/);
    expect(await logitsFrom(base, out)).toEqual(logits);
  });
});

describe('an exported model', () => {
  it('has the adapter in its weights, its tokenizer beside them, and the license of the base', async () => {
    const out = newFolder();
    await exportRun(runs.lora, out, options({ merged: true }));
    expect(relativeError(await logitsFrom(out), lora.logits)).toBeLessThan(1e-5);
    const text = 'put the mug on the desk';
    expect(new TextTokenizer(out).encode(text)).toEqual(new TextTokenizer(base).encode(text));
    expect(readFileSync(join(out, 'README.md'), 'utf8')).toMatch(/^license: mit$/m);
  });

  it('of full fine-tuning is what was trained, to the last bit; half the size in BF16, and close', async () => {
    const [out, half] = [newFolder(), newFolder()];
    expect((await exportRun(runs.full, out, options())).kind).toBe('model');
    expect(await logitsFrom(out)).toEqual(full.logits);
    await exportRun(runs.full, half, options({ type: 'BF16' }));
    expect(readJson(half, 'config.json').torch_dtype ?? readJson(half, 'config.json').dtype).toBe('bfloat16');
    const error = relativeError(await logitsFrom(half), full.logits);
    expect(error).toBeGreaterThan(0);
    expect(error).toBeLessThan(0.05);
  });

  it('needs its base: without it nothing is left behind', async () => {
    const parent = newFolder();
    const missing = options({ merged: true, modelsFolder: join(root, 'nowhere') });
    const absent = join(root, 'absent');
    await trainRun(engine, { folder: absent, models });
    const path = checkpointPath(absent);
    // A model of a name that is not there: both names have as many letters, and so the file its form.
    writeFileSync(
      path,
      readFileSync(path).toString('latin1').replaceAll('tiny-random', 'tiny-absent'),
      'latin1',
    );
    await expect(exportRun(absent, join(parent, 'out'), missing)).rejects.toMatchObject({
      code: 'not-found',
      message: expect.stringMatching(/^The model tiny-absent is not in/),
    });
    expect(readdirSync(parent)).toEqual([]);
  });
});

describe('an export is refused', () => {
  it('of the small policy, saying why and where its weights are', async () => {
    const folder = join(root, 'nano');
    await trainRun(engine, { folder, models, set: presetConfig('tiny') });
    await expect(exportRun(folder, newFolder(), options())).rejects.toMatchObject({
      code: 'unsupported',
      message: expect.stringMatching(
        /small policy, which is no Hugging Face model .*checkpoint\.safetensors$/,
      ),
    });
  });

  it('into a folder that has something in it, which stays as it is; an empty one is taken', async () => {
    const out = newFolder();
    mkdirSync(out, { recursive: true });
    await exportRun(runs.lora, out, options());
    const before = readdirSync(out);
    await expect(exportRun(runs.lora, out, options())).rejects.toMatchObject({ code: 'conflict' });
    expect(readdirSync(out)).toEqual(before);
  });

  it('where there is no checkpoint, and in other floats than an adapter has', async () => {
    await expect(exportRun(models, newFolder(), options())).rejects.toMatchObject({ code: 'not-found' });
    await expect(exportRun(runs.lora, newFolder(), options({ type: 'BF16' }))).rejects.toThrow(
      'give --type together with --merged',
    );
  });
});
