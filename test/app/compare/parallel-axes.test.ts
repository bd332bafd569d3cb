import { describe, expect, it } from 'vitest';
import { parseAsBrushes } from '../../../app/compare/brush-parser.ts';
import {
  type Brushes,
  isBrushed,
  type ParallelRun,
  parallelAxes,
  setRange,
  toggleValue,
} from '../../../app/compare/parallel-axes.ts';
import { presetConfig } from '../../../server/contract/presets.ts';
import type { RunConfigInput } from '../../../server/contract/run-config.ts';

const run = (id: string, changes: RunConfigInput, success: number | null = null): ParallelRun => ({
  ...{ id, config: presetConfig('tiny', changes), params: {}, outcomes: { final: success } },
});
const outcomes = [{ id: 'final', title: 'Success' }];
const runs = [
  run('a', { kappa: 0, seed: 1 }, 0.25),
  run('b', { kappa: 0.6, seed: 2 }, 1),
  run('c', { kappa: 1, seed: 1 }),
  run('d', { estimator: 'token-gae' }, 0.5),
];
const axes = parallelAxes(runs, outcomes);
const kept = (brushes: Brushes) =>
  runs
    .filter((one) => isBrushed(one, axes, brushes))
    .map(({ id }) => id)
    .join('');

describe('parallel coordinates', () => {
  it('have an axis for every field in which runs differ but the seed, values evenly, and the outcomes', () => {
    expect(axes.map(({ id, values }) => [id, values])).toEqual([
      ['estimator', ['hae', 'token-gae']],
      ['kappa', ['0', '0.6', '1']],
      ['final', []],
    ]);
    const at = (axis: number) => runs.map((one) => axes[axis]!.positionOf(one));
    // Flat PPO reads no kappa; the third run has no score.
    expect(at(1)).toEqual([0, 0.5, 1, null]);
    expect(at(2)).toEqual([0.25, 1, null, 0.5]);
  });

  it('put many numbers to scale, logarithmic where they span far', () => {
    const rates = [1, 2, 3, 5, 10, 20, 50, 100, 1000].map((times, index) =>
      run(`r${index}`, { learningRate: 1e-6 * times }),
    );
    const [axis] = parallelAxes(rates, []);
    expect(axis).toMatchObject({ id: 'learningRate', values: [] });
    expect(axis!.positionOf(rates[4]!)).toBeCloseTo(1 / 3, 6);
    expect(axis!.positionOf(rates.at(-1)!)).toBeCloseTo(1, 6);
  });

  it('have an axis for every param in which runs of other trainers differ, numbers in order', () => {
    const foreign = (id: string, params: Record<string, string>): ParallelRun => ({
      ...{ id, config: null, params: { ...params, model: 'qwen' }, outcomes: {} },
    });
    const others = [
      foreign('x', { lr: '1e-5', adv: 'gae', seed: '1' }),
      foreign('y', { lr: '1e-6', adv: 'grpo', seed: '2' }),
    ];
    const mixed = [...others, run('a', { kappa: 0 })];
    expect(parallelAxes(mixed, []).map(({ id, title, values }) => [id, title, values])).toEqual([
      ['param adv', 'adv', ['gae', 'grpo']],
      ['param lr', 'lr', ['0.000001', '0.00001']],
    ]);
    const [adv] = parallelAxes(mixed, []);
    expect(mixed.map((one) => adv!.textOf(one))).toEqual(['gae', 'grpo', '–']);
  });

  it('choose runs by values and by parts of axes, together', () => {
    expect(kept({})).toBe('abcd');
    expect(kept({ kappa: ['0', '1'] })).toBe('ac');
    expect(kept({ final: { low: 0.4, high: 1 } })).toBe('bd');
    expect(kept({ final: { low: 0.4, high: 1 }, estimator: ['hae'] })).toBe('b');
    expect(kept({ gone: ['x'] })).toBe('abcd');
  });

  it('are brushed and let go', () => {
    const brushes = toggleValue(toggleValue({}, 'kappa', '0'), 'kappa', '1');
    expect(brushes).toEqual({ kappa: ['0', '1'] });
    expect(toggleValue(toggleValue(brushes, 'kappa', '0'), 'kappa', '1')).toEqual({});
    expect(setRange({}, 'final', 0.8, 0.2)).toEqual({ final: { low: 0.2, high: 0.8 } });
    expect(setRange({ final: { low: 0.2, high: 0.8 } }, 'final', -1, 2)).toEqual({});
  });

  it('stand in the URL', () => {
    const brushes: Brushes = { kappa: ['0', 'a~b,c'], final: { low: 0.25, high: 1 } };
    const text = parseAsBrushes.serialize(brushes);
    expect(text).toBe('kappa~0~a%7Eb%2Cc,final~~0.250~1.000');
    expect(parseAsBrushes.parse(text)).toEqual(brushes);
    expect(parseAsBrushes.parse('kappa,~x,final~~0.9~0.1,final~~no~1,estimator~hae')).toEqual({
      estimator: ['hae'],
    });
    expect(parseAsBrushes.parse('kappa~%E0%A4%A,kappa~0')).toEqual({ kappa: ['0'] });
  });
});
