import { describe, expect, test } from 'vitest';
import { groupMoments } from '../../../../server/rl/credit/groups.ts';
import { estimateGrpo, rewardBestOfGroup } from '../../../../server/rl/credit/grpo.ts';
import { firstOfEpisodes, groupOfEpisodes, toBatch, workedExample } from './batches.ts';

const close = (values: number[]) => values.map((value) => expect.closeTo(value, 4));

describe('worked vectors of spec/credit-methods.md 3.5', () => {
  const batch = groupOfEpisodes([1, 0, 0, 1], [2, 6, 6, 2]);

  test('statistics over episodes', () => {
    const { advantage } = estimateGrpo(batch);
    expect(firstOfEpisodes(batch, advantage.low!)).toEqual(close([0.866, -0.866, -0.866, 0.866]));
    expect(advantage.high).toBe(advantage.low);
  });

  test('statistics over turns weigh long episodes more', () => {
    const { advantage } = estimateGrpo(batch, { groupStatistic: 'turn' });
    expect(firstOfEpisodes(batch, advantage.low!)).toEqual(close([1.677, -0.559, -0.559, 1.677]));
  });

  test('without division (Dr. GRPO)', () => {
    const { advantage } = estimateGrpo(batch, { divideByDeviation: false });
    expect(firstOfEpisodes(batch, advantage.low!)).toEqual(close([0.5, -0.5, -0.5, 0.5]));
  });
});

test('a group in which all fare alike learns nothing; a lone episode keeps its score', () => {
  const equal = groupOfEpisodes([0.1, 0.1, 0.1], [3, 1, 2]);
  for (const a of estimateGrpo(equal).advantage.low!) expect(Math.abs(a)).toBeLessThan(1e-6);
  const alone = groupOfEpisodes([3], [2]);
  expect([...estimateGrpo(alone, { divideByDeviation: false }).advantage.low!]).toEqual([3, 3]);
});

test('the turn’s own penalties lower its score only', () => {
  const batch = groupOfEpisodes([1, 0], [2, 1]);
  batch.valid[0] = 0;
  const { advantage } = estimateGrpo(batch, { invalidActionPenalty: 0.1, divideByDeviation: false });
  expect([...advantage.low!]).toEqual(close([0.45, 0.55, -0.45]));
});

test('where all returns are equal, a turn’s penalty is divided by nothing small', () => {
  const batch = groupOfEpisodes([1, 1], [3, 2]);
  batch.valid[1] = 0;
  const { advantage } = estimateGrpo(batch, { invalidActionPenalty: 0.1 });
  expect([...advantage.low!]).toEqual(close([0, -0.1, 0, 0, 0]));
});

test('copies count in no statistic', () => {
  const rows = workedExample();
  const batch = toBatch([...rows, rows[0]!, rows[0]!]);
  const group = new Int32Array(7);
  const { advantage } = estimateGrpo({ ...batch, group }, { groupStatistic: 'turn' });
  for (const a of advantage.low!) expect(Math.abs(a)).toBeLessThan(1e-6);
});

test('groups are required', () => {
  expect(() => estimateGrpo(toBatch(workedExample()))).toThrow(/batch.group/);
});

test('pass@k: only the best row is rewarded, by its lead over the second', () => {
  const score = Float64Array.of(1, 4, 2, 7, 7, 5);
  const group = Int32Array.of(0, 0, 0, 1, 1, 2);
  const moments = groupMoments(score, group, group, 'turn', new Uint8Array(6).fill(1));
  expect([...rewardBestOfGroup(score, moments, false)]).toEqual([0, 2, 0, 0, 0, 0]);
});
