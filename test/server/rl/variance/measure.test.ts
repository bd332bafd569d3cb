import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { presetConfig } from '../../../../server/contract/presets.ts';
import type { RunConfigInput } from '../../../../server/contract/run-config.ts';
import {
  parseVarianceOptions,
  type VarianceReport,
  varianceReportSchema,
} from '../../../../server/contract/variance.ts';
import { checkpointPath } from '../../../../server/rl/train/checkpoint/checkpoint-file.ts';
import { run } from '../../../../server/rl/train/run.ts';
import { measureVariance } from '../../../../server/rl/variance/measure.ts';
import { reportTable } from '../../../../server/rl/variance/table.ts';
import { temporaryFolder } from '../../../temporary-folder.ts';

const SMALL: RunConfigInput = {
  games: 'generated',
  generatedGames: 40,
  iterations: 2,
  criticWarmup: 1,
  width: 16,
  heads: 2,
  keyValueHeads: 1,
  feedForward: 32,
  warmStartEpisodes: 12,
  warmStartEpochs: 2,
  episodesPerIteration: 8,
  stepLimit: 8,
  // A policy this small never wins: something must tell its turns apart.
  keepPenalty: -0.1,
  evaluateEvery: 2,
  evaluationGames: 2,
  evaluationStepLimits: [8],
};
const OPTIONS = { episodes: 32, groupSize: 4, subBatches: 4 };

const newFolder = () => temporaryFolder('hiper-variance');

async function train(changes: RunConfigInput): Promise<string> {
  const folder = newFolder();
  await run({
    config: presetConfig('tiny', { ...SMALL, ...changes }),
    folder,
    warmStartFolder: join(folder, 'warm-starts'),
    engine: 'onnxruntime',
    threads: 1,
    resume: false,
    io: { checkpoint: async () => {}, emit: async () => {} },
  });
  return folder;
}

async function measure(folder: string, options: object = {}): Promise<VarianceReport> {
  const report = await measureVariance({
    modelsFolder: '',
    folder,
    options: parseVarianceOptions({ ...OPTIONS, ...options }),
    engine: 'onnxruntime',
    threads: 1,
    onProgress: () => {},
  });
  return varianceReportSchema.parse(JSON.parse(JSON.stringify(report)));
}

const numbers = (report: VarianceReport) => ({ ...report, measuredAt: 0, seconds: 0 });
const find = (report: VarianceReport, id: string) => report.estimators.find((entry) => entry.id === id)!;

let folder: string;
let report: VarianceReport;

// With these lambdas and kappa 1, HAE telescopes to the return less the value: the reference.
const EXACT: RunConfigInput = { estimator: 'hae', lamTurn: 1, lamSeg: 1, kappa: 1 };

beforeAll(async () => {
  folder = await train(EXACT);
  report = await measure(folder);
});

describe('a measurement', () => {
  it('finds HAE with kappa 1 and both lambdas 1 to be the reference, and kappa 0 not', () => {
    const exact = find(report, 'hae as in the run');
    for (const level of ['switch', 'high', 'low', 'all'] as const) {
      const { variance, squaredBias, cosine } = exact.levels[level]!;
      const reference = report.reference[level]!;
      expect(Math.abs(squaredBias.value!)).toBeLessThan(1e-6 * reference.variance.value!);
      expect(variance.value).toBeCloseTo(reference.variance.value!, 5);
      expect(cosine.value).toBeCloseTo(reference.cosine.value!, 4);
    }
    expect(exact.levels.low!.advantage!.correlation).toBeCloseTo(1, 5);
    expect(find(report, 'hae as published').levels.low!.advantage!.correlation).toBeLessThan(0.999);
  });

  it('covers every estimator of the format, with the run’s own values where it has them all', () => {
    expect(report.estimators.map(({ estimator }) => estimator)).toEqual(
      expect.arrayContaining(['hae', 'turn-gae', 'token-gae', 'grpo', 'rloo', 'gigpo', 'reinforce++']),
    );
    expect(report.heads.map(({ level, origin }) => [level, origin])).toEqual([
      ['switch', 'run'],
      ['high', 'run'],
      ['low', 'run'],
    ]);
    expect(report.turns).toBeGreaterThan(100);
    expect(reportTable(report)).toContain('low: n = ');
  });

  it('finds less variance in a shorter trace', () => {
    const low = (id: string) => find(report, id).levels.low!.variance.value!;
    expect(low('turn-gae lambda 0.3')).toBeLessThan(low('turn-gae'));
  });

  it('gives the same numbers again, and others for another seed', async () => {
    expect(numbers(await measure(folder))).toEqual(numbers(report));
    expect(numbers(await measure(folder, { seed: 2 }))).not.toEqual(numbers(report));
  });

  it('measures the gradient of all weights too', async () => {
    const few = { episodes: 16, groupSize: 1 };
    const output = await measure(folder, few);
    const whole = await measure(folder, { ...few, weights: 'all' });
    expect(whole.reference.low!.advantage).toEqual(output.reference.low!.advantage);
    expect(whole.reference.low!.norm.value).toBeGreaterThan(output.reference.low!.norm.value!);
    const { squaredBias } = find(whole, 'hae as in the run').levels.all!;
    expect(Math.abs(squaredBias.value!)).toBeLessThan(1e-6 * whole.reference.all!.variance.value!);
  });
});

describe('a flat run', () => {
  it('has one level, and values fitted on the other half of the episodes', async () => {
    const flat = await measure(await train({ estimator: 'token-gae', format: 'flat' }), { groupSize: 1 });
    expect(Object.keys(flat.reference)).toEqual(['low', 'all']);
    expect(flat.heads.every(({ origin }) => origin === 'refit')).toBe(true);
    expect(flat.estimators.map(({ id }) => id)).toEqual([
      'turn-gae',
      'turn-gae lambda 0.95',
      'turn-gae lambda 0.3',
      'token-gae',
      'reinforce++',
    ]);
  });
});

describe('what cannot be measured', () => {
  it('is refused with what to do about it', async () => {
    await expect(measure(newFolder())).rejects.toMatchObject({ code: 'not-found' });
    const broken = newFolder();
    writeFileSync(checkpointPath(broken), 'not a checkpoint');
    await expect(measure(broken)).rejects.toMatchObject({ code: 'bad-file' });
  });

  it.each([
    [{ episodes: 40 }, /episodes: must be a multiple of 16/],
    [{ subBatches: 2 }, /subBatches: .*4/],
    [{ gamma: 2 }, /gamma/],
    [{ episode: 3 }, /episode: no such option/],
  ])('options %j', (options, message) => {
    expect(() => parseVarianceOptions({ ...OPTIONS, ...options })).toThrow(message);
  });
});
