import { expect, it } from 'vitest';
import { returnsOf, segmentsOf } from '../../../../app/runs/_episodes/segments.ts';
import { makeTurn } from '../../../recorded-episode.ts';

it('a segment goes from a choice of a sub-goal to the next', () => {
  const turns = ['get mug shelf', 'get mug shelf', 'put mug desk', 'put mug desk'].map((subgoal, place) =>
    makeTurn({ subgoal, switched: place % 2 === 0 }),
  );
  expect(segmentsOf(turns)).toEqual([
    { first: 0, last: 1, subgoal: 'get mug shelf' },
    { first: 2, last: 3, subgoal: 'put mug desk' },
  ]);
});

it('the first turn begins a segment whatever it says; turns without sub-goals have none', () => {
  expect(segmentsOf([makeTurn({ switched: false })])).toHaveLength(1);
  expect(segmentsOf([makeTurn({ subgoal: null })])).toEqual([]);
  expect(segmentsOf([])).toEqual([]);
});

it('a return is the discounted sum of what comes', () => {
  const turns = [0, 1, 2].map((reward) => makeTurn({ reward }));
  expect(returnsOf(turns, 0.5)).toEqual([1, 2, 2]);
});
