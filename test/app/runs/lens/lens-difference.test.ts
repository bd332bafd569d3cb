import { expect, it } from 'vitest';
import type { LensCredit } from '../../../../app/runs/_lens/lens-credit.ts';
import { comparedLevels, compareSides } from '../../../../app/runs/_lens/lens-difference.ts';
import type { TurnCredit } from '../../../../server/contract/episode.ts';

const turn = (boundary: boolean): { credit: TurnCredit } => ({
  credit: { values: {}, advantage: {}, rawAdvantage: {}, boundary, shapedReward: 0 },
});
const TURNS = [turn(true), turn(false), turn(true)];
const side = (high: (number | null)[], low: (number | null)[]): LensCredit => ({
  levels: { high: { raw: high, normalized: high }, low: { raw: low, normalized: low } },
  normalizedBy: 'nothing',
  episodes: 1,
  turns: 3,
  notes: [],
});

it('two sides differ turn by turn, level by level', () => {
  const [high, low] = compareSides(
    side([1, null, 2], [1, 2, 3]),
    side([0, 9, 2], [-1, 2, 5]),
    ['high', 'low'],
    TURNS,
    'raw',
  );
  // A flat estimator's advantage means nothing to a sub-goal that is not chosen.
  expect(high).toMatchObject({ b: [0, null, 2], difference: [-1, null, 0], sum: 1, turns: 2, opposed: 0 });
  expect(low).toMatchObject({ difference: [-2, 0, 2], sum: 4, turns: 3, opposed: 1 });
});

it('nothing is compared with a side that failed', () => {
  const [low] = compareSides(side([], [1, 2, 3]), null, ['low'], TURNS, 'raw');
  expect(low).toMatchObject({ a: [1, 2, 3], b: [null, null, null], sum: 0, turns: 0, opposed: 0 });
});

it('levels are those that one of the two tells apart', () => {
  expect(comparedLevels('hae', 'turn-gae')).toEqual(['switch', 'high', 'low']);
  expect(comparedLevels('turn-gae', 'grpo')).toEqual(['low']);
  expect(comparedLevels('strata', 'grpo')).toEqual(['high', 'low']);
});
