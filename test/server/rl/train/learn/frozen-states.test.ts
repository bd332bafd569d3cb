import * as tf from '@tensorflow/tfjs-core';
import { afterEach, describe, expect, it } from 'vitest';
import { presetConfig } from '../../../../../server/contract/presets.ts';
import { Policy } from '../../../../../server/rl/model/policy.ts';
import {
  layerOf,
  nanoShape,
  type Parameter,
  type PolicyShape,
} from '../../../../../server/rl/model/shape.ts';
import { Random } from '../../../../../server/rl/random.ts';
import { openEngine } from '../../../../../server/rl/tensor/select-engine.ts';
import { FrozenStates } from '../../../../../server/rl/train/learn/frozen-states.ts';
import { learnPolicy } from '../../../../../server/rl/train/learn/learn.ts';
import { AdamW } from '../../../../../server/rl/train/learn/optimizer.ts';
import { PolicyGradient } from '../../../../../server/rl/train/learn/policy-update.ts';
import type { DecisionRow } from '../../../../../server/rl/train/play/decision-row.ts';
import { relativeError } from '../../model/fixture.ts';

const VOCABULARY = 50;
const engine = await openEngine({ engine: 'onnxruntime', threads: 1 });
const loss = { kind: 'ppo', clip: 0.2, dualClip: 3, entropy: 0.01, kl: 0.1, value: 0.5 } as const;
const adapter = { rank: 2, alpha: 4, targets: ['q_proj', 'down_proj'] as const, layers: [2] };
/** Of three layers, updates change the last; the same model each time. */
const TUNINGS: [string, Partial<PolicyShape>][] = [
  ['weights of the upper layer', { tunedLayers: 1 }],
  ['an adapter on it', { adapter }],
  ['value heads too', { tunedLayers: 1, valueHeads: 3 }],
  ['of adapters on all the upper one', { adapter: { ...adapter, layers: [0, 1, 2] }, updatedLayers: 1 }],
];
const opened: { dispose(): void }[] = [];
afterEach(() => {
  for (const part of opened.splice(0)) part.dispose();
});

function open(tuning: Partial<PolicyShape>): { policy: Policy; learner: PolicyGradient } {
  const shape = nanoShape(presetConfig('tiny', { width: 16, feedForward: 32, layers: 3 }), VOCABULARY);
  const policy = new Policy(engine, { ...shape, ...tuning });
  policy.initialize(new Random(4));
  const learner = new PolicyGradient(engine, policy, loss, { part: policy.updated });
  opened.push(learner, policy);
  return { policy, learner };
}

function randomRows(count: number): DecisionRow[] {
  const random = new Random(12);
  return Array.from({ length: count }, () => {
    const tokens = Uint16Array.from({ length: 6 + random.int(40) }, () => random.int(VOCABULARY));
    const decisions = [3, 1].map((back) => {
      const position = tokens.length - back;
      const chosen = tokens[position]!;
      const support = Uint16Array.from(new Set([chosen, random.int(VOCABULARY), random.int(VOCABULARY)]));
      return {
        position,
        chosen,
        support,
        oldLogProbability: -1 - random.next(),
        advantage: random.normal(),
        level: 2,
      };
    });
    return { tokens, decisions, values: [{ position: [4, 3, 3], target: [1, -1, 0.5], weight: [1, 1, 1] }] };
  });
}

async function gradientOf(learner: PolicyGradient, rows: readonly DecisionRow[]): Promise<Float32Array[]> {
  const { gradients } = await learner.gradient(rows, 0.8);
  const values = (await Promise.all(gradients.map((part) => part.data()))) as Float32Array[];
  tf.dispose(gradients);
  return values;
}

/** Other weights in the layers below: whoever reads them again gets something else. */
function spoilFrozenLayers(policy: Policy): void {
  const isBelow = ({ name }: Parameter) => (layerOf(name) ?? 2) < 2;
  policy.replaceWeights(
    policy.weights.map((weight, i) =>
      isBelow(policy.parameters[i]!) ? tf.mul(weight, 1.5) : weight.clone(),
    ),
  );
}

function expectEqual(actual: Float32Array[], expected: Float32Array[], tolerance: number): void {
  const largest = Math.max(...expected.flatMap((values) => Array.from(values, Math.abs)));
  actual.forEach((values, i) => {
    values.forEach((value, j) => {
      expect(Math.abs(value - expected[i]![j]!), `${i}[${j}]`).toBeLessThanOrEqual(tolerance * largest);
    });
  });
}

describe.each(TUNINGS)('with %s updated', (_, tuning) => {
  it('layers below read rows that come again once, with the same gradients and log-probabilities', async () => {
    const { policy, learner } = open(tuning);
    const rows = randomRows(20);
    const expected = await gradientOf(learner, rows);
    const scores = await learner.logProbabilities(rows, 0.8);
    learner.keepRows();
    expectEqual(await gradientOf(learner, rows), expected, 1e-5);
    spoilFrozenLayers(policy);
    // Other mini-batches of the same rows.
    expectEqual(await gradientOf(learner, rows.toReversed()), expected, 1e-5);
    const again = await learner.logProbabilities(rows.slice(3), 0.8);
    for (const row of rows.slice(3))
      expect(relativeError(again.get(row)!, scores.get(row)!)).toBeLessThan(1e-5);
    learner.forgetRows();
    const other = await learner.logProbabilities(rows, 0.8);
    expect(relativeError(other.get(rows[0]!)!, scores.get(rows[0]!)!)).toBeGreaterThan(1e-3);
  });
});

it('an update of two passes learns what it learns without keeping rows', async () => {
  const config = presetConfig('tiny', { updateEpochs: 2, minibatchRows: 8, klCoefficient: 0.1 });
  const rows = randomRows(20);
  const learned = async (keeps: boolean): Promise<Float32Array[]> => {
    const { policy, learner } = open({ tunedLayers: 1 });
    let asked = 0;
    const keep = learner.keepRows.bind(learner);
    learner.keepRows = () => {
      asked++;
      if (keeps) keep();
    };
    const optimizer = new AdamW(engine, policy.trained.shapes);
    opened.push(optimizer);
    const reference = policy.trained.of(policy.weights).map((weight) => weight.clone());
    await learnPolicy(rows, {
      gradient: learner,
      optimizer,
      config,
      learningRate: 1e-2,
      random: new Random(1),
      shareRandom: new Random(2),
      reference,
      onProgress: () => {},
      checkpoint: async () => {},
    });
    tf.dispose(reference);
    expect(asked).toBe(1);
    return (await Promise.all(
      policy.trained.of(policy.weights).map((part) => part.data()),
    )) as Float32Array[];
  };
  expectEqual(await learned(true), await learned(false), 1e-4);
});

it('rows beyond the limit are read each time, with the same numbers', async () => {
  const { policy } = open({ tunedLayers: 1 });
  const rows = randomRows(2);
  const longest = Math.max(...rows.map(({ tokens }) => tokens.length));
  const ids = tf.tensor(
    Int32Array.from(
      { length: 2 * longest },
      (_, i) => rows[Math.floor(i / longest)]!.tokens[i % longest] ?? 0,
    ),
    [2, longest],
    'int32',
  );
  const states = new FrozenStates(policy, 4 * 16 * rows[0]!.tokens.length);
  const read = async () => {
    const tensor = await states.of(rows, ids);
    const values = tensor.dataSync().slice() as Float32Array;
    tensor.dispose();
    return values;
  };
  const first = await read();
  expect(states.size).toBe(1);
  expect(await read()).toEqual(first);
  states.forget();
  expect(states.size).toBe(0);
  states.dispose();
  ids.dispose();
});

it('a reference with other weights below the updated layers is read with these', async () => {
  const { policy, learner } = open({ adapter: { ...adapter, layers: [0, 1, 2] }, updatedLayers: 1 });
  const rows = randomRows(4);
  const scoresOf = (reference: tf.Tensor[]) => learner.logProbabilities(rows, 0.8, reference);
  const present = policy.trained.of(policy.weights);
  const others = policy.trained.shapes.map((shape, i) => tf.randomNormal(shape, 0, 0.3, 'float32', i));
  const expected = await scoresOf(others);
  const own = await scoresOf(present);
  learner.keepRows();
  await gradientOf(learner, rows);
  const [othersAgain, ownAgain] = [await scoresOf(others), await scoresOf(present)];
  for (const row of rows) {
    expect(othersAgain.get(row)).toEqual(expected.get(row));
    expect(relativeError(ownAgain.get(row)!, own.get(row)!)).toBeLessThan(1e-5);
    expect(relativeError(own.get(row)!, expected.get(row)!)).toBeGreaterThan(1e-3);
  }
  tf.dispose(others);
});

it('nothing is kept where layers below are learned, as in cloning', async () => {
  const { policy } = open({ updatedLayers: 1 });
  const cloning = new PolicyGradient(engine, policy, { kind: 'clone' });
  opened.push(cloning);
  const rows = randomRows(4);
  cloning.keepRows();
  const before = await gradientOf(cloning, rows);
  expect(before).toHaveLength(policy.parameters.length);
  spoilFrozenLayers(policy);
  expect(await gradientOf(cloning, rows)).not.toEqual(before);
});

it('nothing is kept where the lowest layer is trained', () => {
  expect(FrozenStates.has({ shape: open({}).policy.shape })).toBe(false);
  expect(FrozenStates.has({ shape: open({ adapter: { ...adapter, layers: undefined } }).policy.shape })).toBe(
    false,
  );
  expect(FrozenStates.has({ shape: open({ tunedLayers: 2 }).policy.shape })).toBe(true);
});
