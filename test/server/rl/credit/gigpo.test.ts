import { expect, test } from 'vitest';
import { clusterObservations, estimateGigpo, groupSteps } from '../../../../server/rl/credit/gigpo.ts';
import { estimateGrpo } from '../../../../server/rl/credit/grpo.ts';
import { distance, groupOfEpisodes } from './batches.ts';

const close = (values: number[]) => values.map((value) => expect.closeTo(value, 4));
const batch = { ...groupOfEpisodes([10, 0], [3, 3]), anchor: Int32Array.of(0, 1, 2, 0, 1, 1) };

test('worked vector of spec/credit-methods.md 3.5', () => {
  const { advantage } = estimateGigpo(batch, { gamma: 0.95 });
  expect([...advantage.low!]).toEqual(close([9.5125, 11.3333, 5, -9.5125, -8.1667, -8.1667]));
});

test('without shared observations, or with step weight 0, it is GRPO over turns', () => {
  const unique = { ...batch, anchor: Int32Array.of(0, 1, 2, 3, 4, 5) };
  const options = { divideByDeviation: true, groupStatistic: 'turn' } as const;
  const grpo = estimateGrpo(batch, options).advantage.low;
  expect(distance(estimateGigpo(unique, options).advantage.low, grpo)).toBe(0);
  expect(distance(estimateGigpo(batch, { ...options, stepWeight: 0 }).advantage.low, grpo)).toBe(0);
});

test('the invalid-action penalty touches the step return of its own turn only', () => {
  const valid = Uint8Array.of(1, 1, 0, 1, 1, 1);
  const options = { gamma: 1, invalidActionPenalty: 0.5 };
  const { advantage } = estimateGigpo({ ...batch, valid, anchor: new Int32Array(6) }, options);
  // Episode term: scores 10 10 9.5 0 0 0, mean 4.91667; step term: returns the same numbers.
  expect([...advantage.low!]).toEqual(close([10, 10, 9.5, 0, 0, 0].map((s) => 2 * (s - 29.5 / 6))));
});

test('step groups never reach across groups', () => {
  expect([...groupSteps(Int32Array.of(4, 4, 9, 4), Int32Array.of(1, 2, 1, 1))]).toEqual([0, 1, 2, 0]);
});

test('similar observations share an anchor with the first of their cluster', () => {
  const texts = ['you see a mug 1', 'you see a mug 2', 'nothing happens', 'you see a mug 3'];
  expect([...clusterObservations(new Int32Array(4), texts, 0.9)]).toEqual([0, 0, 1, 0]);
  expect([...clusterObservations(Int32Array.of(0, 1, 0, 0), texts, 0.9)]).toEqual([0, 1, 2, 0]);
});

test('anchors are required', () => {
  expect(() => estimateGigpo({ ...batch, anchor: undefined })).toThrow(/batch.anchor/);
});
