import * as tf from '@tensorflow/tfjs-core';
import { describe, expect, it } from 'vitest';
import { presetConfig } from '../../../../../server/contract/presets.ts';
import { policyLoss } from '../../../../../server/rl/credit/losses.ts';
import { Policy } from '../../../../../server/rl/model/policy.ts';
import { nanoShape } from '../../../../../server/rl/model/shape.ts';
import { Random } from '../../../../../server/rl/random.ts';
import { AdamW } from '../../../../../server/rl/train/learn/optimizer.ts';
import { PolicyGradient } from '../../../../../server/rl/train/learn/policy-update.ts';
import type { DecisionRow } from '../../../../../server/rl/train/play/decision-row.ts';
import { openTestEngine } from '../../test-engine.ts';

const VOCABULARY = 30;
const engine = await openTestEngine();
const shape = { ...nanoShape(presetConfig('tiny', { width: 16, feedForward: 32 }), VOCABULARY), layers: 1 };

function freshPolicy(): Policy {
  const policy = new Policy(engine, shape);
  policy.initialize(new Random(4));
  return policy;
}

/** Rows with random tokens, supports, old log-probabilities and advantages. */
function randomRows(count: number): DecisionRow[] {
  const random = new Random(12);
  return Array.from({ length: count }, () => {
    const tokens = Uint16Array.from({ length: 6 + random.int(20) }, () => random.int(VOCABULARY));
    const decisions = [2, 1].map((back) => {
      const position = tokens.length - back;
      const chosen = tokens[position] as number;
      const support = new Set([chosen, random.int(VOCABULARY), random.int(VOCABULARY)]);
      return {
        position,
        chosen,
        support: Uint16Array.from(support),
        oldLogProbability: -0.2 - 2 * random.next(),
        advantage: random.normal() * 2,
        level: 2,
      };
    });
    return { tokens, decisions };
  });
}

describe('the policy gradient', () => {
  const loss = { kind: 'ppo', clip: 0.2, dualClip: 3, entropy: 0, kl: 0 } as const;

  it('computes the dual-clip loss of the reference', async () => {
    const policy = freshPolicy();
    const gradient = new PolicyGradient(engine, policy, loss);
    const rows = randomRows(70); // two parts, one of them not full
    const scores = await gradient.logProbabilities(rows, 1);
    const column = (read: (row: DecisionRow, i: number) => number) =>
      rows.flatMap((row) => row.decisions.map((_, i) => read(row, i)));
    const reference = policyLoss(
      {
        logProb: column((row, i) => scores.get(row)?.[i] ?? Number.NaN),
        oldLogProb: column((row, i) => row.decisions[i]?.oldLogProbability ?? Number.NaN),
        advantage: column((row, i) => row.decisions[i]?.advantage ?? Number.NaN),
      },
      { mask: new Uint8Array(2 * rows.length).fill(1), width: 2 },
      { clipLow: 0.2, clipHigh: 0.2, dualClip: 3, aggregation: 'token-mean' },
    );
    const { statistics, decisions } = await gradient.gradient(rows, 1);
    expect(statistics.loss / decisions).toBeCloseTo(reference.loss, 4);
    expect(statistics.clipped / decisions).toBeCloseTo(reference.clipFraction, 6);
  });

  it('agrees with finite differences, through every layer', async () => {
    const policy = freshPolicy();
    const withEntropy = new PolicyGradient(engine, policy, {
      ...loss,
      entropy: 0.1,
      dualClip: 100,
      clip: 0.99,
    });
    const rows = randomRows(9);
    const { gradients } = await withEntropy.gradient(rows, 1.3);
    const objective = async () => {
      const { statistics, decisions } = await withEntropy.gradient(rows, 1.3);
      return (statistics.loss - 0.1 * statistics.entropy) / decisions;
    };
    for (const [index, { name }] of policy.parameters.entries()) {
      const values = (await gradients[index]?.data()) as Float32Array;
      // Along the gradient itself the derivative is its norm.
      const norm = Math.hypot(...values);
      const step = 4e-3 / norm;
      const move = async (amount: number) => {
        const moved = policy.weights.map((weight, i) =>
          i === index ? tf.add(weight, tf.mul(gradients[i] as tf.Tensor, amount)) : weight.clone(),
        );
        policy.replaceWeights(moved);
        return objective();
      };
      const up = await move(step / norm);
      const down = await move((-2 * step) / norm);
      await move(step / norm);
      expect((up - down) / (2 * step * norm), name).toBeCloseTo(1, 1);
    }
  });

  it('learns what it is shown', async () => {
    const policy = freshPolicy();
    const gradient = new PolicyGradient(engine, policy, { kind: 'clone' });
    const optimizer = new AdamW(
      engine,
      policy.parameters.map((parameter) => parameter.shape),
    );
    const rows = randomRows(20);
    const losses: number[] = [];
    for (let step = 0; step < 60; step++) {
      const { statistics, decisions } = await gradient.step(rows, optimizer, 5e-3, 1);
      losses.push(statistics.loss / decisions);
    }
    expect(losses[0]).toBeGreaterThan(0.7);
    expect(losses.at(-1)).toBeLessThan(0.1);
  });

  it('treats the whole vocabulary as the support of a free decision', async () => {
    const policy = freshPolicy();
    const gradient = new PolicyGradient(engine, policy, { kind: 'clone' });
    const whole = Uint16Array.from({ length: VOCABULARY }, (_, id) => id);
    const listed = randomRows(5).map(({ tokens, decisions }) => ({
      tokens,
      decisions: decisions.map((decision) => ({ ...decision, support: whole })),
    }));
    const free = listed.map(({ tokens, decisions }) => ({
      tokens,
      decisions: decisions.map((decision) => ({ ...decision, support: null })),
    }));
    const mixed = [...free.slice(0, 2), ...listed.slice(2)];
    const expected = await gradient.gradient(listed, 1);
    for (const rows of [free, mixed]) {
      const { statistics } = await gradient.gradient(rows, 1);
      expect(statistics.loss).toBeCloseTo(expected.statistics.loss, 4);
      expect(statistics.entropy).toBeCloseTo(expected.statistics.entropy, 4);
    }
  });

  it('with adapters, changes nothing but them, and they alone learn what is shown', async () => {
    const policy = new Policy(engine, {
      ...shape,
      adapter: { rank: 4, alpha: 8, targets: ['q_proj', 'o_proj', 'up_proj', 'down_proj'] },
    });
    policy.initialize(new Random(4));
    const plain = freshPolicy();
    const rows = randomRows(20);
    const gradient = new PolicyGradient(engine, policy, { kind: 'clone' });
    const before = await gradient.logProbabilities(rows, 1);
    const plainGradient = new PolicyGradient(engine, plain, { kind: 'clone' });
    for (const [row, scores] of await plainGradient.logProbabilities(rows, 1))
      expect(before.get(row)).toEqual(scores); // B starts at zero

    const optimizer = new AdamW(engine, policy.trained.shapes);
    const losses: number[] = [];
    for (let step = 0; step < 60; step++) {
      const { statistics, decisions } = await gradient.step(rows, optimizer, 2e-2, 1);
      losses.push(statistics.loss / decisions);
    }
    expect(losses.at(-1)).toBeLessThan(0.5 * (losses[0] as number));
    for (const [i, { name }] of plain.parameters.entries())
      expect(await policy.weights[i]?.data(), name).toEqual(await plain.weights[i]?.data());
    expect(policy.trained.size).toBe(8);
  });
});
