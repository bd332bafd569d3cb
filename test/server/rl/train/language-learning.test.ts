import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { presetConfig } from '../../../../server/contract/presets.ts';
import { run } from '../../../../server/rl/train/run.ts';

const root = mkdtempSync(join(tmpdir(), 'language-learning-'));
afterAll(() => rmSync(root, { recursive: true }));

/** Credit reaches the tokens of a dialogue: where keeping a sub-goal costs, the model learns to switch. Measured: 0.52 of the turns, then 0.96. */
it('a language model learns what is rewarded', { timeout: 120_000 }, async () => {
  const boundaryShares: number[] = [];
  await run({
    config: presetConfig('lm-tiny', {
      games: 'generated',
      generatedGames: 60,
      tuning: 'full',
      stepLimit: 6,
      warmStartEpisodes: 40,
      warmStartEpochs: 3,
      warmStartLearningRate: 4e-3,
      iterations: 8,
      episodesPerIteration: 32,
      learningRate: 2e-3,
      finalLearningRate: 2e-3,
      temperature: 1,
      criticWarmup: 1,
      minibatchRows: 64,
      keepPenalty: -0.3,
      evaluateEvery: 100,
      evaluationGames: 1,
      evaluationStepLimits: [1],
    }),
    folder: join(root, 'run'),
    warmStartFolder: join(root, 'warm-starts'),
    modelsFolder: join(root, 'models'),
    engine: 'onnxruntime',
    threads: 1,
    resume: false,
    io: {
      checkpoint: async () => {},
      emit: async (event) => {
        if (event.kind === 'iteration') boundaryShares.push(event.values.boundaryShare as number);
      },
    },
  });
  expect(boundaryShares[0]).toBeLessThan(0.7);
  expect(boundaryShares.at(-1)).toBeGreaterThan(0.85);
});
