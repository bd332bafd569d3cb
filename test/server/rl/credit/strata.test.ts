import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { CreditOptions, TurnBatch } from '../../../../server/rl/credit/batch.ts';
import { estimateStrata, topMean } from '../../../../server/rl/credit/strata.ts';
import { firstOfEpisodes, groupOfEpisodes } from './batches.ts';

const close = (values: number[]) => values.map((value) => expect.closeTo(value, 4));

/** One game: four episodes of two turns for each of four strategies. */
const OUTCOMES = [
  [1, 1, 0, 0],
  [1, 0, 0, 0],
  [0, 0, 0, 0],
  [1, 1, 1, 1],
];

function game(outcomes: readonly (readonly number[])[] = OUTCOMES): TurnBatch {
  const flat = outcomes.flat();
  const batch = groupOfEpisodes(
    flat,
    flat.map(() => 2),
  );
  const owner = outcomes.flatMap((of, strategy) => of.map(() => strategy));
  return { ...batch, strategy: batch.episode.map((episode) => owner[episode]!) };
}

/** The action advantage of the first turn of each episode, one list a strategy. */
function actions(batch: TurnBatch, options: CreditOptions = {}): number[][] {
  const all = firstOfEpisodes(batch, estimateStrata(batch, options).advantage.low!);
  return [0, 4, 8, 12].map((first) => all.slice(first, first + 4));
}

describe('worked vectors of spec/credit-methods.md 3.5', () => {
  test('the strategy reward is the mean of the best half', () => {
    expect(OUTCOMES.map((of) => topMean(of, 0.5))).toEqual([1, 0.5, 0, 1]);
  });

  test('strategies are compared within their game, on the first turn only', () => {
    const { advantage, defined } = estimateStrata(game());
    expect([0, 8, 16, 24].map((row) => advantage.high![row])).toEqual(
      close([0.7833, -0.2611, -1.3056, 0.7833]),
    );
    expect([...defined.high!]).toEqual(Array.from({ length: 32 }, (_, row) => (row % 2 === 0 ? 1 : 0)));
    expect(advantage.switch).toBeNull();
  });

  test('actions are compared within their strategy', () => {
    const [first, , third, fourth] = actions(game());
    expect(first).toEqual(close([0.866, 0.866, -0.866, -0.866]));
    expect(third).toEqual([0, 0, 0, 0]);
    expect(fourth).toEqual([0, 0, 0, 0]);
  });

  test('a flagged turn loses the penalty, in the numerator; where all fare alike it is not blown up', () => {
    const flagged = { ...game(), flagged: new Uint8Array(32).fill(1) };
    const [first, , third, fourth] = actions(flagged);
    expect(first).toEqual(close([0.6928, 0.6928, -1.0392, -1.0392]));
    expect(third).toEqual(close([-0.1, -0.1, -0.1, -0.1]));
    expect(fourth).toEqual(close([-0.1, -0.1, -0.1, -0.1]));
  });
});

test('the penalty may be taken from the advantage instead, and from flagged turns only', () => {
  const flagged = { ...game(), flagged: Uint8Array.from({ length: 32 }, (_, row) => (row < 2 ? 1 : 0)) };
  const [first] = actions(flagged, { judgePenaltyIn: 'advantage', judgePenalty: 0.2 });
  expect(first).toEqual(close([0.666, 0.866, -0.866, -0.866]));
});

test('statistics over turns see the penalties', () => {
  const flagged = { ...game(), flagged: new Uint8Array(32).fill(1) };
  // All turns are penalised alike, so the mean takes it away; eight turns of outcomes ±0.5 have the deviation 0.5345.
  const [first] = actions(flagged, { groupStatistic: 'turn' });
  expect(first).toEqual(close([0.9354, 0.9354, -0.9354, -0.9354]));
});

test('one strategy’s episodes leave the actions of another alone', () => {
  const outcome = fc.integer({ min: 0, max: 1 });
  const row = fc.array(outcome, { minLength: 4, maxLength: 4 });
  fc.assert(
    fc.property(row, row, row, (own, other, changed) => {
      const before = actions(game([own, other, own, own]))[0];
      expect(actions(game([own, changed, own, own]))[0]).toEqual(before);
      expect(before!.reduce((sum, a) => sum + a, 0)).toBeCloseTo(0, 6);
    }),
  );
});

test('a whole top fraction is the plain mean, a tiny one the best episode', () => {
  expect(topMean([1, 0, 0, 0], 1)).toBe(0.25);
  expect(topMean([0, 1, 0, 0], 0.01)).toBe(1);
  expect(topMean([1, 1, 1, 1, 1, 1, 1, 0, 0, 0], 0.7)).toBe(1);
});

test('copies of a row get its result and count once', () => {
  const batch = game();
  const twice = (column: Int32Array) => Int32Array.of(...column, column[0]!, column[0]!);
  const copied: TurnBatch = {
    ...batch,
    values: {},
    subgoal: undefined,
    episode: twice(batch.episode),
    turn: twice(batch.turn),
    group: twice(batch.group!),
    strategy: twice(batch.strategy!),
    reward: Float64Array.of(...batch.reward, batch.reward[0]!, batch.reward[0]!),
    done: Uint8Array.of(...batch.done, 0, 0),
    switched: Uint8Array.of(...batch.switched, 1, 1),
    valid: Uint8Array.of(...batch.valid, 1, 1),
  };
  const { advantage, defined } = estimateStrata(copied, { groupStatistic: 'turn' });
  const alone = estimateStrata(batch, { groupStatistic: 'turn' }).advantage;
  expect([...advantage.low!.subarray(0, 32)]).toEqual([...alone.low!]);
  expect(advantage.high![33]).toBe(alone.high![0]);
  expect(defined.high![33]).toBe(1);
});

test('groups and strategies are required', () => {
  const batch = game();
  expect(() => estimateStrata({ ...batch, group: undefined })).toThrow('batch.group');
  expect(() => estimateStrata({ ...batch, strategy: undefined })).toThrow('batch.strategy');
});
