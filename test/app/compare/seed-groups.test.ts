import { describe, expect, it } from 'vitest';
import { groupSeeds } from '../../../app/compare/seed-groups.ts';
import { PUBLISHED_TRACES, presetConfig } from '../../../server/contract/presets.ts';
import type { RunConfigInput } from '../../../server/contract/run-config.ts';

const run = (id: string, ordinal: number, config: RunConfigInput) => ({
  id,
  ordinal,
  config: presetConfig('tiny', config),
});

describe('groupSeeds', () => {
  it('puts runs together that differ in seed and name only, under the style of the oldest', () => {
    const groups = groupSeeds([
      run('a', 4, { seed: 1, kappa: 0, name: 'one' }),
      run('b', 2, { seed: 1, kappa: 1 }),
      run('c', 3, { seed: 2, kappa: 0, name: 'two' }),
      run('d', 1, { seed: 1, estimator: 'token-gae' }),
    ]);
    expect(groups).toEqual([
      { id: 'a', label: 'HiPER, own values, kappa 0', runIds: ['a', 'c'], seeds: [1, 2], styleOf: 'c' },
      { id: 'b', label: 'HiPER, own values, kappa 1', runIds: ['b'], seeds: [1], styleOf: 'b' },
      { id: 'd', label: 'Flat PPO, as published', runIds: ['d'], seeds: [1], styleOf: 'd' },
    ]);
  });

  it('says what `as published` and `as tuned here` do not say', () => {
    const groups = groupSeeds([
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
