import { describe, expect, it } from 'vitest';
import { assignRunStyles } from '../../../app/_charts/run-colors.ts';
import { groupSeeds } from '../../../app/compare/seed-groups.ts';
import { PUBLISHED_TRACES, presetConfig } from '../../../server/contract/presets.ts';
import type { RunConfigInput } from '../../../server/contract/run-config.ts';

const run = (id: string, ordinal: number, config: RunConfigInput) => ({
  id,
  ordinal,
  config: presetConfig('tiny', config),
});

const group = (runs: Parameters<typeof groupSeeds>[0]) => groupSeeds(runs, assignRunStyles(runs));

describe('groupSeeds', () => {
  it('puts runs together that differ in seed and name only, under the style of the oldest', () => {
    const runs = [
      run('a', 4, { seed: 1, kappa: 0, name: 'one' }),
      run('b', 2, { seed: 1, kappa: 1 }),
      run('c', 3, { seed: 2, kappa: 0, name: 'two' }),
      run('d', 1, { seed: 1, estimator: 'token-gae' }),
    ];
    const styles = assignRunStyles(runs);
    expect(group(runs)).toEqual([
      {
        id: 'a',
        label: 'HiPER, own values, kappa 0',
        runIds: ['a', 'c'],
        seeds: [1, 2],
        style: styles.get('c'),
      },
      { id: 'b', label: 'HiPER, own values, kappa 1', runIds: ['b'], seeds: [1], style: styles.get('b') },
      { id: 'd', label: 'Flat PPO, as published', runIds: ['d'], seeds: [1], style: styles.get('d') },
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
});
