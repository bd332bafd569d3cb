import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  type Aggregation,
  aggregate,
  klPenalty,
  policyLoss,
  softmaxEntropy,
  valueLoss,
} from '../../../../server/rl/credit/losses.ts';

const modes: Aggregation[] = [
  'token-mean',
  'seq-mean-token-sum',
  'seq-mean-token-mean',
  'seq-mean-token-sum-norm',
];
const tokens = { mask: Uint8Array.of(1, 1, 0, 1, 0, 0), width: 3 };
const vector = fc.array(fc.double({ min: -1.5, max: 1.5, noNaN: true }), { minLength: 6, maxLength: 6 });

test.each([
  ['token-mean', 7 / 3],
  ['seq-mean-token-sum', 7 / 2],
  ['seq-mean-token-mean', (1.5 + 4) / 2],
  ['seq-mean-token-sum-norm', 7 / 3],
] as const)('aggregation %s', (mode, expected) => {
  expect(aggregate([1, 2, 9, 4, 9, 9], tokens, mode)).toBeCloseTo(expected, 6);
});

test('a row without tokens counts as zero, not as not-a-number', () => {
  const none = { mask: new Uint8Array(6), width: 3 };
  for (const mode of modes) expect(aggregate([1, 2, 3, 4, 5, 6], none, mode)).toBe(0);
});

describe('policy loss', () => {
  const one = { mask: Uint8Array.of(1), width: 1 };
  const options = { clipLow: 0.2, clipHigh: 0.2, dualClip: 3, aggregation: 'token-mean' } as const;
  const at = (ratio: number, advantage: number) =>
    policyLoss({ logProb: [Math.log(ratio)], oldLogProb: [0], advantage: [advantage] }, one, options);

  test.each([
    { ratio: 1, advantage: 2, loss: -2, gradient: -2, clip: 0, lower: 0 },
    { ratio: 1.5, advantage: 2, loss: -2.4, gradient: 0, clip: 1, lower: 0 },
    { ratio: 0.5, advantage: 2, loss: -1, gradient: -1, clip: 0, lower: 0 },
    { ratio: 0.5, advantage: -2, loss: 1.6, gradient: 0, clip: 1, lower: 0 },
    { ratio: 2, advantage: -2, loss: 4, gradient: 4, clip: 0, lower: 0 },
    { ratio: 5, advantage: -2, loss: 6, gradient: 0, clip: 0, lower: 1 },
  ])('ratio $ratio, advantage $advantage', ({ ratio, advantage, loss, gradient, clip, lower }) => {
    const result = at(ratio, advantage);
    expect(result.loss).toBeCloseTo(loss, 6);
    expect(result.gradient[0]).toBeCloseTo(gradient, 6);
    expect(result.clipFraction).toBeCloseTo(clip, 6);
    expect(result.lowerClipFraction).toBeCloseTo(lower, 6);
    expect(result.approximateKl).toBeCloseTo(-Math.log(ratio), 6);
  });

  test('the gradient is the derivative', () => {
    fc.assert(
      fc.property(
        vector,
        vector,
        vector,
        fc.constantFrom(...modes),
        (logProb, oldLogProb, advantage, aggregation) => {
          const loss = (x: number[]) =>
            policyLoss({ logProb: x, oldLogProb, advantage }, tokens, { ...options, aggregation });
          expectGradient(loss(logProb).gradient, logProb, (x) => loss(x).loss);
        },
      ),
      { numRuns: 50 },
    );
  });
});

test('value loss: the gradient is the derivative, and none flows where the clip holds', () => {
  fc.assert(
    fc.property(vector, vector, vector, fc.constantFrom(...modes), (value, oldValue, target, aggregation) => {
      const loss = (x: number[]) => valueLoss({ value: x, oldValue, target }, tokens, 0.5, aggregation);
      expectGradient(loss(value).gradient, value, (x) => loss(x).loss);
    }),
    { numRuns: 50 },
  );
  const held = valueLoss(
    { value: [2], oldValue: [0], target: [3] },
    { mask: Uint8Array.of(1), width: 1 },
    0.5,
    'token-mean',
  );
  expect(held.loss).toBeCloseTo(6.25, 6);
  expect(held.gradient[0]).toBe(0);
  expect(held.clipFraction).toBeCloseTo(1, 6);
});

test.each(['k1', 'abs', 'k2', 'k3'] as const)(
  'KL estimate %s: zero where equal, gradient is the derivative',
  (kind) => {
    expect(klPenalty(kind, -1, -1).kl).toBeCloseTo(0, 9);
    for (const [logProb, reference] of [
      [-0.5, -1.2],
      [-2, -0.7],
    ] as const) {
      const slope =
        (klPenalty(kind, logProb + 1e-6, reference).kl - klPenalty(kind, logProb - 1e-6, reference).kl) /
        2e-6;
      expect(klPenalty(kind, logProb, reference).gradient).toBeCloseTo(slope, 5);
    }
  },
);

test('k3 is never negative and stops at 10', () => {
  fc.assert(
    fc.property(
      fc.double({ min: -20, max: 0, noNaN: true }),
      fc.double({ min: -20, max: 0, noNaN: true }),
      (a, b) => {
        const { kl } = klPenalty('k3', a, b);
        expect(kl).toBeGreaterThanOrEqual(-1e-12);
        expect(kl).toBeLessThanOrEqual(10);
      },
    ),
  );
  expect(klPenalty('k3', -9, -1)).toEqual({ kl: 10, gradient: 0 });
});

test('entropy: uniform is log n, masked logits do not count, the gradient is the derivative', () => {
  expect(softmaxEntropy([5, 5, 5, Number.NEGATIVE_INFINITY]).entropy).toBeCloseTo(Math.log(3), 9);
  const logits = [0.3, -1, 2, 0];
  expectGradient(softmaxEntropy(logits).gradient, logits, (x) => softmaxEntropy(x).entropy);
});

/** Central differences; entries at a kink of the loss (where both sides differ) are left out. */
function expectGradient(gradient: Float64Array, at: number[], loss: (x: number[]) => number): void {
  const step = 1e-5;
  at.forEach((_, i) => {
    const moved = (by: number) => loss(at.with(i, at[i]! + by));
    const [right, left] = [(moved(step) - loss(at)) / step, (loss(at) - moved(-step)) / step];
    if (Math.abs(right - left) < 1e-3) expect(gradient[i]).toBeCloseTo((right + left) / 2, 3);
  });
}
