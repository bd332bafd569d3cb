import { expect, it } from 'vitest';
import { firstReach } from '../../../server/stats/sample-efficiency.ts';

const curve = [
  { x: 0, success: 0.4 },
  { x: 100, success: 0.6 },
  { x: 200, success: 0.5 },
  { x: 300, success: 0.9 },
];

it.each([
  [0.3, 0],
  [0.4, 0],
  [0.5, 50],
  [0.6, 100],
  [0.7, 250],
  [0.9, 300],
  [0.95, null],
])('reaches %d first at %j', (threshold, expected) => {
  const reached = firstReach(curve, threshold);
  if (expected === null) expect(reached).toBeNull();
  else expect(reached).toBeCloseTo(expected, 9);
});

it('is not reached by an empty curve', () => expect(firstReach([], 0)).toBeNull());
