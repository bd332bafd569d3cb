import { describe, expect, it } from 'vitest';
import { presetConfig } from '../../../server/contract/presets.ts';
import { combinations, expandSweep, MAX_RUNS_AT_ONCE } from '../../../server/contract/sweep.ts';

describe('a sweep', () => {
  it('is every combination of its values with every seed, seeds outermost', () => {
    const { preset, configs } = expandSweep({
      name: 'credit',
      preset: 'tiny',
      set: { iterations: 4 },
      vary: { estimator: ['hae', 'turn-gae'], gamma: [0.9, 1] },
      seeds: [1, 2],
    });
    expect(preset).toBe('tiny');
    expect(configs).toHaveLength(8);
    expect(configs[0]).toEqual(
      presetConfig('tiny', {
        iterations: 4,
        estimator: 'hae',
        gamma: 0.9,
        seed: 1,
        name: 'credit: hae, gamma 0.9, seed 1',
      }),
    );
    expect(configs.map(({ seed }) => seed)).toEqual([1, 1, 1, 1, 2, 2, 2, 2]);
    expect(configs[6]).toMatchObject({ estimator: 'turn-gae', gamma: 0.9, seed: 2 });
    expect(new Set(configs.map(({ name }) => name)).size).toBe(8);
  });

  it('is one quick run with nothing in it', () => {
    expect(expandSweep({})).toEqual({ preset: 'quick', configs: [presetConfig('quick')] });
  });

  it.each([
    [{ vary: { kapa: [1] } }, /vary/],
    [{ vary: { kappa: [] } }, /vary\.kappa/],
    [{ vary: { kappa: [0, 2] } }, /with kappa 2: kappa: .*<=1/],
    [{ vary: { seed: [1, 2] } }, /vary\.seed: give seeds by their own key/],
    [{ set: { gamma: 'x' } }, /gamma: /],
    [{ vary: { estimator: ['hae', 'grpo'] }, set: { groupSize: 1 } }, /with grpo: groupSize: /],
    [{ seeds: Array.from({ length: MAX_RUNS_AT_ONCE + 1 }, (_, i) => i) }, /201 runs; at most 200/],
    [{ preset: 'huge' }, /preset: /],
    [7, /sweep: /],
  ])('%j is refused with the field and the fix', (sweep, message) => {
    expect(() => expandSweep(sweep)).toThrow(message);
  });
});

it('combines values with the last field varying fastest', () => {
  expect(combinations({ a: [1, 2], b: [3, 4] })).toEqual([
    { a: 1, b: 3 },
    { a: 1, b: 4 },
    { a: 2, b: 3 },
    { a: 2, b: 4 },
  ]);
  expect(combinations({})).toEqual([{}]);
});
