import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { presetConfig } from '../../../../server/contract/presets.ts';
import type { RunConfigInput } from '../../../../server/contract/run-config.ts';
import { run } from '../../../../server/rl/train/run.ts';

const root = mkdtempSync(join(tmpdir(), 'language-learning-'));
afterAll(() => rmSync(root, { recursive: true }));

/** Metrics of every iteration of a run with the tiny random model. */
async function train(name: string, changes: RunConfigInput): Promise<Record<string, number | null>[]> {
  const iterations: Record<string, number | null>[] = [];
  await run({
    config: presetConfig('lm-tiny', {
      games: 'generated',
      generatedGames: 60,
      stepLimit: 6,
      temperature: 1,
      evaluateEvery: 100,
      evaluationGames: 1,
      evaluationStepLimits: [1],
      ...changes,
    }),
    folder: join(root, name),
    warmStartFolder: join(root, 'warm-starts'),
    modelsFolder: join(root, 'models'),
    engine: 'onnxruntime',
    threads: 1,
    resume: false,
    io: {
      checkpoint: async () => {},
      emit: async (event) => {
        if (event.kind === 'iteration') iterations.push(event.values);
      },
    },
  });
  return iterations;
}

/** Credit reaches the tokens of a dialogue: where keeping a sub-goal costs, the model learns to switch. Measured: 0.52 of the turns, then 0.96. */
it('a language model learns what is rewarded', { timeout: 120_000 }, async () => {
  const iterations = await train('rewarded', {
    tuning: 'full',
    warmStartEpisodes: 40,
    warmStartEpochs: 3,
    warmStartLearningRate: 4e-3,
    iterations: 8,
    episodesPerIteration: 32,
    learningRate: 2e-3,
    finalLearningRate: 2e-3,
    minibatchRows: 64,
    keepPenalty: -0.3,
  });
  expect(iterations[0]?.boundaryShare).toBeLessThan(0.7);
  expect(iterations.at(-1)?.boundaryShare).toBeGreaterThan(0.85);
});

it('adapters are compared with those of the warm start, which they begin as', {
  timeout: 60_000,
}, async () => {
  const iterations = await train('held', {
    warmStartEpisodes: 8,
    iterations: 2,
    episodesPerIteration: 8,
    criticWarmup: 0,
    keepPenalty: -0.3,
    klCoefficient: 0.1,
  });
  const [first, second] = iterations.map(({ klReference }) => klReference as number);
  expect(Math.abs(first!)).toBeLessThan(1e-7);
  expect(second).toBeGreaterThan(1e-6);
});
