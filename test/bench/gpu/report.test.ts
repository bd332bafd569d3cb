import { describe, expect, it } from 'vitest';
import { SIZES } from '../engine/sizes.ts';
import { TimeBudget } from './budget.ts';
import { arithmeticOf, printedPeak } from './cards.ts';
import { torchModes } from './pytorch.ts';
import { describeRun, type GpuReport, gpuPage, shareOf } from './report.ts';
import { projectSeconds } from './whole-run.ts';

const speed = (tokensPerSecond: number) => ({ tokensPerSecond, rounds: 8, check: 1 });
const report: GpuReport = {
  at: '2026-11-30T00:00:00Z',
  commit: 'abc',
  gpu: 'NVIDIA H200',
  driver: '580.1',
  selfTest: 'TensorFlow computes on the GPU.',
  conformance: '3593 of 3848 pass',
  torch: '2.15.0 on cuda',
  cases: [
    {
      ...{ size: '0.5B', settings: 'xla,fast', gpuMebibytes: 9000, seconds: 20 },
      result: {
        ...{ size: '0.5B', version: '2.21.0', device: 'GPU', productGigaflops: 50_000, isRepeatable: false },
        ...{ training: speed(10_000), decoding: speed(2000), compileSeconds: 12, residentBytes: 2 ** 31 },
      },
    },
    { size: '1.5B', settings: 'eager', gpuMebibytes: null, seconds: 0, error: 'not reached | in the time' },
  ],
  torchCases: [
    {
      ...{ size: '0.5B', settings: 'compiled, TF32', gpuMebibytes: 8000, seconds: 20 },
      result: { training: speed(20_000), decoding: speed(3000) },
    },
  ],
  runs: [
    { preset: 'standard', engine: 'tensorflow', iterations: 4, of: 100, wholeSeconds: 1000 },
    { preset: 'standard', engine: 'onnxruntime', iterations: 1, of: 100, wholeSeconds: null, error: 'why' },
  ],
  seconds: 470,
};

describe('the page of what a GPU brings', () => {
  it('has a row of nine cells and a name for everything that was to be measured, and says why something is missing', () => {
    const rows = gpuPage(report)
      .split('\n')
      .filter((line) => line.startsWith('|'));
    expect(rows).toHaveLength(2 + 3);
    expect(new Set(rows.map((row) => row.split('|').length))).toEqual(new Set([12]));
    expect(rows[2]).toMatch(/TensorFlow, xla,fast \| 10,000 \| 2,000 \|.*\| 2,048 \| 9,000 \| no \|$/);
    expect(rows[3]).toContain('not reached / in the time');
    expect(rows[4]).toMatch(/PyTorch, compiled, TF32 \| 20,000 \| 3,000/);
  });

  it('tells a training step’s share of a speed: three passes of a token’s products', () => {
    const share = shareOf(50_000, '0.5B', speed(10_000));
    // 6 operations a weight and token, and attention.
    expect(share / ((10_000 * 6 * 494e6) / 50_000e9)).toBeCloseTo(1, 1);
    const twice = shareOf(25_000, '0.5B', speed(10_000));
    expect(twice).toBeCloseTo(2 * share);
    expect(Object.keys(SIZES)).toContain('0.5B');
  });

  it('knows what is printed of a card, by the arithmetic that was used', () => {
    expect(printedPeak('NVIDIA H200', 'float32')).toBe(66_900);
    expect(printedPeak('NVIDIA H100 80GB HBM3', 'TF32')).toBe(494_700);
    expect(printedPeak('NVIDIA H100 PCIe', 'float32')).toBe(51_000);
    expect(printedPeak('NVIDIA H100 PCIe', 'TF32')).toBeNull();
    expect(printedPeak('NVIDIA A100-SXM4-80GB', 'bfloat16')).toBe(312_000);
    for (const other of ['Fake card', null]) expect(printedPeak(other, 'float32')).toBeNull();
    expect(['graph,deterministic', 'graph,fast', 'xla,fast,bfloat16'].map(arithmeticOf)).toEqual([
      'float32',
      'TF32',
      'bfloat16',
    ]);
  });

  it('says from how many iterations the time of a whole run is projected', () => {
    expect(report.runs.map(describeRun)).toEqual([
      '- `standard` on tensorflow: 1,000 s to the result, projected from 4 of 100 iterations',
      '- `standard` on onnxruntime: why',
    ]);
    // The first iteration compiles, and lies behind a warm start: it is not repeated.
    expect(projectSeconds([60, 65, 70], 10)).toBe(70 + 7 * 5);
    expect(projectSeconds([60], 10)).toBeNull();
  });
});

describe('the time of the benchmark', () => {
  it('keeps some for what comes later, and shares the rest', () => {
    let now = 0;
    const budget = new TimeBudget(100, () => 1000 * now);
    const kept = budget.keep(40);
    expect(budget.left()).toBe(60);
    expect(budget.share(3)).toBe(20);
    now = 50;
    // Less than is worth beginning.
    expect(budget.share(3)).toBeNull();
    kept.release();
    kept.release();
    expect(budget.share(2)).toBe(25);
    now = 200;
    expect(budget.left()).toBe(0);
  });
});

it('PyTorch takes part eager and compiled, and on a GPU with TF32 too', () => {
  expect(torchModes({ device: 'cpu' }).map(({ name }) => name)).toEqual(['eager', 'compiled']);
  expect(torchModes({ device: 'cuda' }).map(({ name }) => name)).toEqual([
    'eager',
    'compiled',
    'eager, TF32',
    'compiled, TF32',
  ]);
});
