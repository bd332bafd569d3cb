import { createHash } from 'node:crypto';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Worker } from 'node:worker_threads';
import * as tf from '@tensorflow/tfjs-core';
import { beforeEach, expect, it } from 'vitest';
import { RANDOM_MODEL } from '../../../../../server/contract/models.ts';
import { listModels } from '../../../../../server/models/list-models.ts';
import { generateGames } from '../../../../../server/rl/envs/alfworld/generate.ts';
import { AlfworldSimulator, compileGame } from '../../../../../server/rl/envs/alfworld/simulator.ts';
import { modelPath } from '../../../../../server/rl/model/folder/model-path.ts';
import { ensureTinyModel, TINY_MODEL_INFO } from '../../../../../server/rl/model/folder/tiny-model.ts';
import { loadPretrained } from '../../../../../server/rl/model/pretrained.ts';
import { TextTokenizer } from '../../../../../server/rl/model/text-tokenizer.ts';
import { openEngine } from '../../../../../server/rl/tensor/select-engine.ts';
import { logitsOf } from '../fixture.ts';

let folder: string;
beforeEach(() => {
  folder = join(mkdtempSync(join(tmpdir(), 'models-')), 'models');
  return () => rmSync(join(folder, '..'), { recursive: true });
});

it('is listed before it is written as after it', () => {
  expect(listModels(folder)).toEqual([TINY_MODEL_INFO]);
  expect(modelPath(folder, RANDOM_MODEL)).toBe(join(folder, RANDOM_MODEL));
  expect(listModels(folder)).toEqual([TINY_MODEL_INFO]);
});

it('has the same weights everywhere', () => {
  const weights = readFileSync(join(ensureTinyModel(folder), 'model.safetensors'));
  expect(createHash('sha256').update(weights).digest('hex')).toMatchInlineSnapshot(
    `"565eec255fd1ec85048376075c8f6f098f8e8fd96ce92e7cc2b3b3bcd72088be"`,
  );
});

it('opens, and its first distributions are nearly uniform, and not quite', async () => {
  const path = ensureTinyModel(folder);
  const policy = loadPretrained(await openEngine({ engine: 'cpu', threads: 1 }), path);
  const ids = new TextTokenizer(path).encode('You are in the middle of a room.\n> go to desk 12');
  const logits = await logitsOf(policy, 1, Int32Array.from(ids));
  policy.dispose();
  const last = Array.from(tf.tidy(() => tf.softmax(tf.tensor1d(logits.slice(-640))).dataSync()));
  const entropy = -last.reduce((sum, p) => sum + p * Math.log(p), 0);
  expect(entropy).toBeGreaterThan(0.99 * Math.log(640));
  expect(entropy).toBeLessThan(0.9999 * Math.log(640));
});

it('reads and writes the texts of games, digits one by one, in its own words', () => {
  const tokenizer = new TextTokenizer(ensureTinyModel(folder));
  const [game] = generateGames({ seed: 99, split: 'valid_unseen', count: 1 });
  const simulator = new AlfworldSimulator(compileGame(game!));
  const text = [simulator.reset(), ...simulator.admissible(), 'Größe 🙂'].join('\n');
  const ids = tokenizer.encode(text);
  expect(tokenizer.decode(ids)).toBe(text);
  expect(ids.length).toBeLessThan(text.length / 2.5);
  expect(Array.from(tokenizer.encode(' 12'), (id) => tokenizer.decode([id]))).toEqual([' ', '1', '2']);
  expect(tokenizer.renderChat([{ role: 'user', content: 'look' }])).toBe(
    '<|im_start|>user\nlook<|im_end|>\n<|im_start|>assistant\n',
  );
  expect(tokenizer.endIds).toEqual(Array.from(tokenizer.encode('<|im_end|>')));
});

it('is whole after several write it at once, without anything left beside it', async () => {
  const code = `import('${new URL('../../../../../server/rl/model/folder/tiny-model.ts', import.meta.url).href}')
    .then(({ ensureTinyModel }) => ensureTinyModel(${JSON.stringify(folder)}))`;
  const exits = Array.from(
    { length: 3 },
    () => new Promise((done) => new Worker(code, { eval: true }).on('error', done).on('exit', done)),
  );
  expect(await Promise.all(exits)).toEqual([0, 0, 0]);
  expect(readdirSync(folder)).toEqual([RANDOM_MODEL]);
  expect(listModels(folder)).toEqual([TINY_MODEL_INFO]);
});

it('leaves alone what has its name', () => {
  mkdirSync(join(folder, RANDOM_MODEL), { recursive: true });
  writeFileSync(join(folder, RANDOM_MODEL, 'mine.txt'), 'x');
  expect(() => ensureTinyModel(folder)).toThrow(/holds something else .*: move it away/);
  expect(readdirSync(folder)).toEqual([RANDOM_MODEL]);
});
