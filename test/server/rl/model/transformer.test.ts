import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, it } from 'vitest';
import { presetConfig } from '../../../../server/contract/presets.ts';
import { Policy } from '../../../../server/rl/model/policy.ts';
import { nanoShape, type PolicyShape } from '../../../../server/rl/model/shape.ts';
import { forward, logits } from '../../../../server/rl/model/transformer.ts';
import { Random } from '../../../../server/rl/random.ts';
import type { Engine } from '../../../../server/rl/tensor/engine.ts';
import { openTestEngine } from '../test-engine.ts';

const VOCABULARY = 50;
let engine: Engine;

beforeAll(async () => {
  engine = await openTestEngine();
});

function policyOf(changes: Partial<PolicyShape>): Policy {
  const policy = new Policy(engine, { ...nanoShape(presetConfig('tiny'), VOCABULARY), ...changes });
  policy.initialize(new Random(3));
  return policy;
}

/** Logits at every position of one sequence, from the training path. */
async function fullLogits(policy: Policy, ids: number[]): Promise<Float32Array[]> {
  const run = engine.jit('full', (inputs) => {
    const weights = policy.named(inputs);
    const hidden = forward(weights, policy.shape, inputs[policy.parameters.length] as tf.Tensor);
    return [logits(weights, policy.shape, hidden)];
  });
  const [output] = await run([...policy.weights, tf.tensor(Int32Array.from(ids), [1, ids.length], 'int32')]);
  const values = (await output?.data()) as Float32Array;
  return ids.map((_, i) => values.slice(i * VOCABULARY, (i + 1) * VOCABULARY));
}

function expectClose(actual: Float32Array, expected: Float32Array): void {
  expected.forEach((value, i) => {
    expect(actual[i]).toBeCloseTo(value, 4);
  });
}

describe('the transformer', () => {
  const shapes: [string, Partial<PolicyShape>][] = [
    ['nano', {}],
    ['grouped-query attention', { heads: 4, keyValueHeads: 2 }],
    [
      'normed heads wider than width / heads, without biases',
      { heads: 4, keyValueHeads: 2, headSize: 24, queryKeyNorm: true, attentionBias: false },
    ],
    ['untied, without the previous token', { tiedEmbeddings: false, previousTokenEmbedding: false }],
  ];

  it.each(shapes)(
    'decodes with its cache what it computes over the whole sequence: %s',
    async (_, changes) => {
      const policy = policyOf(changes);
      const random = new Random(8);
      const prompts = [9, 14, 3].map((length) => Array.from({ length }, () => random.int(VOCABULARY)));
      const responses = prompts.map(() => Array.from({ length: 4 }, () => random.int(VOCABULARY)));
      const conversation = policy.converse(3, 20);
      const feed = async (news: readonly (readonly number[])[]) =>
        (
          await conversation.feed(
            news.map((tokens) => Uint16Array.from(tokens)),
            null,
          )
        ).logits;
      const steps = [await feed(prompts)];
      for (let step = 0; step < 4; step++)
        steps.push(await feed(responses.map((response) => [response[step] as number])));
      conversation.dispose();
      for (const [row, prompt] of prompts.entries()) {
        const whole = await fullLogits(policy, [...prompt, ...(responses[row] as number[])]);
        steps.forEach((stepLogits, step) => {
          const own = stepLogits.slice(row * VOCABULARY, (row + 1) * VOCABULARY);
          expectClose(own, whole[prompt.length - 1 + step] as Float32Array);
        });
      }
      policy.dispose();
    },
  );

  it('is causal: a later token never changes an earlier position', async () => {
    const policy = policyOf({});
    const one = await fullLogits(policy, [1, 2, 3, 4]);
    const other = await fullLogits(policy, [1, 2, 3, 40]);
    for (const position of [0, 1, 2])
      expectClose(one[position] as Float32Array, other[position] as Float32Array);
    expect(one[3]).not.toEqual(other[3]);
    policy.dispose();
  });

  it('leaves no tensor behind', async () => {
    const policy = policyOf({});
    const play = async () => {
      const conversation = policy.converse(1, 20);
      await conversation.feed([new Uint16Array(5)], null);
      await conversation.feed([Uint16Array.of(1)], null);
      conversation.dispose();
    };
    await play();
    const before = tf.memory().numTensors;
    for (let i = 0; i < 5; i++) await play();
    expect(tf.memory().numTensors).toBe(before);
    policy.dispose();
  });
});
