import { describe, expect, it } from 'vitest';
import type { LineSeries } from '../../../app/_charts/line-series.ts';
import { groupSeeds, mergeSeeds } from '../../../app/compare/seed-groups.ts';
import { presetConfig } from '../../../server/contract/presets.ts';
import type { RunConfigInput } from '../../../server/contract/run-config.ts';

const run = (id: string, config: RunConfigInput) => ({ id, config: presetConfig('tiny', config) });

describe('groupSeeds', () => {
  it('puts runs together that differ in seed and name only', () => {
    const groups = groupSeeds([
      run('a', { seed: 1, kappa: 0, name: 'one' }),
      run('b', { seed: 1, kappa: 1 }),
      run('c', { seed: 2, kappa: 0, name: 'two' }),
      run('d', { seed: 1, estimator: 'token-gae' }),
    ]);
    expect(groups).toEqual([
      { id: 'a', label: 'hae, kappa 0', runIds: ['a', 'c'] },
      { id: 'b', label: 'hae, kappa 1', runIds: ['b'] },
      { id: 'd', label: 'token-gae', runIds: ['d'] },
    ]);
  });
});

describe('mergeSeeds', () => {
  const line = (id: string, y: (number | null)[], changes: Partial<LineSeries> = {}): LineSeries => ({
    id,
    label: id,
    x: y.map((_, i) => i),
    y,
    color: 'red',
    ...changes,
  });
  const groups = [
    { id: 'a', label: 'hae', runIds: ['a', 'c'] },
    { id: 'b', label: 'grpo', runIds: ['b'] },
  ];

  it('is the mean as far as all seeds have got, with their range; one seed has none', () => {
    const { series, bands } = mergeSeeds(
      [line('a', [0, 1, 4]), line('b', [7]), line('c', [2, null])],
      groups,
    );
    expect(series).toMatchObject([
      { id: 'a', label: 'hae', y: [1, null], note: 'mean of 2 seeds' },
      { id: 'b', label: 'grpo', y: [7], note: 'mean of 1 seed' },
    ]);
    expect(bands).toMatchObject([{ id: 'a', low: [0, null], high: [2, null] }]);
  });

  it('leaves hidden runs out, and hides a group without others', () => {
    const lines = [line('a', [0, 1], { hidden: true }), line('c', [2, 3]), line('b', [7], { hidden: true })];
    const { series, bands } = mergeSeeds(lines, groups);
    expect(series).toMatchObject([
      { id: 'a', y: [2, 3], hidden: false },
      { id: 'b', hidden: true },
    ]);
    expect(bands).toEqual([]);
  });
});
