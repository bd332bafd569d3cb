import { describe, expect, it } from 'vitest';
import { assignRunStyles } from '../../../app/_charts/run-colors.ts';
import { groupingChoices, groupRuns, groupsOf } from '../../../app/compare/run-groups.ts';
import { PUBLISHED_TRACES, presetConfig } from '../../../server/contract/presets.ts';
import type { FieldName, RunConfigInput } from '../../../server/contract/run-config.ts';
import { methodKey } from '../../../server/contract/run-config.ts';

const run = (id: string, ordinal: number, config: RunConfigInput) => ({
  id,
  ordinal,
  name: `run ${id}`,
  config: presetConfig('tiny', config),
});

const foreign = (id: string, ordinal: number, params: Record<string, string>) => ({
  ...{ id, ordinal, name: `verl, seed ${ordinal}`, config: null },
  foreign: { source: 'train.py', experiment: 'alf', params },
});

const group = (runs: Parameters<typeof groupRuns>[0], by: FieldName[] = []) =>
  groupRuns(runs, assignRunStyles(runs), by);

describe('groupRuns', () => {
  it('puts runs together that differ in seed and name only, under the style of the oldest', () => {
    const runs = [
      run('a', 4, { seed: 1, kappa: 0, name: 'one' }),
      run('b', 2, { seed: 1, kappa: 1 }),
      run('c', 3, { seed: 2, kappa: 0, name: 'two' }),
      run('d', 1, { seed: 1, estimator: 'token-gae' }),
    ];
    const styles = assignRunStyles(runs);
    const keys = runs.map(({ config }) => methodKey(config));
    expect(group(runs)).toEqual([
      {
        id: 'group a',
        label: 'HiPER, own values, kappa 0',
        runIds: ['a', 'c'],
        trainings: [`${keys[0]} 1`, `${keys[2]} 2`],
        unit: 'seed',
        style: styles.get('c'),
      },
      {
        ...{ id: 'group b', label: 'HiPER, own values, kappa 1', runIds: ['b'], unit: 'seed' },
        ...{ trainings: [`${keys[1]} 1`], style: styles.get('b') },
      },
      {
        ...{ id: 'group d', label: 'Flat PPO, as published', runIds: ['d'], unit: 'seed' },
        ...{ trainings: [`${keys[3]} 1`], style: styles.get('d') },
      },
    ]);
  });

  it('says what `as published` and `as tuned here` do not say', () => {
    const groups = group([
      run('a', 1, {}),
      run('b', 2, { ...PUBLISHED_TRACES }),
      run('c', 3, { ...PUBLISHED_TRACES, gamma: 1, iterations: 9 }),
    ]);
    expect(groups.map(({ label }) => label)).toEqual([
      'HiPER, as tuned here, iterations 6, gamma 0.97',
      'HiPER, as published, iterations 6, gamma 0.97',
      'HiPER, as published, iterations 9, gamma 1',
    ]);
  });

  it('groups by any field, counts trainings as runs where methods are mixed, and drops fields without effect', () => {
    const runs = [
      run('a', 1, { seed: 1, kappa: 0 }),
      run('b', 2, { seed: 1, kappa: 1 }),
      run('c', 3, { seed: 1, kappa: 1 }),
      run('d', 4, { seed: 2, kappa: 1, estimator: 'token-gae' }),
      run('e', 5, { seed: 3, kappa: 0, estimator: 'token-gae' }),
    ];
    const byEstimator = group(runs, ['estimator']);
    expect(byEstimator.map(({ runIds, unit }) => [runIds, unit])).toEqual([
      [['a', 'b', 'c'], 'run'],
      [['d', 'e'], 'seed'],
    ]);
    // The same method on the same seed is one training, run twice.
    expect(new Set(byEstimator[0]!.trainings).size).toBe(2);
    expect(group(runs, ['kappa']).map(({ label, runIds }) => [label, runIds.join('')])).toEqual([
      ['kappa 0', 'a'],
      ['kappa 1', 'bc'],
      ['kappa without effect', 'de'],
    ]);
    expect(group(runs, ['estimator', 'kappa']).map(({ label }) => label)).toEqual([
      'HiPER, kappa 0',
      'HiPER, kappa 1',
      'Flat PPO, kappa without effect',
    ]);
    const styles = assignRunStyles(runs);
    expect(groupsOf(runs, styles, ['kappa'])).toEqual(group(runs, ['kappa']));
    expect(groupsOf(runs.slice(0, 2), styles, [])).toBeNull();
    expect(groupsOf(runs, styles, ['run'])).toBeNull();
    expect(groupingChoices(runs.map(({ config }) => config))).toEqual(['estimator', 'kappa']);
  });

  it('puts runs of other trainers together by their params, whatever the fields, and those without alone', () => {
    const runs = [
      foreign('a', 1, { lr: '1e-6', seed: '1' }),
      run('b', 2, { kappa: 1 }),
      foreign('c', 3, { seed: '2', lr: '1e-6' }),
      foreign('d', 4, { lr: '1e-5' }),
      foreign('e', 5, { lr: '1e-5' }),
      foreign('f', 6, {}),
      foreign('g', 7, {}),
    ];
    for (const by of [[], ['kappa']] as FieldName[][])
      expect(group(runs, by).map(({ runIds, unit }) => [runIds.join(''), unit])).toEqual([
        ['ac', 'seed'],
        ['b', 'seed'],
        ['de', 'run'],
        ['f', 'run'],
        ['g', 'run'],
      ]);
    const [first, , third, alone] = group(runs);
    expect([first!.label, alone!.label]).toEqual(['verl', 'verl, seed 6']);
    // Without a seed every run counts for itself.
    expect(new Set(third!.trainings).size).toBe(2);
  });
});
