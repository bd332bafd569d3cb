import { spawnSync } from 'node:child_process';
import { cpSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { hasCritic } from '../../../../server/contract/estimators.ts';
import type { TrainerEvent } from '../../../../server/contract/events.ts';
import { METRIC_KEYS } from '../../../../server/contract/metrics.ts';
import { presetConfig } from '../../../../server/contract/presets.ts';
import type { RunConfigInput } from '../../../../server/contract/run-config.ts';
import { parseVarianceOptions, varianceReportSchema } from '../../../../server/contract/variance.ts';
import { ensureTinyModel } from '../../../../server/rl/model/folder/tiny-model.ts';
import { Policy } from '../../../../server/rl/model/policy.ts';
import { readSafetensors } from '../../../../server/rl/model/safetensors.ts';
import { layerOf } from '../../../../server/rl/model/shape.ts';
import { checkpointPath } from '../../../../server/rl/train/checkpoint/checkpoint-file.ts';
import { planPolicy } from '../../../../server/rl/train/policy/open-policy.ts';
import { run } from '../../../../server/rl/train/run.ts';
import { measureVariance } from '../../../../server/rl/variance/measure.ts';

/** A language model's run, small enough for a test; its tokens are a real tokenizer's. */
const SMALL: RunConfigInput = {
  games: 'generated',
  generatedGames: 20,
  iterations: 3,
  // The first checkpoint holds a policy that has learned, and its optimiser's moments.
  criticWarmup: 0,
  adapterRank: 2,
  warmStartEpisodes: 4,
  stepLimit: 6,
  // It never wins: something must tell its turns apart.
  keepPenalty: -0.1,
  evaluateEvery: 2,
  evaluationGames: 2,
  evaluationStepLimits: [6],
};
/** The reference's prompt, which is long: few of it. */
const REBUILT: RunConfigInput = {
  context: 'rebuilt',
  iterations: 2,
  stepLimit: 1,
  evaluationStepLimits: [1],
  warmStartEpisodes: 0,
  episodesPerIteration: 2,
  evaluationGames: 1,
};
/** Three runs, two threads each, on a machine that may be busy. */
const RESUME_TIMEOUT_MS = 120_000;
const TIMING = /Seconds|PerSecond|memory/;

class Killed extends Error {}

const root = mkdtempSync(join(tmpdir(), 'hiper-language-run-'));
const models = join(root, 'models');
const folder = () => mkdtempSync(join(root, 'run-'));

beforeAll(() => {
  ensureTinyModel(models);
});
afterAll(() => rmSync(root, { recursive: true }));

interface TrainOptions {
  at?: string;
  killAfter?: number;
  resume?: boolean;
  threads?: number;
}

async function train(
  changes: RunConfigInput,
  options: TrainOptions = {},
  onEvent?: (event: TrainerEvent) => void,
): Promise<TrainerEvent[]> {
  const events: TrainerEvent[] = [];
  const training = run({
    config: presetConfig('lm-tiny', { ...SMALL, ...changes }),
    folder: options.at ?? folder(),
    warmStartFolder: join(root, 'warm-starts'),
    modelsFolder: models,
    engine: 'onnxruntime',
    threads: options.threads ?? 1,
    resume: options.resume ?? false,
    io: {
      checkpoint: async () => {},
      emit: async (event) => {
        if (event.kind !== 'progress') events.push(event);
        onEvent?.(event);
        if (event.kind === 'iteration' && event.iteration === options.killAfter) throw new Killed();
      },
    },
  });
  if (options.killAfter === undefined) await training;
  else await expect(training).rejects.toThrow(Killed);
  return events;
}

const valuesOf = (events: TrainerEvent[]) =>
  events.flatMap((event) => (event.kind === 'iteration' ? [event.values] : []));

/** Metrics without wall-clock, by iteration. */
const curve = (events: TrainerEvent[]) =>
  valuesOf(events).map((values) => Object.entries(values).filter(([key]) => !TIMING.test(key)));

const evaluations = (events: TrainerEvent[]) =>
  events.flatMap((event) =>
    event.kind === 'evaluation' ? [{ ...event.evaluation, seconds: 0, trainingSeconds: 0 }] : [],
  );

describe('a run of a language model', () => {
  it.each<[number, RunConfigInput]>([
    [1, { context: 'dialogue', tuning: 'lora' }],
    [1, { ...REBUILT, tuning: 'full', tunedLayers: 1 }],
    [2, { context: 'dialogue', tuning: 'full', tunedLayers: 1, critic: 'shared' }],
    [2, { ...REBUILT, tuning: 'lora' }],
    [2, { context: 'dialogue', updatedLayers: 1, klCoefficient: 0.01 }],
  ])(
    'on %i thread(s) with %j goes on as if nothing had happened',
    async (threads, changes) => {
      const whole = await train(changes, { threads });
      const at = folder();
      // Dies after iteration 2 is told and before its checkpoint: iteration 2 is worked out again.
      const first = await train(changes, { threads, at, killAfter: 2 });
      const rest = await train(changes, { threads, at, resume: true });
      expect(rest.find(({ kind }) => kind === 'resumed')).toEqual({ kind: 'resumed', iteration: 1 });
      expect(curve(first)).toEqual(curve(whole).slice(0, 2));
      expect(curve(rest)).toEqual(curve(whole).slice(1));
      expect(evaluations(rest)).toEqual(evaluations(whole).filter(({ iteration }) => iteration > 1));
      // It did learn something meanwhile: the iterations differ.
      expect(valuesOf(whole).at(-1)?.gradientNorm).toBeGreaterThan(0);
      expect(curve(whole).at(-1)).not.toEqual(curve(whole).at(-2));
    },
    RESUME_TIMEOUT_MS,
  );

  it('keeps what frozen layers made of a rollout for the policy’s update only', async () => {
    const converse = vi.spyOn(Policy.prototype, 'converse');
    const kept: boolean[] = [];
    await train({ tunedLayers: 1, criticWarmup: 1, warmStartEpisodes: 0 }, {}, ({ kind }) => {
      if (kind !== 'iteration') return;
      kept.push(converse.mock.calls.some(([, , onFrozen]) => onFrozen !== undefined));
      converse.mockClear();
    });
    converse.mockRestore();
    expect(kept).toEqual([false, true, true]);
  });

  it('updates upper adapters only, and its checkpoint has the others as cloning left them', async () => {
    const at = folder();
    const warmStartOf = (events: TrainerEvent[]) => events.find((event) => event.kind === 'facts')?.warmStart;
    const warmStart = warmStartOf(await train({ updatedLayers: 1, iterations: 2 }, { at }));
    const cloned = readSafetensors(join(root, 'warm-starts', `${warmStart}.safetensors`)).tensors;
    const { tensors } = readSafetensors(checkpointPath(at));
    expect(cloned.size).toBe(2 * 2 * 7);
    for (const [name, { data }] of cloned) {
      const isUpper = layerOf(name) === 1;
      if (isUpper) expect(tensors.get(name)?.data, name).not.toEqual(data);
      else expect(tensors.get(name)?.data, name).toEqual(data);
      expect(tensors.has(`adam.first.${name}`), name).toBe(isUpper);
    }
    // Of the same clone as runs that update all.
    expect(warmStartOf(await train({ iterations: 1 }))).toBe(warmStart);
  });

  it('is refused for more tuned layers than the model has, before its weights are read', async () => {
    cpSync(join(models, 'tiny-random'), join(models, 'bare'), {
      recursive: true,
      filter: (name) => !name.endsWith('.safetensors'),
    });
    const config = presetConfig('lm-tiny', { model: 'bare', tunedLayers: 3 });
    await expect(planPolicy(config, models)).rejects.toThrow(
      'tunedLayers: the model has 2 layers: choose at most 2, or 0 for all of it',
    );
  });

  it.each([
    ['hae', {}],
    ['hae', { critic: 'detached', valueHeads: 2, klCoefficient: 0.01 }],
    ['hae', { critic: 'shared', tuning: 'full' }],
    ['turn-gae', { format: 'flat' }],
    ['token-gae', {}],
    ['grpo', { groupSize: 2 }],
    ['gigpo', { groupSize: 2 }],
    ['reinforce++', {}],
  ] as const)('trains with %s and %j, and reports only metrics of the catalogue', async (estimator, more) => {
    const events = await train({ ...more, estimator, iterations: 2 });
    const values = valuesOf(events);
    expect(values).toHaveLength(2);
    for (const key of Object.keys(values[1] ?? {})) expect(METRIC_KEYS).toContain(key);
    expect(Object.entries(values[1] ?? {}).filter(([, value]) => value === null)).toEqual([]);
    expect(values[1]?.gradientNorm).toBeGreaterThan(0);
    expect('valueLoss.low' in (values[1] ?? {})).toBe(hasCritic(estimator));
    expect(events.at(-1)).toEqual({ kind: 'finished' });
  });
});

describe('the checkpoint of a language model', () => {
  const at = folder();
  let events: TrainerEvent[];
  beforeAll(async () => {
    events = await train({ iterations: 2 }, { at });
  });

  it.each(['output', 'all'] as const)('can be measured, %s weights', async (weights) => {
    const options = parseVarianceOptions({ episodes: 16, groupSize: 2, subBatches: 4, weights });
    const measured = await measureVariance({
      folder: at,
      modelsFolder: models,
      options,
      engine: 'onnxruntime',
      threads: 1,
      onProgress: () => {},
    });
    const report = varianceReportSchema.parse(JSON.parse(JSON.stringify(measured)));
    expect(report.turns).toBe(16 * 6);
    const variance = (id: string) =>
      report.estimators.find((entry) => entry.id === id)?.levels.all?.variance.value;
    for (const id of ['hae as in the run', 'turn-gae', 'grpo']) expect(variance(id), id).toBeGreaterThan(0);
    expect(variance('hae as in the run')).not.toBe(variance('turn-gae'));
    // A teacher's prompt is in the words of the small policy.
    expect(variance('gear-like')).toBeUndefined();
  });

  it('evaluates in a terminal as it did at the end of its run', () => {
    const { stdout, stderr } = spawnSync(
      process.execPath,
      ['server/rl/train/evaluate-cli.ts', at, '--json'],
      { encoding: 'utf8', env: { ...process.env, HIPER_MODELS: models, HIPER_ENGINE: 'onnxruntime' } },
    );
    expect(stderr).toBe('');
    const again = stdout.trim().split('\n');
    expect(again.map((line) => ({ ...JSON.parse(line), seconds: 0, trainingSeconds: 0 }))).toEqual(
      evaluations(events).filter(({ iteration, split }) => iteration === 2 && split === 'valid_seen'),
    );
  });
});
