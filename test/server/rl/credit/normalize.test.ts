import fc from 'fast-check';
import { expect, test } from 'vitest';
import {
  findNormalization,
  moments,
  normalizeLevel,
  whiten,
} from '../../../../server/rl/credit/normalize.ts';

test('moments: weights, population and sample variance', () => {
  expect(moments([1, 3, 100], [1, 1, 0])).toEqual({ mean: 2, variance: 1, weight: 2 });
  expect(moments([1, 3], null, true).variance).toBe(2);
  expect(moments([1, 4], [2, 1]).mean).toBe(2);
  expect(moments([], null)).toEqual({ mean: 0, variance: 0, weight: 0 });
});

test('a level: zero mean and unit population variance over the selected rows, 0 elsewhere', () => {
  expect([...normalizeLevel(Float64Array.of(1, 50, 3), Uint8Array.of(1, 0, 1))]).toEqual(
    [-1, 0, 1].map(approximately),
  );
});

test('a level with one selected row, or with equal ones, becomes 0', () => {
  fc.assert(
    fc.property(fc.double({ min: -9, max: 9, noNaN: true }), fc.integer({ min: 1, max: 20 }), (x, n) => {
      const level = normalizeLevel(new Float64Array(n).fill(x), new Uint8Array(n).fill(1));
      for (const value of level) expect(Math.abs(value)).toBeLessThan(1e-6);
    }),
  );
});

test('whitening: Bessel’s correction, statistics over the mask, every entry transformed', () => {
  const whitened = whiten([1, 3, 5], [1, 1, 0]);
  expect(whitened[0]).toBeCloseTo(-Math.SQRT1_2, 6);
  expect(whitened[2]).toBeCloseTo(3 * Math.SQRT1_2, 6);
  expect([...whiten([7, 8], [1, 0])]).toEqual([0, 0]);
});

test('a normalisation is found again in what it made, whichever it was', () => {
  const raw = Float64Array.of(3, -1, 0.5, 100);
  const selected = Uint8Array.of(1, 1, 1, 0);
  for (const normalized of [normalizeLevel(raw, selected), whiten(raw, selected), raw]) {
    const { mean, divisor } = findNormalization(raw, normalized, selected)!;
    for (const row of [0, 1, 2]) expect((raw[row]! - mean) / divisor).toBeCloseTo(normalized[row]!, 12);
  }
});

test('the normalisation of equal numbers is their mean; of none there is none', () => {
  const equal = Float64Array.of(2, 2);
  const both = Uint8Array.of(1, 1);
  expect(findNormalization(equal, normalizeLevel(equal, both), both)).toEqual({ mean: 2, divisor: 1 });
  expect(findNormalization(equal, equal, new Uint8Array(2))).toBeNull();
});

function approximately(x: number): unknown {
  return expect.closeTo(x, 6);
}
