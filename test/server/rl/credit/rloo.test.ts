import { expect, test } from 'vitest';
import { estimateRloo } from '../../../../server/rl/credit/rloo.ts';
import { firstOfEpisodes, groupOfEpisodes } from './batches.ts';

const batch = groupOfEpisodes([1, 0, 0, 1], [2, 6, 6, 2]);

test.each([
  { groupStatistic: 'episode', expected: [2 / 3, -2 / 3, -2 / 3, 2 / 3] },
  { groupStatistic: 'turn', expected: [0.8, -0.26667, -0.26667, 0.8] },
] as const)('leaves out one $groupStatistic (spec/credit-methods.md 3.5)', ({ groupStatistic, expected }) => {
  const { advantage } = estimateRloo(batch, { groupStatistic });
  expect(firstOfEpisodes(batch, advantage.low!)).toEqual(expected.map((value) => expect.closeTo(value, 4)));
});

test('a lone episode keeps its score', () => {
  expect([...estimateRloo(groupOfEpisodes([3], [2])).advantage.low!]).toEqual([3, 3]);
});
