import { expect, test } from 'vitest';
import { ESTIMATORS, parseRunConfig } from '../../../../server/contract/run-config.ts';
import { estimators } from '../../../../server/rl/credit/registry.ts';
import { toBatch, workedExample } from './batches.ts';

test.each(ESTIMATORS)('%s takes a run config as options and returns finite columns', (name) => {
  const entry = estimators[name];
  expect(entry.name).toBe(name);
  const credit = entry.estimate(toBatch(workedExample()), parseRunConfig({ estimator: name }));
  for (const level of entry.levels) {
    expect(credit.advantage[level]).toHaveLength(5);
    expect(credit.advantage[level]!.every(Number.isFinite)).toBe(true);
    expect(credit.defined[level]).toHaveLength(5);
  }
  for (const head of Object.keys(entry.heads)) expect(credit.target[head as 'low']).toHaveLength(5);
  expect(credit.monteCarlo).toHaveLength(5);
});
