import { expect, it } from 'vitest';
import type { Episode, PlayedTurn } from '../../../../../server/rl/train/play/episodes.ts';
import { chooseEpisodes } from '../../../../../server/rl/train/record/choose-episodes.ts';

const episode = (taskType: string, reward: number, length: number, invalid = 0): Episode => ({
  gameId: taskType,
  taskType,
  won: reward > 0,
  length,
  reward,
  ending: '',
  turns: Array.from(
    { length },
    (_, turn) => ({ valid: turn >= invalid, response: { malformed: false } }) as PlayedTurn,
  ),
});

const EPISODES = [
  episode('heat', 0, 30),
  episode('clean', 1, 20),
  episode('heat', 1, 9),
  episode('look', 0, 30, 2),
  episode('heat', 0, 30, 1),
  episode('clean', 1, 12),
];

it('takes the best, the worst, one with invalid actions and one of a task type', () => {
  expect([...chooseEpisodes(EPISODES, 4, 1)]).toEqual([
    [2, ['best']],
    [4, ['worst']],
    [3, ['invalid action']],
    [1, ['task type']],
  ]);
});

it('begins with another task type every iteration', () => {
  const lastOf = (iteration: number) => [...chooseEpisodes(EPISODES, 4, iteration)].at(-1);
  expect(lastOf(2)).toEqual([0, ['task type']]);
  // There is one episode of look, and it is there already: the next type has its turn.
  expect(lastOf(3)).toEqual([1, ['task type']]);
});

it('takes a whole game besides where games are played several times, another game in turn', () => {
  const groupOf = (count: number, iteration: number, size: number) =>
    [...chooseEpisodes(EPISODES, count, iteration, size)]
      .flatMap(([index, reasons]) => (reasons.includes('whole group') ? index : []))
      .sort();
  expect([1, 2, 3, 4].map((iteration) => groupOf(2, iteration, 2))).toEqual([
    [2, 3],
    [4, 5],
    [0, 1],
    [2, 3],
  ]);
  // On average no more than as many again: of three with two an iteration in every other one, with one in every fourth.
  expect([1, 2, 3, 4].map((iteration) => groupOf(2, iteration, 3))).toEqual([[], [3, 4, 5], [], [0, 1, 2]]);
  expect([2, 4, 6, 8].map((iteration) => groupOf(1, iteration, 3))).toEqual([[], [3, 4, 5], [], [0, 1, 2]]);
  // Those that stand out are there all the same.
  expect(chooseEpisodes(EPISODES, 2, 4, 3)).toEqual(
    new Map([
      [2, ['best', 'whole group']],
      [4, ['worst']],
      [0, ['whole group']],
      [1, ['whole group']],
    ]),
  );
  expect(groupOf(0, 2, 2)).toEqual([]);
});

it('takes no more than asked for, an episode once', () => {
  expect([...chooseEpisodes(EPISODES, 1, 1)]).toEqual([[2, ['best']]]);
  expect([...chooseEpisodes([EPISODES[3]!], 4, 1)]).toEqual([[0, ['best', 'worst', 'invalid action']]]);
  expect(chooseEpisodes(EPISODES, 64, 1).size).toBe(6);
  expect(chooseEpisodes([], 4, 1).size).toBe(0);
});
