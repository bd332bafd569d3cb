import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { estimateTurnGae } from '../../../../server/rl/credit/turn-gae.ts';
import { anyRows, anyShare, distance, returnsOf, toBatch, workedExample } from './batches.ts';

const raw = { normalizeAdvantages: false };
const threeTurns = workedExample()
  .slice(0, 3)
  .map((row, t) => ({ ...row, reward: t === 2 ? 1 : 0, low: [0.5, 0.6, 0.8][t]!, done: t === 2 }));

describe('worked vectors of spec/credit-methods.md 3.5', () => {
  test.each([
    { gamma: 1, expected: [0.4705, 0.39, 0.2] },
    { gamma: 0.95, expected: [0.3773, 0.3405, 0.2] },
  ])('gamma $gamma, lambda .95', ({ gamma, expected }) => {
    const { advantage, target } = estimateTurnGae(toBatch(threeTurns), { gamma, lamFlat: 0.95, ...raw });
    expected.forEach((value, t) => {
      expect(advantage.low![t]).toBeCloseTo(value, 4);
      expect(target.low![t]).toBeCloseTo(value + threeTurns[t]!.low, 4);
    });
  });
});

test('lambda 1 is return minus value, lambda 0 the one-step error', () => {
  fc.assert(
    fc.property(anyRows, anyShare, (rows, gamma) => {
      const full = estimateTurnGae(toBatch(rows), { gamma, lamFlat: 1, ...raw });
      expect(distance(full.target.low, returnsOf(rows, gamma))).toBeLessThan(1e-9);
      const step = estimateTurnGae(toBatch(rows), { gamma, lamFlat: 0, ...raw });
      const next = (i: number) =>
        rows.find((row) => row.episode === rows[i]!.episode && row.turn === rows[i]!.turn + 1);
      const errors = rows.map((row, i) => row.reward + gamma * (next(i)?.low ?? 0) - row.low);
      expect(distance(step.advantage.low, Float64Array.from(errors))).toBeLessThan(1e-9);
    }),
  );
});

test('all levels share one advantage, whitened with Bessel’s correction; only the low head has a target', () => {
  const credit = estimateTurnGae(toBatch(threeTurns), { lamFlat: 0.95 });
  expect(credit.advantage.high).toBe(credit.advantage.low);
  expect(credit.advantage.switch).toBe(credit.advantage.low);
  expect([credit.target.high, credit.target.switch, credit.targetDefined.high]).toEqual([null, null, null]);
  const sum = credit.advantage.low!.reduce((total, x) => total + x, 0);
  const squares = credit.advantage.low!.reduce((total, x) => total + x * x, 0);
  expect(sum).toBeCloseTo(0, 9);
  expect(squares / 2).toBeCloseTo(1, 5);
});

test('copies share the result of the original; only compat counts them in the whitening', () => {
  const rows = [...threeTurns, threeTurns[2]!];
  const plain = estimateTurnGae(toBatch(threeTurns));
  const copied = estimateTurnGae(toBatch(rows));
  expect([...copied.advantage.low!]).toEqual([...plain.advantage.low!, plain.advantage.low![2]]);
  const compat = estimateTurnGae(toBatch(rows), { compat: true });
  expect(distance(compat.rawAdvantage.low, copied.rawAdvantage.low)).toBe(0);
  expect(distance(compat.advantage.low, copied.advantage.low)).toBeGreaterThan(0.01);
});

test('penalties are part of the reward', () => {
  const rows = threeTurns.map((row, t) => ({ ...row, valid: t !== 1 }));
  const credit = estimateTurnGae(toBatch(rows), { invalidActionPenalty: 0.1, keepPenalty: -0.01, ...raw });
  expect([...credit.shapedReward]).toEqual([0, -0.11, 1]);
});

test('values are required', () => {
  expect(() => estimateTurnGae({ ...toBatch(threeTurns), values: {} })).toThrow(/batch.values.low/);
});
