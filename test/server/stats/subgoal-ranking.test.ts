import { expect, it } from 'vitest';
import { columnsOf, noSums, type SubgoalSums } from '../../../server/contract/subgoal-sums.ts';
import type { TallyEvent } from '../../../server/contract/tally.ts';
import { SubgoalRanking } from '../../../server/stats/subgoal-ranking.ts';
import { wilsonInterval } from '../../../server/stats/wilson.ts';

const sums = (text: string, changes: Partial<SubgoalSums>): SubgoalSums => ({ ...noSums(text), ...changes });

function tally(iteration: number, rows: SubgoalSums[]): TallyEvent {
  const segments = rows.reduce((sum, row) => sum + row.segments, 0);
  return {
    ...{ kind: 'tally', from: iteration, iteration, episodes: 100, won: 50, advantages: {} },
    ...{ segmentLengths: [segments], subgoals: columnsOf(rows), otherSegments: 0 },
  };
}

const common = { segments: 60, turns: 120, episodes: 50, won: 25, expected: 25 };
const ranking = new SubgoalRanking(3, 1);
ranking.add(
  tally(1, [
    sums('go', { ...common, reward: 250, rewardSquares: 2500 }),
    sums('lucky', { segments: 1, turns: 9, episodes: 1, won: 1, expected: 0.5 }),
    sums('Heat it', { segments: 39, turns: 39, episodes: 30, won: 28, expected: 15 }),
  ]),
);
ranking.add(tally(3, [sums('go', { ...common, credited: 2, advantage: 4, advantageSquares: 10 })]));

const list = (changes = {}) => ranking.list({ order: 'frequent', limit: 20, ...changes });
const texts = (changes = {}) => list(changes).rows.map(({ text }) => text);

it('adds up over iterations', () => {
  const { rows, ...rest } = list();
  expect(rest).toEqual({ segments: 160, episodes: 200, otherSegments: 0, distinct: 3, matching: 3 });
  expect(rows[0]).toEqual({
    ...{ text: 'go', segments: 120, share: 0.75, meanLength: 2, episodes: 100, won: 50 },
    ...{ rate: 0.5, interval: wilsonInterval(50, 100), expected: 0.5 },
    reward: { n: 100, mean: 2.5, error: Math.sqrt((2500 - 100 * 6.25) / 99 / 100) },
    advantage: { n: 2, mean: 2, error: 1 },
    overTime: [0.6, null, 1],
  });
});

it('ranks by what is sure, not by luck', () => {
  expect(texts()).toEqual(['go', 'Heat it', 'lucky']);
  expect(texts({ order: 'pays' })).toEqual(['Heat it', 'go', 'lucky']);
  expect(texts({ order: 'costs' })).toEqual(['go', 'Heat it', 'lucky'].sort(byCost));
});

/** The upper end of the interval against what is expected, the worst first. */
function byCost(a: string, b: string): number {
  const cost: Record<string, number> = {
    go: wilsonInterval(50, 100)[1] - 0.5,
    lucky: 1 - 0.5,
    'Heat it': wilsonInterval(28, 30)[1] - 0.5,
  };
  return cost[a]! - cost[b]!;
}

it('finds words without regard to capitals, and says how many fit', () => {
  expect(texts({ text: 'heat' })).toEqual(['Heat it']);
  expect(list({ text: 'heat' })).toMatchObject({ matching: 1, distinct: 3 });
  expect(list({ limit: 1 })).toMatchObject({ matching: 3, rows: [{ text: 'go' }] });
  expect(list({ text: 'cool' }).rows).toEqual([]);
});
