import fc from 'fast-check';
import { expect, it } from 'vitest';
import {
  addHistograms,
  coarsen,
  countOf,
  histogramOf,
  middleBins,
} from '../../../server/contract/histogram.ts';

const numbers = fc.array(fc.double({ min: -1e6, max: 1e6, noNaN: true }), { minLength: 1, maxLength: 60 });

it('counts every number in the bin it is in', () => {
  const { exponent, first, counts, zeros } = histogramOf([-0.5, 0, 0, 0.25, 3, Number.NaN]);
  expect(counts.reduce((sum, count) => sum + count)).toBe(5);
  expect(zeros).toBe(2);
  expect(first).toBe(Math.floor(-0.5 / 2 ** exponent));
  expect(first + counts.length - 1).toBe(Math.floor(3 / 2 ** exponent));
});

it('has room for any spread in few bins', () => {
  fc.assert(
    fc.property(numbers, (values) => {
      expect(histogramOf(values).counts.length).toBeLessThanOrEqual(202);
    }),
  );
});

it('of two sets is that of both in the same bins', () => {
  fc.assert(
    fc.property(numbers, numbers, (a, b) => {
      const sum = addHistograms([histogramOf(a), histogramOf(b)]);
      const width = 2 ** sum.exponent;
      for (const value of [...a, ...b])
        expect(sum.counts[Math.floor(value / width) - sum.first]).toBeGreaterThan(0);
      expect(sum.counts.length).toBeLessThanOrEqual(202);
      expect(countOf(sum)).toBe(a.length + b.length);
      expect(addHistograms([sum, histogramOf([])])).toEqual(sum);
    }),
  );
});

it('keeps its numbers when it is made coarser, below zero too', () => {
  const fine = { exponent: 0, first: -3, counts: [1, 2, 3, 4, 5], zeros: 0, sum: 0, squares: 0 };
  // Bins -3 -2 -1 0 1 become -2 -1 -1 0 0.
  expect(coarsen(fine, 1)).toMatchObject({ exponent: 1, first: -2, counts: [1, 5, 9] });
  expect(coarsen(fine, 0)).toBe(fine);
});

it('finds the bins of the middle', () => {
  const histogram = { first: 10, counts: [1, 0, 50, 48, 1] };
  expect(middleBins({ ...histogramOf([]), ...histogram }, 0.9)).toEqual([12, 14]);
  expect(middleBins({ ...histogramOf([]), ...histogram }, 1)).toEqual([10, 15]);
});
