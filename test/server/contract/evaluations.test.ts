import { describe, expect, it } from 'vitest';
import { bestEvaluation, finalEvaluation, latestEvaluation } from '../../../server/contract/evaluations.ts';
import { makeEvaluation } from '../../evaluation.ts';

const at = (iteration: number, successes: number, changes = {}) =>
  makeEvaluation({ iteration, successes, ...changes });
const evaluations = [
  at(0, 20),
  at(0, 90, { split: 'valid_unseen' }),
  at(10, 80),
  at(20, 80),
  // The last evaluation plays to longer limits too: another protocol, whose rate is no best of the first one's.
  at(30, 60),
  at(30, 130, { stepLimit: 50 }),
];

describe('the headline evaluations of a run', () => {
  it('are of one protocol: valid_seen under the shortest step limit', () => {
    expect(bestEvaluation(evaluations)).toBe(evaluations[2]);
    expect(latestEvaluation(evaluations)).toBe(evaluations[4]);
    expect(finalEvaluation(evaluations, 30)).toBe(evaluations[4]);
    expect(finalEvaluation(evaluations, 40)).toBeNull();
    expect(bestEvaluation([])).toBeNull();
  });

  it('do not depend on the order in which evaluations came', () => {
    const reversed = evaluations.toReversed();
    expect(bestEvaluation(reversed)).toBe(bestEvaluation(evaluations));
    expect(latestEvaluation(reversed)).toBe(latestEvaluation(evaluations));
  });

  it('are of another split where valid_seen is not played', () => {
    const unseen = at(5, 7, { split: 'valid_unseen' });
    expect(bestEvaluation([unseen])).toBe(unseen);
  });
});
