import { expect, test } from 'vitest';
import { ESTIMATOR_FACTS, ESTIMATORS } from '../../../../server/contract/estimators.ts';
import { parseRunConfig } from '../../../../server/contract/run-config.ts';
import { estimators } from '../../../../server/rl/credit/registry.ts';
import { toBatch, workedExample } from './batches.ts';

/** A worked example with everything that any estimator asks for. */
function completeBatch() {
  const labels = new Int32Array(5);
  const marks = { group: labels, anchor: labels, strategy: labels };
  return { ...toBatch(workedExample()), ...marks, tokens: taughtTokens() };
}

/** One token a turn, with a teacher's word on it. */
function taughtTokens() {
  return {
    offsets: Int32Array.of(0, 1, 2, 3, 4, 5),
    divergence: new Float64Array(5),
    entropy: new Float64Array(5),
  };
}

test.each(ESTIMATORS)('%s takes a run config as options and returns finite columns', (name) => {
  const { levels, heads } = ESTIMATOR_FACTS[name];
  const batch = completeBatch();
  const credit = estimators[name](batch, parseRunConfig({ estimator: name }));
  for (const level of levels) {
    expect(credit.advantage[level]).toHaveLength(5);
    expect(credit.advantage[level]!.every(Number.isFinite)).toBe(true);
    expect(credit.defined[level]).toHaveLength(5);
  }
  for (const head of Object.keys(heads)) expect(credit.target[head as 'low']).toHaveLength(5);
  expect(credit.monteCarlo).toHaveLength(5);
});

test.each(ESTIMATORS)('%s needs no values where it names no heads, and says so where it does', (name) => {
  const batch = { ...completeBatch(), values: {} };
  const estimate = () => estimators[name](batch, parseRunConfig({ estimator: name }));
  if (Object.keys(ESTIMATOR_FACTS[name].heads).length > 0) expect(estimate).toThrow('batch.values.low');
  else expect(estimate).not.toThrow();
});

test.each(ESTIMATORS)('%s names the groups, anchors, strategies and teacher it needs', (name) => {
  const { groups, anchors, strategies, teacher } = ESTIMATOR_FACTS[name];
  const options = parseRunConfig({ estimator: name });
  const batch = toBatch(workedExample());
  if (groups) expect(() => estimators[name](batch, options)).toThrow('batch.group');
  batch.group = new Int32Array(5);
  if (anchors) expect(() => estimators[name](batch, options)).toThrow('batch.anchor');
  batch.anchor = new Int32Array(5);
  if (strategies) expect(() => estimators[name](batch, options)).toThrow('batch.strategy');
  batch.strategy = new Int32Array(5);
  if (teacher) expect(() => estimators[name](batch, options)).toThrow('batch.tokens.divergence');
  batch.tokens = taughtTokens();
  expect(() => estimators[name](batch, options)).not.toThrow();
});
