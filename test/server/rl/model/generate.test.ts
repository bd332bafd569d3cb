import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, it } from 'vitest';
import { generate } from '../../../../server/rl/model/generate.ts';
import { Policy } from '../../../../server/rl/model/policy.ts';
import { loadPretrained } from '../../../../server/rl/model/pretrained.ts';
import { readPretrainedShape } from '../../../../server/rl/model/pretrained-config.ts';
import { Random } from '../../../../server/rl/random.ts';
import type { Engine } from '../../../../server/rl/tensor/engine.ts';
import { PolicyGradient } from '../../../../server/rl/train/learn/policy-update.ts';
import { openTestEngine } from '../test-engine.ts';
import { expectedOf, fixture, languageRows, MODELS } from './fixture.ts';

let engine: Engine;

beforeAll(async () => {
  engine = await openTestEngine();
});

const options = (changes: object) => ({
  maxTokens: 12,
  temperature: 0,
  topP: 1,
  endIds: [],
  random: new Random(5),
  ...changes,
});

describe('generation', () => {
  it.each(MODELS)('continues prompts greedily as transformers does: %s', async (name) => {
    const expected = expectedOf(name);
    const policy = loadPretrained(engine, fixture(name));
    const responses = await generate(policy, expected.sequences, options({}));
    expect(responses.flatMap(({ ids }) => Array.from(ids))).toEqual(Array.from(expected.greedy ?? []));
    policy.dispose();
  });

  it('ends a row at its end token, keeps that token, and goes on with the others', async () => {
    const { sequences, greedy } = expectedOf('untied-bf16-sharded');
    const policy = loadPretrained(engine, fixture('untied-bf16-sharded'));
    const end = greedy?.[2] as number; // third token of the first row, never in the second
    const [first, second] = await generate(policy, sequences, options({ endIds: [end] }));
    expect(first).toMatchObject({ ids: Uint32Array.from(greedy?.subarray(0, 3) ?? []), ended: true });
    expect(second).toMatchObject({ ids: Uint32Array.from(greedy?.subarray(12) ?? []), ended: false });
    policy.dispose();
  });

  it('tells tokens as they are drawn, and ends a row where it is told to', async () => {
    const { sequences, greedy } = expectedOf('untied-bf16-sharded');
    const policy = loadPretrained(engine, fixture('untied-bf16-sharded'));
    const told: number[][] = [[], []];
    const onToken = (id: number, row: number) => (told[row]?.push(id) ?? 0) < (row === 0 ? 4 : 99);
    const responses = await generate(policy, sequences, options({ onToken }));
    expect(told.map(({ length }) => length)).toEqual([4, 12]);
    expect(responses.map(({ ids }) => Array.from(ids))).toEqual(told);
    expect(told[1]).toEqual(Array.from(greedy?.subarray(12) ?? []));
    policy.dispose();
  });

  it('says the log-probability with which the trainer will score what it drew', async () => {
    const { sequences } = expectedOf('tied');
    const policy = loadPretrained(engine, fixture('tied'));
    const temperature = 0.8;
    const responses = await generate(policy, sequences, options({ temperature }));
    const rows = languageRows(
      sequences.map((prompt, row) => Uint32Array.from([...prompt, ...(responses[row]?.ids ?? [])])),
    );
    const learner = new PolicyGradient(engine, policy, { kind: 'clone' });
    const scores = await learner.logProbabilities(rows, temperature);
    for (const [row, { logProbabilities }] of responses.entries()) {
      const scored = scores.get(rows[row] as (typeof rows)[number])?.slice(-12) ?? [];
      expect(new Set(responses[row]?.ids).size).toBeGreaterThan(3);
      logProbabilities.forEach((value, i) => {
        expect(scored[i]).toBeCloseTo(value, 4);
      });
    }
    learner.dispose();
    policy.dispose();
  });

  it('knows vocabularies beyond 16 bits', async () => {
    const policy = new Policy(engine, {
      ...readPretrainedShape(fixture('tied')),
      vocabulary: 70_000,
      layers: 1,
    });
    policy.initialize(new Random(1));
    const prompt = Uint32Array.of(69_999, 66_000);
    const [response] = await generate(policy, [prompt], options({ temperature: 1, maxTokens: 64 }));
    const ids = response?.ids ?? new Uint32Array(0);
    expect(Math.max(...ids)).toBeGreaterThan(65_535);
    const [row] = languageRows([Uint32Array.from([...prompt, ...ids])]);
    const learner = new PolicyGradient(engine, policy, { kind: 'clone' });
    const scores = await learner.logProbabilities([row as NonNullable<typeof row>], 1);
    expect([...scores.values()][0]?.at(-1)).toBeCloseTo(response?.logProbabilities.at(-1) ?? 0, 3);
    learner.dispose();
    policy.dispose();
  });

  it.each([
    [0, 1],
    [1, 1],
    [1, 0.9],
  ])(
    'stops where logits are not finite, and says where: temperature %d, top-p %d',
    async (temperature, topP) => {
      const policy = loadPretrained(engine, fixture('tied'));
      const place = policy.parameters.findIndex(({ name }) => name === 'model.layers.1.mlp.down_proj.weight');
      const broken = policy.weights.map((weight) => weight.clone());
      const values = (await broken[place]?.data())?.slice() as Float32Array;
      values[0] = NaN;
      broken[place] = tf.tensor(values, policy.parameters[place]?.shape);
      policy.replaceWeights(broken);
      const before = tf.memory().numTensors;
      const play = generate(
        policy,
        [Uint32Array.of(1, 2), Uint32Array.of(3)],
        options({ temperature, topP }),
      );
      await expect(play).rejects.toThrow(
        expect.objectContaining({
          code: 'not-finite',
          message: expect.stringMatching(/^generate: token 1 of response 1: .* NaN$/),
        }),
      );
      expect(tf.memory().numTensors).toBe(before);
      policy.dispose();
    },
  );

  it('refuses empty prompts and unknown tokens, and leaves no tensor behind', async () => {
    const policy = loadPretrained(engine, fixture('tied'));
    const before = tf.memory().numTensors;
    await generate(policy, [Uint32Array.of(1, 2)], options({ maxTokens: 3 }));
    expect(tf.memory().numTensors).toBe(before);
    await expect(generate(policy, [new Uint32Array(0)], options({}))).rejects.toThrow(/at least one token/);
    await expect(generate(policy, [Uint32Array.of(320)], options({}))).rejects.toThrow(/none with id 320/);
    policy.dispose();
  });
});
