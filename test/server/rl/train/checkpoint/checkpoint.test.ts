import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as tf from '@tensorflow/tfjs-core';
import { afterAll, expect, it } from 'vitest';
import { presetConfig } from '../../../../../server/contract/presets.ts';
import { loadPretrained, type Tuning } from '../../../../../server/rl/model/pretrained.ts';
import { readSafetensors } from '../../../../../server/rl/model/safetensors.ts';
import { Random } from '../../../../../server/rl/random.ts';
import {
  loadCheckpoint,
  saveCheckpoint,
  type TrainingState,
} from '../../../../../server/rl/train/checkpoint/checkpoint.ts';
import { checkpointPath } from '../../../../../server/rl/train/checkpoint/checkpoint-file.ts';
import { requireFiniteWeights } from '../../../../../server/rl/train/finite-checks.ts';
import { AdamW } from '../../../../../server/rl/train/learn/optimizer.ts';
import { PolicyGradient } from '../../../../../server/rl/train/learn/policy-update.ts';
import type { BaseModel } from '../../../../../server/rl/train/policy/base-model.ts';
import { expectedOf, fixture, languageRows, logitsOf } from '../../model/fixture.ts';
import { openTestEngine } from '../../test-engine.ts';

const engine = await openTestEngine();
const config = presetConfig('tiny');
const base: BaseModel = { name: 'tests/tied', hash: 'c0ffee' };
const expected = expectedOf('tied');
const rows = languageRows(expected.sequences);
const root = mkdtempSync(join(tmpdir(), 'checkpoint-'));
afterAll(() => rmSync(root, { recursive: true }));

/** A training of the fixture's model with a new adapter, which `seed` makes. */
function begin(seed: number, from: BaseModel | null = null, tuning: Tuning = {}) {
  const shape = { rank: 4, alpha: 8, targets: ['q_proj', 'down_proj'] as const };
  const policy = loadPretrained(engine, fixture('tied'), { shape, random: new Random(seed) }, tuning);
  const optimizer = new AdamW(engine, policy.updated.shapes, { weightDecay: 0.1 });
  const gradient = new PolicyGradient(engine, policy, { kind: 'clone' }, { part: policy.updated });
  const totals = { iteration: 0, episodes: 0, turns: 0, tokens: 0, seconds: 0 };
  const state: TrainingState = {
    policy,
    base: from,
    words: null,
    optimizer,
    critic: null,
    totals,
    history: [],
    evaluations: [],
  };
  return {
    state,
    train: async (steps: number) => {
      for (let i = 0; i < steps; i++) await gradient.step(rows, optimizer, 1e-2, 1);
    },
    logits: () => logitsOf(policy, expected.rows, expected.ids),
  };
}

it('a checkpoint holds what is trained and nothing of the base, and goes on bit for bit', async () => {
  const folder = mkdtempSync(join(root, 'adapter-'));
  const whole = begin(1, base);
  await whole.train(2);
  whole.state.totals.iteration = 2;
  await saveCheckpoint(folder, whole.state, config);
  const names = [...readSafetensors(checkpointPath(folder)).tensors.keys()];
  const { policy } = whole.state;
  const trained = policy.trained.names;
  expect(trained).toHaveLength(8);
  expect(trained.every((name) => name.includes('lora_'))).toBe(true);
  expect(names.toSorted()).toEqual(
    ['', 'adam.first.', 'adam.second.'].flatMap((prefix) => trained.map((name) => prefix + name)).toSorted(),
  );
  await whole.train(2);

  const resumed = begin(9, base);
  loadCheckpoint(folder, resumed.state, config);
  expect(resumed.state.totals.iteration).toBe(2);
  await resumed.train(2);
  expect(await resumed.logits()).toEqual(await whole.logits());
  expect(resumed.state.optimizer.state.steps).toBe(4);
});

it('a checkpoint of fewer updated layers has no moments for more, and says which settings do not fit', async () => {
  const folder = mkdtempSync(join(root, 'updated-'));
  const upper = begin(1, null, { updatedLayers: 1 });
  await upper.train(1);
  await saveCheckpoint(folder, upper.state, config);
  const again = begin(1, null, { updatedLayers: 1 });
  loadCheckpoint(folder, again.state, config);
  expect(await again.logits()).toEqual(await upper.logits());
  expect(() => loadCheckpoint(folder, begin(1).state, config)).toThrow(
    /has no tensor adam\.first\..*: it does not fit a run with .*, updatedLayers 0$/,
  );
});

it('a checkpoint is refused on another base model, naming both', async () => {
  const folder = mkdtempSync(join(root, 'other-'));
  const { state } = begin(1, base);
  await saveCheckpoint(folder, state, config);
  const load = (from?: BaseModel) => () => loadCheckpoint(folder, begin(1, from).state, config);
  const saved = 'was trained from the model tests/tied (c0ffee), this run is from';
  expect(load({ name: 'tests/other', hash: 'c0ffee' })).toThrow(`${saved} the model tests/other (c0ffee)`);
  expect(load({ name: 'tests/tied', hash: 'decaf' })).toThrow(`${saved} the model tests/tied (decaf)`);
  expect(load()).toThrow(`${saved} no pretrained model`);
  expect(load(base)).not.toThrow();
  await saveCheckpoint(folder, begin(1).state, config);
  expect(load(base)).toThrow('was trained from no pretrained model, this run is from the model tests/tied');
});

it('weights that are not finite are found among the trained ones, by name', async () => {
  const { policy } = begin(1).state;
  const parameters = policy.trained.parameters;
  const check = () => requireFiniteWeights(parameters, policy.trained.of(policy.weights));
  await check();
  const spoiled = policy.trained.of(policy.weights).map((weight) => weight.clone());
  spoiled[3] = tf.fill(parameters[3]!.shape, Number.NaN);
  policy.replace(policy.trained, spoiled);
  await expect(check()).rejects.toThrow(`weight ${parameters[3]!.name} is NaN (after the update)`);
});

it('the reference of a policy with an adapter is the adapter as it was', async () => {
  const { state, train } = begin(1);
  const { policy } = state;
  const learner = new PolicyGradient(engine, policy, { kind: 'clone' });
  const reference = policy.trained.of(policy.weights).map((weight) => weight.clone());
  const before = await learner.logProbabilities(rows, 1);
  await train(2);
  expect(await learner.logProbabilities(rows, 1, reference)).toEqual(before);
  expect(await learner.logProbabilities(rows, 1)).not.toEqual(before);
});
