import { expect, test } from 'vitest';
import { fitsFilter, parseFilter, unknownFields } from '../../../../app/runs/_list/run-filter.ts';
import type { RunSummary } from '../../../../server/contract/views.ts';
import { makeEvaluation } from '../../../evaluation.ts';
import { RUN_SUMMARY as run } from '../../run-summary.ts';

test.each([
  ['', true],
  ['hiper TINY', true],
  ['hiper quick', false],
  ['learningRate<1e-3', true],
  ['learningrate>=1e-3', false],
  ['lr<1e-3 algo:hae', true],
  ['best>0', false], // none yet
  ['seed:7 estimator:hae', true],
  ['seed=1', false],
  ['state:fin', true],
  ['success>0', false], // not known yet: fits no comparison
  ['iteration>3', true],
  ['tag:paper tag:wid', true],
  ['tag:best', false],
  ['is:starred', false],
  ['nosuchfield:1', false],
])('filter “%s” fits: %s', (text, fits) => {
  expect(fitsFilter(run, parseFilter(text))).toBe(fits);
});

test('a filter finds evaluations by their success', () => {
  const evaluation = makeEvaluation({ iteration: 4, successes: 12, episodes: 24 });
  const evaluated = { ...run, bestEvaluation: evaluation, finalEvaluations: [evaluation] };
  expect(fitsFilter(evaluated, parseFilter('best>=0.5 final:0.5'))).toBe(true);
  expect(fitsFilter(evaluated, parseFilter('final>0.5'))).toBe(false);
});

test('fields that no run has are told', () => {
  const foreign: RunSummary = {
    ...run,
    config: null,
    foreign: { source: '', experiment: null, params: { Beta: '1' } },
  };
  const terms = parseFilter('word kapa:1 kappa>0 beta=1 lr<1 best>0 ppo.epochs:3');
  expect(unknownFields([run, foreign], terms)).toEqual(['kapa', 'ppo.epochs']);
});

test.each([
  ['origin:mlflow', true],
  ['origin:native', false],
  // Another lab sent it as a bundle.
  ['origin:lab', true],
  ['experiment:alfworld lr<1e-5', true],
  ['seed:3', true],
  ['streamed', true],
])('filter “%s” fits a run of another trainer: %s', (text, fits) => {
  const foreign: RunSummary = {
    ...run,
    ...{ origin: 'mlflow', config: null, preset: null },
    foreign: { source: 'train.py', experiment: 'alfworld', params: { lr: '1e-6', seed: '3' } },
    importedFrom: { runId: 'bcdfgh', lab: 'https://lab.example.org', version: '0.1.0', exportedAt: 0 },
  };
  expect(fitsFilter(foreign, parseFilter(text))).toBe(fits);
});
