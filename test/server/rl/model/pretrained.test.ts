import { cpSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, it } from 'vitest';
import { loadPretrained, savePretrained } from '../../../../server/rl/model/pretrained.ts';
import {
  readSafetensors,
  type StoredTensor,
  writeSafetensors,
} from '../../../../server/rl/model/safetensors.ts';
import { TextTokenizer } from '../../../../server/rl/model/text-tokenizer.ts';
import type { Engine } from '../../../../server/rl/tensor/engine.ts';
import { AdamW } from '../../../../server/rl/train/learn/optimizer.ts';
import { PolicyGradient } from '../../../../server/rl/train/learn/policy-update.ts';
import { temporaryFolder } from '../../../temporary-folder.ts';
import { openTestEngine } from '../test-engine.ts';
import {
  expectedOf,
  fixture,
  LFS_POINTER,
  languageRows,
  logitsOf,
  MODELS,
  relativeError,
} from './fixture.ts';

/** Asked for: 1e-3. Measured: logits 2e-6, loss 1e-7, gradients 8e-6. */
const TOLERANCE = 1e-4;
let engine: Engine;

beforeAll(async () => {
  engine = await openTestEngine();
});

describe.each(MODELS)('a model made by transformers: %s', (name) => {
  const expected = expectedOf(name);

  it('computes the logits of transformers', async () => {
    const policy = loadPretrained(engine, fixture(name));
    const actual = await logitsOf(policy, expected.rows, expected.ids);
    expect(relativeError(actual, expected.logits)).toBeLessThan(TOLERANCE);
    policy.dispose();
  });

  it('computes the log-probabilities, the loss and every gradient of transformers', async () => {
    const policy = loadPretrained(engine, fixture(name));
    const learner = new PolicyGradient(engine, policy, { kind: 'clone' });
    const rows = languageRows(expected.sequences);
    const { gradients, statistics, decisions } = await learner.gradient(rows, 1);
    expect(relativeError([statistics.loss / decisions], [expected.loss])).toBeLessThan(TOLERANCE);
    const scores = [...(await learner.logProbabilities(rows, 1)).values()].flatMap((row) => Array.from(row));
    const meanScore = scores.reduce((sum, score) => sum + score, 0) / decisions;
    expect(relativeError([-meanScore], [expected.loss])).toBeLessThan(TOLERANCE);
    const names = policy.parameters.map((parameter) => parameter.name);
    expect(expected.gradientNames.toSorted()).toEqual(names.toSorted());
    for (const [i, parameter] of names.entries()) {
      const actual = (await gradients[i]?.data()) as Float32Array;
      expect(relativeError(actual, expected.gradient(parameter)), parameter).toBeLessThan(TOLERANCE);
    }
    learner.dispose();
    policy.dispose();
  });
});

describe('saving', () => {
  it('keeps what was trained: the folder opens again with the same weights, bit for bit', async () => {
    const { sequences, rows, ids } = expectedOf('untied-bf16-sharded');
    const source = fixture('untied-bf16-sharded');
    const policy = loadPretrained(engine, source);
    const learner = new PolicyGradient(engine, policy, { kind: 'clone' });
    const shapes = policy.parameters.map(({ shape }) => shape);
    const optimizer = new AdamW(engine, shapes);
    const losses: number[] = [];
    for (let step = 0; step < 20; step++) {
      const { statistics, decisions } = await learner.step(languageRows(sequences), optimizer, 1e-2, 1);
      losses.push(statistics.loss / decisions);
    }
    expect(losses.at(-1)).toBeLessThan(0.5 * (losses[0] as number));
    const folder = temporaryFolder('saved');
    await savePretrained(policy, folder, source);
    const again = loadPretrained(engine, folder);
    expect(await logitsOf(again, rows, ids)).toEqual(await logitsOf(policy, rows, ids));
    for (const part of [learner, optimizer, policy, again]) part.dispose();
  });

  it('writes what transformers opens: one file in its format, the config with the element type, the tokenizer', async () => {
    const folder = temporaryFolder('saved');
    const policy = loadPretrained(engine, fixture('tied'));
    await savePretrained(policy, folder, fixture('tied'), 'BF16');
    policy.dispose();
    expect(readdirSync(folder).toSorted()).toEqual([
      'chat_template.jinja',
      'config.json',
      'generation_config.json',
      'model.safetensors',
      'tokenizer.json',
      'tokenizer_config.json',
    ]);
    const config = (from: string) => JSON.parse(readFileSync(join(from, 'config.json'), 'utf8'));
    expect(config(folder)).toEqual({ ...config(fixture('tied')), dtype: 'bfloat16' });
    expect(readSafetensors(join(folder, 'model.safetensors')).metadata).toEqual({ format: 'pt' });
    expect(new TextTokenizer(folder).encode('You put')).toEqual(
      new TextTokenizer(fixture('tied')).encode('You put'),
    );
    const { rows, ids, logits } = expectedOf('tied');
    const rounded = loadPretrained(engine, folder);
    const error = relativeError(await logitsOf(rounded, rows, ids), logits);
    expect(error).toBeLessThan(0.05); // bfloat16 keeps 8 bits
    expect(error).toBeGreaterThan(1e-4);
    rounded.dispose();
  });
});

/** A copy of a fixture with fields of its config.json changed. */
function folderWith(name: string, fields: Record<string, unknown>): string {
  const folder = temporaryFolder('pretrained');
  cpSync(fixture(name), folder, { recursive: true });
  const config = JSON.parse(readFileSync(join(folder, 'config.json'), 'utf8')) as object;
  writeFileSync(join(folder, 'config.json'), JSON.stringify({ ...config, ...fields }));
  return folder;
}

describe('the tables of input and output', () => {
  it('stay two where a config calls them tied and the file has two: a saved copy says so to every reader', async () => {
    const { rows, ids, logits } = expectedOf('own-head');
    const policy = loadPretrained(engine, fixture('own-head'));
    const folder = temporaryFolder('saved');
    await savePretrained(policy, folder, fixture('own-head'));
    expect(JSON.parse(readFileSync(join(folder, 'config.json'), 'utf8')).tie_word_embeddings).toBe(false);
    const again = loadPretrained(engine, folder);
    expect(relativeError(await logitsOf(again, rows, ids), logits)).toBeLessThan(TOLERANCE);
    for (const each of [policy, again]) each.dispose();
  });

  it('are one where the file has the same table twice', () => {
    const folder = folderWith('tied', {});
    const path = join(folder, 'model.safetensors');
    const { tensors } = readSafetensors(path);
    const table = tensors.get('model.embed_tokens.weight') as StoredTensor;
    writeSafetensors(path, tensors.set('lm_head.weight', table));
    const policy = loadPretrained(engine, folder);
    expect(policy.shape.tiedEmbeddings).toBe(true);
    policy.dispose();
  });
});

describe('weights that do not fit', () => {
  const load = (folder: string) => () => loadPretrained(engine, folder);

  it('are refused by the name of the tensor and the two shapes', () => {
    expect(load(folderWith('tied', { intermediate_size: 40 }))).toThrow(
      /model\.safetensors: model\.layers\.0\.mlp\.gate_proj\.weight has shape \[48,32\], the policy needs \[40,32\]/,
    );
  });

  it('are refused by the name of a missing or superfluous tensor', () => {
    const before = tf.memory().numTensors;
    expect(load(folderWith('tied', { num_hidden_layers: 3, layer_types: null }))).toThrow(
      /has no tensor model\.layers\.2\.input_layernorm\.weight/,
    );
    expect(load(folderWith('tied', { num_hidden_layers: 1 }))).toThrow(
      /has a tensor model\.layers\.1\..* no place for/,
    );
    expect(load(folderWith('tied', { tie_word_embeddings: false }))).toThrow(/has no tensor lm_head\.weight/);
    expect(tf.memory().numTensors).toBe(before);
  });

  it('are refused when only a pointer of git-lfs is there', () => {
    const folder = folderWith('tied', {});
    writeFileSync(join(folder, 'model.safetensors'), LFS_POINTER);
    expect(load(folder)).toThrow(/model\.safetensors is a git-lfs pointer.*run git lfs pull/);
    writeFileSync(join(folder, 'config.json'), LFS_POINTER);
    expect(load(folder)).toThrow(/config\.json is a git-lfs pointer/);
  });

  it('are refused when a file is missing or lies elsewhere', () => {
    const empty = folderWith('tied', {});
    rmSync(join(empty, 'model.safetensors'));
    expect(load(empty)).toThrow(/neither model\.safetensors nor/);
    const torn = folderWith('untied-bf16-sharded', {});
    rmSync(join(torn, 'model-00002-of-00002.safetensors'));
    expect(load(torn)).toThrow(/model-00002-of-00002\.safetensors cannot be opened/);
    const index = JSON.stringify({ weight_map: { 'model.norm.weight': '../secret.safetensors' } });
    writeFileSync(join(torn, 'model.safetensors.index.json'), index);
    expect(load(torn)).toThrow(/secret\.safetensors is not a file beside it/);
  });
});
