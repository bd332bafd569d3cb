import * as tf from '@tensorflow/tfjs-core';
import { describe, expect, it } from 'vitest';
import { presetConfig } from '../../../../../server/contract/presets.ts';
import { Policy } from '../../../../../server/rl/model/policy.ts';
import { nanoShape } from '../../../../../server/rl/model/shape.ts';
import { Random } from '../../../../../server/rl/random.ts';
import { BatchSizes } from '../../../../../server/rl/train/learn/batch-sizes.ts';
import {
  disposeBatch,
  groupByLength,
  packDecisions,
} from '../../../../../server/rl/train/learn/decision-batch.ts';
import { PolicyGradient } from '../../../../../server/rl/train/learn/policy-update.ts';
import type { DecisionRow } from '../../../../../server/rl/train/play/decision-row.ts';
import { relativeError } from '../../model/fixture.ts';
import { openTestEngine } from '../../test-engine.ts';

const VOCABULARY = 2000;
const OTHER_LEVEL = 0;
const LEVEL = 2;
const engine = await openTestEngine();
const loss = { kind: 'ppo', clip: 0.2, dualClip: 3, entropy: 0.1, kl: 0, value: 0.5 } as const;

function freshPolicy({ tiedEmbeddings = true, valueHeads = 0 } = {}): Policy {
  const config = presetConfig('tiny', { width: 16, feedForward: 32, tiedEmbeddings });
  const policy = new Policy(engine, { ...nanoShape(config, VOCABULARY), valueHeads });
  policy.initialize(new Random(4));
  return policy;
}

/** Rows of random tokens, each with decisions among a few ids far apart. */
function randomRows(count: number, longest = 20): DecisionRow[] {
  const random = new Random(12);
  return Array.from({ length: count }, () => {
    const tokens = Uint32Array.from({ length: 6 + random.int(longest - 5) }, () => random.int(VOCABULARY));
    const decisions = [3, 1].map((back) => {
      const position = tokens.length - back;
      const chosen = tokens[position]!;
      const support = Uint32Array.from(
        new Set([chosen, random.int(VOCABULARY), random.int(VOCABULARY), VOCABULARY - 1]),
      );
      const advantage = 2 * random.normal();
      return {
        position,
        chosen,
        support,
        oldLogProbability: -1 - random.next(),
        advantage,
        level: LEVEL as number,
      };
    });
    return { tokens, decisions };
  });
}

/** A row whose one decision, of another level, is among so many ids. */
function wideRow(ids: number): DecisionRow {
  const support = Uint32Array.from({ length: ids }, (_, id) => id);
  const decision = {
    position: 2,
    chosen: 1,
    support,
    oldLogProbability: -1,
    advantage: 1,
    level: OTHER_LEVEL,
  };
  return { tokens: Uint32Array.of(5, 6, 1, 8), decisions: [decision] };
}

async function gradientOf(
  policy: Policy,
  rows: readonly DecisionRow[],
  { level, microTokens }: { level?: number; microTokens?: number } = {},
): Promise<{ gradients: Float32Array[]; statistics: object }> {
  const learner = new PolicyGradient(engine, policy, loss, { microTokens });
  const { gradients, statistics } =
    level === undefined
      ? await learner.gradient(rows, 0.8)
      : { gradients: await learner.levelGradient(rows, 0.8, level), statistics: {} };
  const values = (await Promise.all(gradients.map((part) => part.data()))) as Float32Array[];
  tf.dispose(gradients);
  learner.dispose();
  return { gradients: values, statistics };
}

function expectClose(policy: Policy, actual: Float32Array[], expected: Float32Array[], tolerance: number) {
  const largest = Math.max(...expected.flatMap((values) => Array.from(values, Math.abs)));
  expect(largest).toBeGreaterThan(1e-3);
  policy.parameters.forEach(({ name }, i) => {
    actual[i]!.forEach((value, j) => {
      if (Math.abs(value - expected[i]![j]!) > tolerance * largest)
        expect.fail(`${name}[${j}]: ${value}, expected ${expected[i]![j]}`);
    });
  });
}

describe('the columns of a large vocabulary', () => {
  const widths = (policy: Policy, rows: readonly DecisionRow[]) => {
    const batch = packDecisions(rows, new BatchSizes(policy.shape));
    const shapes = [batch.width, batch.tensors.support.shape[1], batch.tensors.columns.size];
    disposeBatch(batch);
    return shapes;
  };

  it.each([true, false])(
    'give the log-probabilities and gradients of the whole table (tied: %s)',
    async (tied) => {
      const policy = freshPolicy({ tiedEmbeddings: tied });
      const rows = randomRows(12);
      const few = [...rows, wideRow(2)];
      const all = [...rows, wideRow(1900)];
      expect(widths(policy, few)).toEqual([256, 256, 256]);
      expect(widths(policy, all)).toEqual([VOCABULARY, VOCABULARY, 0]);

      const learner = new PolicyGradient(engine, policy, loss);
      const scores = await learner.logProbabilities(few, 0.8);
      const expected = await learner.logProbabilities(all, 0.8);
      for (const row of rows) expect(relativeError(scores.get(row)!, expected.get(row)!)).toBeLessThan(1e-6);
      const own = await gradientOf(policy, few, { level: LEVEL });
      const whole = await gradientOf(policy, all, { level: LEVEL });
      expectClose(policy, own.gradients, whole.gradients, 1e-6);
      learner.dispose();
      policy.dispose();
    },
  );

  /** The same rows, every second decision among all ids, or every one. */
  const freed = (rows: readonly DecisionRow[], every: 1 | 2): DecisionRow[] =>
    rows.map(({ tokens, decisions }) => ({
      tokens,
      decisions: decisions.map((decision, i) => (i % every ? decision : { ...decision, support: null })),
    }));

  it('are those of the others where some decisions are free, which alone meet the whole table', () => {
    const policy = freshPolicy();
    const rows = randomRows(12);
    expect(widths(policy, freed(rows, 2))).toEqual([256, 256, 256]);
    const batch = packDecisions(freed(rows, 2), new BatchSizes(policy.shape));
    const [index, chosen, source] = batch.tensors.free;
    expect([index, chosen].map((tensor) => tensor?.size)).toEqual([16, 16]);
    expect(source?.shape).toEqual(batch.tensors.index.shape);
    disposeBatch(batch);
    policy.dispose();
  });

  it('are all ids, with one row of support, where every decision is free', () => {
    const policy = freshPolicy();
    const batch = packDecisions(freed(randomRows(3), 1), new BatchSizes(policy.shape));
    expect(batch.tensors.support.shape).toEqual([1, VOCABULARY]);
    expect(batch.tensors.free).toEqual([]);
    disposeBatch(batch);
    policy.dispose();
  });

  it.each([0, 3])(
    'give free and listed decisions of one batch what the whole table gives them (value heads: %i)',
    async (valueHeads) => {
      const policy = freshPolicy({ valueHeads });
      const values = { position: [2, 3, 3], target: [0.5, -1, 2], weight: [1, 1, 0] } as const;
      const mixed = freed(randomRows(12), 2).map((row) => ({
        ...row,
        values: [{ position: [...values.position], target: [...values.target], weight: [...values.weight] }],
      })) as DecisionRow[];
      // One decision among nearly all ids makes every table the whole one.
      const whole = [...mixed, wideRow(1900)];
      expect(widths(policy, whole)).toEqual([VOCABULARY, VOCABULARY, 0]);
      const learner = new PolicyGradient(engine, policy, loss);
      const scores = await learner.logProbabilities(mixed, 0.8);
      const expected = await learner.logProbabilities(whole, 0.8);
      for (const row of mixed) expect(relativeError(scores.get(row)!, expected.get(row)!)).toBeLessThan(1e-6);
      learner.dispose();

      // Row by row, the wide one alone meets the whole table.
      const apart = await gradientOf(policy, whole, { microTokens: 1 });
      const together = await gradientOf(policy, whole);
      expectClose(policy, apart.gradients, together.gradients, 1e-6);
      for (const [name, value] of Object.entries(together.statistics))
        expect(apart.statistics).toHaveProperty(name, expect.closeTo(value, 3));
      policy.dispose();
    },
  );

  it('have to hold what was chosen', () => {
    const [row] = randomRows(1);
    row!.decisions[0]!.chosen = 3;
    const sizes = new BatchSizes(freshPolicy().shape);
    expect(() => packDecisions([row!], sizes)).toThrow('token 3 was chosen outside its support');
  });
});

describe('rows in compiled calls', () => {
  it('of like length are together, within the budget', () => {
    const rows = randomRows(60, 500);
    const sizes = new BatchSizes(freshPolicy().shape, 1024);
    const groups = groupByLength(rows, sizes);
    const lengths = groups.map((group) => group.map(({ tokens }) => tokens.length));
    expect(lengths.flat()).toEqual(rows.map(({ tokens }) => tokens.length).toSorted((a, b) => a - b));
    for (const group of lengths) {
      const positions = sizes.positions(Math.max(...group));
      expect(sizes.rows(group.length, positions) * positions).toBeLessThanOrEqual(1024);
    }
  });

  it('give the gradient of one row at a time', async () => {
    const policy = freshPolicy();
    const rows = randomRows(24, 300);
    const together = await gradientOf(policy, rows);
    const alone = await gradientOf(policy, rows, { microTokens: 1 });
    expectClose(policy, together.gradients, alone.gradients, 1e-6);
    for (const [name, value] of Object.entries(alone.statistics))
      expect(together.statistics).toHaveProperty(name, expect.closeTo(value, 3));
    policy.dispose();
  });
});

it('a row of many turns has the values of all of them', async () => {
  const policy = freshPolicy({ valueHeads: 3 });
  const rows = randomRows(4, 200);
  const values = (position: number, target: number) => ({
    position: [position + 1, position, position] as [number, number, number],
    target: [target, -target, 2 * target] as [number, number, number],
    weight: [1, position % 2, 1] as [number, number, number],
  });
  const turns = Array.from({ length: 20 }, (_, i) => values(1 + (i % 4), i / 10));
  const [first, ...others] = rows;
  const whole = [{ ...first!, turns: turns.length, values: turns }, ...others];
  const split = [...turns.map((turn) => ({ tokens: first!.tokens, decisions: [], values: [turn] })), ...rows];
  const actual = await gradientOf(policy, whole);
  const expected = await gradientOf(policy, split);
  expectClose(policy, actual.gradients, expected.gradients, 1e-5);
  policy.dispose();
});
