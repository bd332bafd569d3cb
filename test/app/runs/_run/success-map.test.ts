import { expect, it } from 'vitest';
import { evaluatedSplits, successMap } from '../../../../app/runs/_run/success-map.ts';
import { makeEvaluation } from '../../../evaluation.ts';

const at = (iteration: number, successes: number) =>
  makeEvaluation({ iteration, byTaskType: { heat: { successes, episodes: 10 } } });

it('success by task type: a row a type, a column an evaluated iteration, in their order', () => {
  const evaluations = [
    at(10, 5),
    at(0, 1),
    makeEvaluation({ iteration: 10, stepLimit: 50, byTaskType: { heat: { successes: 9, episodes: 10 } } }),
    makeEvaluation({ iteration: 10, split: 'valid_unseen' }),
  ];
  expect(evaluatedSplits(evaluations)).toEqual(['valid_seen', 'valid_unseen']);
  const map = successMap(evaluations, 'valid_seen', ['heat', 'cool']);
  expect(map).toMatchObject({ stepLimit: 30, iterations: [0, 10], hidden: 0 });
  expect(map.rows.map(({ type, cells }) => [type, cells.map((cell) => cell?.successes ?? null)])).toEqual([
    ['all', [70, 70]],
    ['heat', [1, 5]],
    ['cool', [null, null]],
  ]);
});

it('of more evaluations than there is room for the first and the last stay, and how many do not', () => {
  const evaluations = Array.from({ length: 101 }, (_, iteration) => at(iteration, 1));
  const map = successMap(evaluations, 'valid_seen', ['heat'], 5);
  expect(map).toMatchObject({ iterations: [0, 25, 50, 75, 100], hidden: 96 });
  expect(successMap(evaluations.slice(0, 1), 'valid_seen', ['heat'], 5).iterations).toEqual([0]);
});
