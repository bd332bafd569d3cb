import { cpSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, it } from 'vitest';
import { readAdapterShape } from '../../../../server/rl/model/peft-config.ts';
import { loadPretrained, savePretrained } from '../../../../server/rl/model/pretrained.ts';
import { readSafetensors } from '../../../../server/rl/model/safetensors.ts';
import { Random } from '../../../../server/rl/random.ts';
import type { Engine } from '../../../../server/rl/tensor/engine.ts';
import { AdamW } from '../../../../server/rl/train/learn/optimizer.ts';
import { PolicyGradient } from '../../../../server/rl/train/learn/policy-update.ts';
import { temporaryFolder } from '../../../temporary-folder.ts';
import { openTestEngine } from '../test-engine.ts';
import { expectedOf, fixture, languageRows, logitsOf, relativeError } from './fixture.ts';
import { saveAdapter } from './save-adapter.ts';

/** Asked for: 1e-3. Measured: 5e-6. */
const TOLERANCE = 1e-4;
/** Adapters and the models they belong to. */
const ADAPTERS = [
  ['lora-attention', 'tied'],
  ['lora-all', 'tied'],
  ['lora-qwen3-rslora', 'qwen3'],
  ['lora-upper', 'ungrouped-f16'],
] as const;
let engine: Engine;

beforeAll(async () => {
  engine = await openTestEngine();
});

const temporary = () => temporaryFolder('lora');

describe.each(ADAPTERS)('an adapter made by PEFT: %s', (name, base) => {
  const expected = expectedOf(name);

  it('computes the logits of PEFT, also when worked into the weights', async () => {
    const policy = loadPretrained(engine, fixture(base), fixture(name));
    const error = relativeError(await logitsOf(policy, expected.rows, expected.ids), expected.logits);
    const folder = temporary();
    await savePretrained(policy, folder, fixture(base));
    const merged = loadPretrained(engine, folder);
    expect(merged.parameters.some(({ name: parameter }) => parameter.includes('lora'))).toBe(false);
    const mergedError = relativeError(await logitsOf(merged, expected.rows, expected.ids), expected.logits);
    expect(error).toBeLessThan(TOLERANCE);
    expect(mergedError).toBeLessThan(TOLERANCE);
    for (const each of [policy, merged]) each.dispose();
  });

  it('sends a gradient to A and B alone, the one of PEFT', async () => {
    const policy = loadPretrained(engine, fixture(base), fixture(name));
    const learner = new PolicyGradient(engine, policy, { kind: 'clone' });
    const { gradients, statistics, decisions } = await learner.gradient(languageRows(expected.sequences), 1);
    expect(relativeError([statistics.loss / decisions], [expected.loss])).toBeLessThan(TOLERANCE);
    const trained = policy.trained.names;
    expect(expected.gradientNames.toSorted()).toEqual(
      trained.map((parameter) => `base_model.model.${parameter}`).toSorted(),
    );
    for (const [i, parameter] of trained.entries()) {
      const actual = (await gradients[i]?.data()) as Float32Array;
      const error = relativeError(actual, expected.gradient(`base_model.model.${parameter}`));
      expect(error, parameter).toBeLessThan(TOLERANCE);
    }
    tf.dispose(gradients);
    learner.dispose();
    policy.dispose();
  });

  it('is saved as PEFT saves it', async () => {
    const policy = loadPretrained(engine, fixture(base), fixture(name));
    const folder = temporary();
    await saveAdapter(policy, folder, base);
    const read = (from: string) => readSafetensors(join(from, 'adapter_model.safetensors')).tensors;
    const [saved, original] = [read(folder), read(fixture(name))];
    expect([...saved.keys()].toSorted()).toEqual([...original.keys()].toSorted());
    for (const [tensor, { shape, data }] of saved)
      expect({ shape, data }, tensor).toEqual(original.get(tensor));
    const config = (from: string) => JSON.parse(readFileSync(join(from, 'adapter_config.json'), 'utf8'));
    const { target_modules, ...rest } = config(folder);
    expect(config(fixture(name))).toMatchObject(rest);
    expect(target_modules.toSorted()).toEqual(config(fixture(name)).target_modules.toSorted());
    policy.dispose();
  });
});

describe('a new adapter', () => {
  it('starts without effect, learns, and comes back from its folder as it was', async () => {
    const { sequences, rows, ids } = expectedOf('tied');
    const shape = { rank: 4, alpha: 8, targets: ['q_proj', 'v_proj', 'down_proj'] as const };
    const policy = loadPretrained(engine, fixture('tied'), { shape, random: new Random(6) });
    const plain = loadPretrained(engine, fixture('tied'));
    expect(await logitsOf(policy, rows, ids)).toEqual(await logitsOf(plain, rows, ids));

    const learner = new PolicyGradient(engine, policy, { kind: 'clone' });
    const optimizer = new AdamW(engine, policy.trained.shapes);
    const losses: number[] = [];
    for (let step = 0; step < 40; step++) {
      const { statistics, decisions } = await learner.step(languageRows(sequences), optimizer, 2e-2, 1);
      losses.push(statistics.loss / decisions);
    }
    expect(losses.at(-1)).toBeLessThan(0.7 * (losses[0] as number));

    const folder = temporary();
    await saveAdapter(policy, folder, 'tied');
    const again = loadPretrained(engine, fixture('tied'), folder);
    expect(await logitsOf(again, rows, ids)).toEqual(await logitsOf(policy, rows, ids));
    for (const part of [learner, optimizer, policy, plain, again]) part.dispose();
  });
});

describe('an adapter that does not fit', () => {
  const changed = (fields: Record<string, unknown>): string => {
    const folder = temporary();
    cpSync(fixture('lora-attention'), folder, { recursive: true });
    const path = join(folder, 'adapter_config.json');
    writeFileSync(path, JSON.stringify({ ...JSON.parse(readFileSync(path, 'utf8')), ...fields }));
    return folder;
  };

  const features = `alora_invocation_tokens alpha_pattern arrow_config corda_config eva_config exclude_modules fan_in_fan_out
    kasa_config layer_replication loftq_config lora_bias lora_ga_config megatron_config modules_to_save
    monteclora_config rank_pattern target_parameters trainable_token_indices use_bdlora use_dora use_qalora velora_config`;

  it.each(features.split(/\s+/))(
    'is refused by the name of a feature that is not plain LoRA: %s',
    (field) => {
      for (const value of [true, { q_proj: 8 }, ['lm_head'], 0])
        expect(() => readAdapterShape(changed({ [field]: value }))).toThrow(
          `adapter_config.json: ${field}: this feature of PEFT is not supported`,
        );
      for (const value of [null, false, {}, []])
        expect(readAdapterShape(changed({ [field]: value })).rank).toBe(4);
    },
  );

  it.each(['pissa', 'pissa_niter_4', 'olora', 'corda', 'loftq', 'eva', 'lora_ga', 'mica', 'whatever'])(
    'is refused by how it started, which may have changed the base weights: %s',
    (start) => {
      expect(() => readAdapterShape(changed({ init_lora_weights: start }))).toThrow(
        `adapter_config.json: init_lora_weights: adapters that started as "${start}" are not plain LoRA`,
      );
    },
  );

  it.each([
    ['peft_type', { peft_type: 'IA3' }],
    ['task_type', { task_type: 'SEQ_CLS' }],
    ['target_modules.0', { target_modules: ['c_attn'] }],
    ['target_modules', { target_modules: '.*_proj' }],
    ['bias', { bias: 'lora_only' }],
    ['r', { r: 0 }],
    ['layers_to_transform', { layers_to_transform: true }],
    ['layers_to_transform', { layers_to_transform: ['lm_head'] }],
    ['layers_to_transform', { layers_to_transform: -1 }],
    ['layers_pattern', { layers_to_transform: [0], layers_pattern: 'h' }],
    ['lora_of_tomorrow', { lora_of_tomorrow: false }],
  ])('is refused by the name of the field: %s', (field, fields) => {
    expect(() => readAdapterShape(changed(fields))).toThrow(`adapter_config.json: ${field}: `);
  });

  it('says which layers it is for, as PEFT does: one, some, or by none all', () => {
    const layersOf = (layers_to_transform: unknown, layers_pattern: unknown = null) =>
      readAdapterShape(changed({ layers_to_transform, layers_pattern })).layers;
    expect(layersOf(1)).toEqual([1]);
    expect(layersOf([0, 1], 'layers')).toEqual([0, 1]);
    for (const none of [null, undefined, []]) expect(layersOf(none, [])).toBeUndefined();
    const beyond = changed({ layers_to_transform: [1, 2] });
    expect(() => loadPretrained(engine, fixture('tied'), beyond)).toThrow(
      'adapter_config.json: layers_to_transform: there is no layer 2, the model has 2 (0 to 1)',
    );
  });

  it('opens with the fields that older versions of PEFT wrote, and what starts as plain LoRA does', () => {
    const older = {
      enable_lora: null,
      merge_weights: false,
      peft_version: undefined,
      use_rslora: undefined,
      init_lora_weights: undefined,
    };
    expect(readAdapterShape(changed(older))).toMatchObject({ rank: 4, alpha: 8, rankStabilized: false });
    for (const init_lora_weights of [true, false, 'gaussian', 'orthogonal'])
      expect(readAdapterShape(changed({ init_lora_weights })).rank).toBe(4);
  });

  it('is refused by the name of the tensor', () => {
    const before = tf.memory().numTensors;
    const load = (fields: Record<string, unknown>) => () =>
      loadPretrained(engine, fixture('tied'), changed(fields));
    expect(load({ r: 8 })).toThrow(/q_proj\.lora_A\.weight has shape \[4,32\], the policy needs \[8,32\]/);
    expect(load({ target_modules: ['q_proj'] })).toThrow(/has a tensor .*v_proj.*no place for/);
    expect(load({ target_modules: ['q_proj', 'v_proj', 'o_proj'] })).toThrow(/has no tensor .*o_proj/);
    expect(tf.memory().numTensors).toBe(before);
  });
});
