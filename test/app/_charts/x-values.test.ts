import { describe, expect, it } from 'vitest';
import { describeX, evaluationX, seriesX } from '../../../app/_charts/x-values.ts';
import { X_AXES } from '../../../app/compare/x-axis.ts';
import type { MetricSeries } from '../../../server/contract/views.ts';
import { makeEvaluation } from '../../evaluation.ts';

const series: MetricSeries = {
  ...{ runId: 'a', bin: 1, iterations: [1, 2, 10] },
  columns: { turns: [100, 200, 1000], wallSeconds: [5, 7, 15], episodes: [8, 16, 80] },
};
const at = (iteration: number, axis: (typeof X_AXES)[number]) =>
  evaluationX(makeEvaluation({ iteration, trainingTokens: 7 * iteration }), axis, series);

describe('places on an x axis', () => {
  it('of a curve are a column of its own; a run that lacks it is nowhere', () => {
    expect(seriesX(series, 'wall')).toEqual([5, 7, 15]);
    expect(seriesX(series, 'iteration')).toEqual([1, 2, 10]);
    expect(seriesX(series, 'tokens')).toEqual([null, null, null]);
  });

  it('of an evaluation are its own, or where the curve was after its iteration, between rows on a straight line', () => {
    expect(at(2, 'tokens')).toBe(14);
    expect(at(2, 'turns')).toBe(200);
    expect(at(6, 'turns')).toBe(600);
    expect(at(6, 'wall')).toBe(11);
    // Before training no step was taken; how long the warm start lasted nobody said.
    expect(at(0, 'turns')).toBe(0);
    expect(at(0, 'wall')).toBeNull();
    expect(at(11, 'turns')).toBeNull();
  });

  it('are said in words', () => {
    expect(X_AXES.map((axis) => describeX(axis, 90))).toEqual([
      'iteration 90',
      'episodes 90',
      'environment steps 90',
      'tokens 90',
      'training time 1 min 30 s',
      'wall time 1 min 30 s',
    ]);
    expect(describeX('threshold', 0.25)).toBe('τ = 25 %');
  });
});
