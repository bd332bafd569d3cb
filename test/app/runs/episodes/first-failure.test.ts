import { expect, it } from 'vitest';
import { firstFailure as find } from '../../../../app/runs/_episodes/first-failure.ts';
import type { EpisodeBody, EpisodeTurn, TurnCredit } from '../../../../server/contract/episode.ts';
import { makeBody, makeTurn } from '../../../recorded-episode.ts';

const firstFailure = (body: EpisodeBody) => find(body, false);
const episode = (...turns: Partial<EpisodeTurn>[]) => makeBody({ turns: turns.map(makeTurn) });
const credit = (low: number | null, value: number | null = null): TurnCredit => ({
  values: value === null ? {} : { low: value },
  advantage: {},
  rawAdvantage: low === null ? {} : { low },
  boundary: false,
  shapedReward: 0,
});

it('is the first invalid action, unless something went wrong before', () => {
  expect(firstFailure(episode({ observation: 'a' }, { observation: 'b', admitted: false }))).toEqual({
    place: 1,
    reason: 'the first action that is not admissible',
  });
  const after = episode({ observation: 'a' }, { observation: 'a' }, { observation: 'b', malformed: true });
  expect(firstFailure(after)).toEqual({ place: 0, reason: 'the first action that changes nothing' });
});

it('is the turn that leads back to what was seen before', () => {
  const loop = episode(
    { observation: 'a' },
    { observation: 'b' },
    { observation: 'c' },
    { observation: 'b' },
  );
  expect(firstFailure(loop)).toEqual({
    place: 2,
    reason: 'the first that leads back: turn 2 had seen the same',
  });
});

it('takes no state for another in which something else can be done', () => {
  const body = makeBody({
    commands: ['go', 'take mug'],
    turns: [makeTurn({ admissible: [0, 1] }), makeTurn({ admissible: [0] })],
  });
  expect(firstFailure(body)).toBeNull();
});

it('is where the credit says so when nothing can be seen', () => {
  const turn = (observation: string, low: number | null, value: number | null = null) => ({
    observation,
    credit: credit(low, value),
  });
  expect(firstFailure(episode(turn('a', 0.5), turn('b', -0.25), turn('c', -1), turn('d', 0)))).toEqual({
    place: 2,
    reason: 'nothing is invalid or repeated; the lowest advantage of an action, −1.00',
  });
  expect(firstFailure(episode(turn('a', null, 0.9), turn('b', null, 0.2), turn('c', null, 0.1)))).toEqual({
    place: 0,
    reason: 'nothing is invalid or repeated; the deepest fall of V_low, −0.70',
  });
  expect(firstFailure(episode(turn('a', 1), turn('b', 0)))).toBeNull();
  expect(find(episode(turn('a', -1), turn('b', 1)), true)).toBeNull();
});
