import { expect, it } from 'vitest';
import { histogramOf } from '../../../../../server/contract/histogram.ts';
import { rowsOf } from '../../../../../server/contract/subgoal-sums.ts';
import { LONGEST_SEGMENT, SUBGOALS_A_TALLY, tallySchema } from '../../../../../server/contract/tally.ts';
import type { CreditedBatch } from '../../../../../server/rl/train/credit/credit.ts';
import type { Episode, PlayedTurn } from '../../../../../server/rl/train/play/episodes.ts';
import { Tally } from '../../../../../server/rl/train/record/tally.ts';

/** An episode by its turns' sub-goals; `=` keeps the one before. */
function episode(taskType: string, won: boolean, ...said: (string | null)[]): Episode {
  let subgoal: string | null = null;
  const turns = said.map((word) => {
    const switched = word !== '=';
    if (switched) subgoal = word;
    return { response: { subgoal, switched } } as PlayedTurn;
  });
  const reward = won ? 10 : 0;
  return { gameId: taskType, taskType, won, length: turns.length, reward, ending: '', turns };
}

/** Advantages of the turns, in order; a level's null is not defined. */
function credited(high: (number | null)[], low: number[]): CreditedBatch {
  const flags = Uint8Array.from(high, (value) => (value === null ? 0 : 1));
  return {
    levels: { high: {}, low: {} },
    credit: {
      rawAdvantage: {
        switch: null,
        high: Float64Array.from(high, (value) => value ?? 0),
        low: Float64Array.from(low),
      },
      defined: { switch: null, high: flags, low: new Uint8Array(low.length).fill(1) },
      boundary: flags,
    },
  } as unknown as CreditedBatch;
}

const EPISODES = [
  episode('heat', true, 'find', '=', 'heat', 'find'),
  episode('heat', false, 'find', '='),
  episode('look', true, 'look'),
];
const CREDITED = credited([1, null, 2, 3, -1, null, 0], [0, 0.5, 0, 1, 1, 1, 1]);

it('says of every sub-goal what the episodes and segments that have it brought', () => {
  const tally = new Tally(10);
  tally.add(3, EPISODES, CREDITED);
  const event = tally.take(3, false)!;
  expect(event).toMatchObject({ from: 3, iteration: 3, episodes: 3, won: 2, otherSegments: 0 });
  expect(event.segmentLengths).toEqual([3, 2]);
  expect(rowsOf(event.subgoals)).toEqual([
    {
      text: 'find',
      ...{ segments: 3, turns: 5, episodes: 2, won: 1, expected: 1, reward: 10, rewardSquares: 100 },
      ...{ credited: 3, advantage: 3, advantageSquares: 11 },
    },
    {
      text: 'heat',
      ...{ segments: 1, turns: 1, episodes: 1, won: 1, expected: 0.5, reward: 10, rewardSquares: 100 },
      ...{ credited: 1, advantage: 2, advantageSquares: 4 },
    },
    {
      text: 'look',
      ...{ segments: 1, turns: 1, episodes: 1, won: 1, expected: 1, reward: 10, rewardSquares: 100 },
      ...{ credited: 1, advantage: 0, advantageSquares: 0 },
    },
  ]);
});

it('counts the advantages of each level where they are defined', () => {
  const tally = new Tally(10);
  tally.add(1, EPISODES, CREDITED);
  const { advantages } = tally.take(1, false)!;
  expect(advantages).toEqual({
    high: histogramOf([1, 2, 3, -1, 0]),
    low: histogramOf([0, 0.5, 0, 1, 1, 1, 1]),
  });
});

it('has none of the sub-goals of turns without', () => {
  const tally = new Tally(10);
  tally.add(1, [episode('heat', true, null, null)], credited([null, null], [1, 2]));
  expect(tally.take(1, false)).toMatchObject({ segmentLengths: [], subgoals: { text: [] }, episodes: 1 });
});

it('tells of several iterations at once in a long run, and at once where it is saved', () => {
  const tally = new Tally(1500);
  const add = (iteration: number) => tally.add(iteration, EPISODES, CREDITED);
  add(1);
  expect(tally.take(1, false)).toBeNull();
  add(2);
  expect(tally.take(2, true)).toMatchObject({ from: 1, iteration: 2, episodes: 6 });
  add(3);
  expect(tally.take(3, false)).toMatchObject({ from: 3, iteration: 3, episodes: 3 });
  expect(tally.take(3, true)).toBeNull();
});

it('stays small, whatever is said', () => {
  const many = Array.from({ length: 400 }, (_, index) => `sub-goal ${index} ${'x'.repeat(500)}`);
  const long = episode('heat', false, 'frequent', ...new Array<string>(99).fill('='), 'frequent', ...many);
  const tally = new Tally(10);
  tally.add(
    1,
    [long],
    credited(
      long.turns.map(() => 1),
      long.turns.map(() => 1),
    ),
  );
  const event = tallySchema.parse(tally.take(1, false));
  expect(event.subgoals.text).toHaveLength(SUBGOALS_A_TALLY);
  expect(event.subgoals.text[0]).toBe('frequent');
  expect(event.otherSegments).toBe(400 - (SUBGOALS_A_TALLY - 1));
  expect(event.segmentLengths).toHaveLength(LONGEST_SEGMENT);
  expect(event.segmentLengths.at(-1)).toBe(1);
  expect(JSON.stringify(event).length).toBeLessThan(80_000);
});
