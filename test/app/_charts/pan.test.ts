import { expect, it } from 'vitest';
import { moved } from '../../../app/_charts/pan.ts';

it('a part of an axis moves as far as there is anything to see', () => {
  expect(moved([40, 60], 10, [0, 100])).toEqual([50, 70]);
  expect(moved([40, 60], 90, [0, 100])).toEqual([80, 100]);
  expect(moved([40, 60], -90, [0, 100])).toEqual([0, 20]);
});

it('a part that reaches beyond the data stays where it is, or moves towards them', () => {
  expect(moved([-20, 120], 10, [0, 100])).toEqual([-20, 120]);
  expect(moved([90, 140], 10, [0, 100])).toEqual([90, 140]);
  expect(moved([90, 140], -10, [0, 100])).toEqual([80, 130]);
});
