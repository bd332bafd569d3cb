import fc from 'fast-check';
import { expect, test } from 'vitest';
import { farthestPoints, meanCosine } from '../../../../server/rl/credit/farthest-point.ts';

const vectors = [
  [1, 0],
  [0.96, 0.28],
  [0, 1],
  [-0.6, 0.8],
].map((values) => Float64Array.from(values));

test('worked vector of spec/credit-methods.md 3.5', () => {
  expect(farthestPoints(vectors, 3)).toEqual([0, 3, 2]);
});

test('keeps distinct indices, less alike than what it chose from on average', () => {
  const angle = fc.integer({ min: 0, max: 89 });
  fc.assert(
    fc.property(fc.array(angle, { minLength: 3, maxLength: 12 }), fc.nat(), (angles, seed) => {
      const all = angles.map((a) =>
        Float64Array.of(Math.cos((a * Math.PI) / 180), Math.sin((a * Math.PI) / 180)),
      );
      const chosen = farthestPoints(all, 2, seed % all.length);
      expect(new Set(chosen).size).toBe(2);
      expect(chosen[0]).toBe(seed % all.length);
      const start = all[chosen[0]!]!;
      const other = all[chosen[1]!]!;
      for (const vector of all)
        expect(meanCosine([start, other])).toBeLessThanOrEqual(meanCosine([start, vector]));
    }),
  );
});

test('of equal vectors it takes the first', () => {
  const equal = [vectors[0]!, vectors[0]!, vectors[0]!];
  expect(farthestPoints(equal, 2, 1)).toEqual([1, 0]);
  expect(meanCosine(equal)).toBe(1);
});

test('refuses to keep more than there are', () => {
  expect(() => farthestPoints(vectors, 5)).toThrow('cannot keep 5 of 4');
});
