import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as tf from '@tensorflow/tfjs-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { presetConfig } from '../../../../server/contract/presets.ts';
import { Policy } from '../../../../server/rl/model/policy.ts';
import {
  loadPretrained,
  type NewAdapter,
  savePretrained,
  type Tuning,
} from '../../../../server/rl/model/pretrained.ts';
import {
  frozenLayers,
  LINEAR_NAMES,
  nanoShape,
  type PolicyShape,
} from '../../../../server/rl/model/shape.ts';
import { forward } from '../../../../server/rl/model/transformer.ts';
import { Random } from '../../../../server/rl/random.ts';
import type { Engine } from '../../../../server/rl/tensor/engine.ts';
import { PolicyGradient } from '../../../../server/rl/train/learn/policy-update.ts';
import { openTestEngine } from '../test-engine.ts';
import { expectedOf, fixture, languageRows, logitsOf, relativeError } from './fixture.ts';
import { saveAdapter } from './save-adapter.ts';

const BASE = 'ungrouped-f16'; // of three layers
const expected = expectedOf(BASE);
const rows = languageRows(expected.sequences);
const adapter = () => ({
  shape: { rank: 2, alpha: 4, targets: ['q_proj', 'down_proj'] as const },
  random: new Random(5),
});
const root = mkdtempSync(join(tmpdir(), 'tuning-'));
let engine: Engine;

beforeAll(async () => {
  engine = await openTestEngine();
});
afterAll(() => rmSync(root, { recursive: true }));

const VALUE_HEAD = ['value_head.bias', 'value_head.weight'];
const layersOf = (names: readonly string[]) =>
  [...new Set(names.map((name) => /layers\.(\d+)/.exec(name)?.[1] ?? name))].toSorted();

/** Other weights in the places of those that are trained: of new adapters half have no gradient yet. */
function disturb(policy: Policy): void {
  const { trained } = policy;
  policy.replace(
    trained,
    trained.shapes.map((shape, i) => tf.randomNormal(shape, 0, 0.3, 'float32', i)),
  );
}

async function gradientsOf(policy: Policy, part = policy.trained): Promise<Map<string, Float32Array>> {
  const learner = new PolicyGradient(engine, policy, { kind: 'clone' }, { part });
  const { gradients } = await learner.gradient(rows, 1);
  const names = part.names;
  const values = (await Promise.all(gradients.map((part) => part.data()))) as Float32Array[];
  tf.dispose(gradients);
  learner.dispose();
  return new Map(names.map((name, i) => [name, values[i]!]));
}

describe('tuning the upper layers', () => {
  it('of the weights: these and the last norm, with the gradient that they have when all are trained', async () => {
    const whole = loadPretrained(engine, fixture(BASE));
    const upper = loadPretrained(engine, fixture(BASE), undefined, { tunedLayers: 2 });
    expect(layersOf(upper.trained.names)).toEqual(['1', '2', 'model.norm.weight']);
    expect(whole.trained.names).toHaveLength(whole.parameters.length);
    const all = await gradientsOf(whole);
    for (const [name, gradient] of await gradientsOf(upper))
      expect(relativeError(gradient, all.get(name)!), name).toBeLessThan(1e-5);
    for (const policy of [whole, upper]) policy.dispose();
  });

  it('with a new adapter: an adapter on these, which comes back from its folder', async () => {
    const policy = loadPretrained(engine, fixture(BASE), adapter(), { tunedLayers: 1 });
    expect(policy.trained.names).toEqual([
      'model.layers.2.self_attn.q_proj.lora_A.weight',
      'model.layers.2.self_attn.q_proj.lora_B.weight',
      'model.layers.2.mlp.down_proj.lora_A.weight',
      'model.layers.2.mlp.down_proj.lora_B.weight',
    ]);
    disturb(policy);
    const folder = join(root, 'adapter');
    await saveAdapter(policy, folder, BASE);
    const again = loadPretrained(engine, fixture(BASE), folder);
    expect(again.shape.adapter?.layers).toEqual([2]);
    const logits = await logitsOf(policy, expected.rows, expected.ids);
    expect(relativeError(logits, expected.logits)).toBeGreaterThan(1e-2);
    expect(await logitsOf(again, expected.rows, expected.ids)).toEqual(logits);
    for (const each of [policy, again]) each.dispose();
  });

  it('by updates alone leaves the rest to cloning, with the gradient that it has when all are updated', async () => {
    const tunings: [NewAdapter | undefined, Tuning, string[]][] = [
      [adapter(), { updatedLayers: 1 }, ['0', '1', '2']],
      [adapter(), { updatedLayers: 1, tunedLayers: 2, valueHeads: 3 }, ['1', '2', ...VALUE_HEAD]],
      [undefined, { updatedLayers: 1, tunedLayers: 2 }, ['1', '2', 'model.norm.weight']],
    ];
    for (const [made, tuning, trained] of tunings) {
      const policy = loadPretrained(engine, fixture(BASE), made, tuning);
      expect(layersOf(policy.trained.names)).toEqual(trained);
      expect(layersOf(policy.updated.names)).toEqual(trained.filter((name) => !/^[01]$/.test(name)));
      expect(frozenLayers(policy.shape)).toBe(2);
      if (made) disturb(policy);
      const all = await gradientsOf(policy);
      for (const [name, gradient] of await gradientsOf(policy, policy.updated))
        if (!VALUE_HEAD.includes(name))
          expect(relativeError(gradient, all.get(name)!), name).toBeLessThan(1e-5);
      policy.dispose();
    }
    const whole = loadPretrained(engine, fixture(BASE), undefined, { updatedLayers: 1 });
    expect(whole.trained.names).toHaveLength(whole.parameters.length);
    expect(layersOf(whole.updated.names)).toEqual(['2', 'model.norm.weight']);
    whole.dispose();
  });

  it.each(['tunedLayers', 'updatedLayers'])('is refused for more layers than there are: %s', (field) => {
    const before = tf.memory().numTensors;
    for (const made of [undefined, adapter()])
      expect(() => loadPretrained(engine, fixture(BASE), made, { [field]: 4 })).toThrow(
        `${field}: the model has 3 layers: choose at most 3, or 0 for all of it`,
      );
    expect(tf.memory().numTensors).toBe(before);
  });

  it('as 0 is all of them', () => {
    const whole = loadPretrained(engine, fixture(BASE), undefined, { tunedLayers: 0 });
    expect(whole.trained.names).toHaveLength(whole.parameters.length);
    const adapted = loadPretrained(engine, fixture(BASE), adapter(), { tunedLayers: 0 });
    expect(layersOf(adapted.trained.names)).toEqual(['0', '1', '2']);
    for (const policy of [whole, adapted]) policy.dispose();
  });
});

it('value heads start at zero, are trained beside an adapter, and are no part of what is saved', async () => {
  const policy = loadPretrained(engine, fixture(BASE), adapter(), { tunedLayers: 1, valueHeads: 3 });
  const names = policy.trained.names;
  expect(names.slice(0, 2)).toEqual(['value_head.weight', 'value_head.bias']);
  expect(names).toHaveLength(6);
  expect(Math.max(...(await policy.trained.of(policy.weights)[0]!.data()))).toBe(0);
  await saveAdapter(policy, join(root, 'with-heads'), BASE);
  await savePretrained(policy, join(root, 'whole'), fixture(BASE));
  for (const each of [
    loadPretrained(engine, fixture(BASE), join(root, 'with-heads')),
    loadPretrained(engine, join(root, 'whole')),
  ]) {
    expect(await logitsOf(each, expected.rows, expected.ids)).toEqual(
      await logitsOf(policy, expected.rows, expected.ids),
    );
    each.dispose();
  }
  policy.dispose();
});

it('matrices in 8 bits are near those of floats, are not trained, and an export has the floats they came from', async () => {
  const [bytes, floats] = [true, false].map((quantized) =>
    loadPretrained(engine, fixture(BASE), adapter(), { quantized }),
  ) as [Policy, Policy];
  expect(bytes.trained.names).toEqual(floats.trained.names);
  expect(bytes.parameterCount).toBe(floats.parameterCount);
  expect(bytes.parameters.map(({ shape }) => shape)).toEqual(bytes.weights.map(({ shape }) => shape));
  const [near, exact] = [
    await logitsOf(bytes, expected.rows, expected.ids),
    await logitsOf(floats, expected.rows, expected.ids),
  ];
  expect(relativeError(near, exact)).toBeLessThan(0.1);
  expect(relativeError(near, exact)).toBeGreaterThan(1e-5);
  const files = [bytes, floats].map(
    (policy) => [policy, join(root, policy === bytes ? '8-bit' : '32-bit')] as const,
  );
  for (const [policy, folder] of files) {
    await savePretrained(policy, folder, fixture(BASE));
    policy.dispose();
  }
  const [saved, same] = files.map(([, folder]) => readFileSync(join(folder, 'model.safetensors')));
  expect(saved?.equals(same as Buffer)).toBe(true);
});

describe('a lower layer that is not trained', () => {
  const base: PolicyShape = { ...nanoShape(presetConfig('tiny', { width: 16, feedForward: 24 }), 30) };

  /** Kernels that compute something: not the aliases of what is kept for the gradient, nor names of scopes. */
  async function count(run: () => tf.TensorContainer): Promise<number> {
    const { kernels } = await tf.profile(() => tf.tidy(run));
    return kernels.filter(({ name }) => name !== 'Identity' && tf.getKernel(name, tf.getBackend())).length;
  }

  /** Kernels of a forward pass alone, and with the gradient of what is trained. */
  async function kernels(shape: PolicyShape): Promise<{ forwards: number; both: number }> {
    const policy = new Policy(engine, shape);
    policy.initialize(new Random(2));
    const ids = tf.tensor(Int32Array.of(1, 2, 3, 4), [1, 4], 'int32');
    const objective = (...live: tf.Tensor[]) =>
      tf.sum(forward(policy.named(policy.trained.within(policy.weights, live)), shape, ids)) as tf.Scalar;
    const trained = policy.trained.of(policy.weights);
    const forwards = await count(() => objective(...trained));
    const both = await count(() => tf.grads(objective)(trained));
    policy.dispose();
    return { forwards, both };
  }

  const adapted = (layers: number) => ({ rank: 2, alpha: 2, targets: LINEAR_NAMES, layers: [layers - 1] });

  it.each<[string, (layers: number) => Partial<PolicyShape>]>([
    ['tuned weights', () => ({ tunedLayers: 1 })],
    ['an adapter', (layers) => ({ adapter: adapted(layers) })],
  ])('under %s costs its forward pass and nothing more', async (_, tuned) => {
    const of = (layers: number, tuning: Partial<PolicyShape>) => kernels({ ...base, layers, ...tuning });
    const few = await of(2, tuned(2));
    const many = await of(5, tuned(5));
    const forwards = many.forwards - few.forwards;
    expect(many.both - few.both).toBe(forwards);
    expect((await of(5, {})).both - (await of(2, {})).both).toBeGreaterThan(2 * forwards);
  });
});
