import fc from 'fast-check';
import { expect, test } from 'vitest';
import { matchRatio } from '../../../../server/rl/credit/similarity.ts';

// Values of Python 3's difflib.SequenceMatcher(None, a, b).ratio().
test.each([
  ['abcd', 'bcde', 0.75],
  ['you are in the kitchen', 'you are in the bathroom', 34 / 45],
  ['', 'abc', 0],
  // From 200 characters on, frequent ones start no block: the same letters in another order hardly match.
  ['ab'.repeat(120), `${'ab'.repeat(119)}cd`, 0.9916666666666667],
  [`cd${'ab'.repeat(119)}`, `${'ab'.repeat(119)}cd`, 0.008333333333333333],
])('%s | %s', (a, b, ratio) => {
  expect(matchRatio(a, b)).toBeCloseTo(ratio, 12);
});

test('between 0 and 1, and 1 for equal texts only', () => {
  fc.assert(
    fc.property(fc.string({ maxLength: 30 }), fc.string({ maxLength: 30 }), (a, b) => {
      const ratio = matchRatio(a, b);
      expect(ratio).toBeGreaterThanOrEqual(0);
      expect(ratio).toBeLessThanOrEqual(1);
      expect(ratio === 1).toBe(a === b);
    }),
  );
});
