import { expect, test } from 'vitest';
import {
  estimateReinforce,
  estimateReinforceBaseline,
  tokenReturns,
} from '../../../../server/rl/credit/reinforce.ts';
import { groupOfEpisodes } from './batches.ts';

test('REINFORCE++: whitened episode returns', () => {
  const { advantage, rawAdvantage } = estimateReinforce(groupOfEpisodes([2, 0], [1, 1]));
  expect([...rawAdvantage.low!]).toEqual([2, 0]);
  expect([...advantage.low!]).toEqual([expect.closeTo(Math.SQRT1_2, 6), expect.closeTo(-Math.SQRT1_2, 6)]);
});

test('with baseline: less the mean of the group before whitening', () => {
  const batch = groupOfEpisodes([2, 0, 9], [1, 2, 1]);
  batch.group!.set([0, 0, 0, 1]);
  const { advantage, rawAdvantage } = estimateReinforceBaseline(batch);
  expect([...rawAdvantage.low!]).toEqual([1, -1, -1, 9]);
  expect(advantage.low!.reduce((sum, a) => sum + a, 0)).toBeCloseTo(0, 9);
});

test('token returns stay inside a response and skip padding', () => {
  const mask = Uint8Array.of(1, 1, 0, 1, 1, 1);
  expect([...tokenReturns([1, 2, 9, 0, 0, 4], mask, 3, 0.5)]).toEqual([2, 2, 0, 1, 2, 4]);
});
