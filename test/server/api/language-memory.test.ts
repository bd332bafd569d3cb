import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { estimateMemory } from '../../../server/api/estimate.ts';
import { activationBytes, memoryParts } from '../../../server/api/language-memory.ts';
import { LINEAR_NAMES } from '../../../server/rl/model/shape.ts';
import { SIZES } from '../../bench/engine/sizes.ts';
import { benchModel, memoryConfig, memoryTable } from '../../bench/model-memory/table.ts';

describe('the memory of training a language model', () => {
  it.each([
    ['0.5B', 494_032_768],
    ['1.5B', 1_543_714_304],
    ['3B', 3_085_938_688],
    ['7B', 7_615_616_512],
  ] as const)('is of models that have Qwen2.5’s sizes: %s', (name, parameters) => {
    expect(benchModel(name).parameters).toBe(parameters);
  });

  // Largest resident memory of two steps and of the process before them: `npm run bench -- model-memory --measure 135M`.
  it.each([
    ['lora', 512, 1_852_968_960, 160_120_832],
    ['lora', 1024, 2_417_807_360, 163_790_848],
    ['full', 512, 4_471_480_320, 166_739_968],
  ] as const)('is that of a measured step within a tenth: %s, rows of %i', (tuning, tokens, peak, base) => {
    const { weights, added, gradients, moments } = memoryParts(memoryConfig({ tuning }), benchModel('135M'));
    const adapter = { rank: 16, alpha: 32, targets: LINEAR_NAMES };
    const shape = { ...SIZES['135M'].shape, ...(tuning === 'lora' && { adapter }) };
    const ratio = (base + weights + added + gradients + moments + activationBytes(shape, tokens)) / peak;
    expect(ratio).toBeGreaterThan(0.9);
    expect(ratio).toBeLessThan(1.1);
  });

  // VmHWM of a process that had played and learned for hours: 9.63e9 bytes.
  it('is that of a run of SmolLM2 on two threads within a quarter', () => {
    const config = memoryConfig({ episodesPerIteration: 32, evaluationGames: 140, criticWarmup: 2 });
    const ratio = estimateMemory(config, 2, benchModel('135M')) / 9.63e9;
    expect(ratio).toBeGreaterThan(0.75);
    expect(ratio).toBeLessThan(1.25);
  });

  it('of activations is that of one row, or of rows of 1,024 tokens together where they are short', () => {
    const { shape } = SIZES['135M'];
    expect(activationBytes(shape, 128) / activationBytes(shape, 256)).toBeGreaterThan(3);
    expect(activationBytes(shape, 64) / activationBytes(shape, 128)).toBeGreaterThan(0.9);
    const [short, long] = [100, 200].map((stepLimit) =>
      memoryParts(memoryConfig({ stepLimit, evaluationStepLimits: [200] }), benchModel('135M')),
    );
    expect(long!.activations - short!.activations).toBeGreaterThan(4000 * 1.2e6);
    expect(long!.cache).toBe(short!.cache);
  });

  it('of activations is of the trained layers only, and without attention weights where rows are long', () => {
    const { shape } = SIZES['135M'];
    const upper = { ...shape, tunedLayers: 10 };
    expect(activationBytes(upper, 512) / activationBytes(shape, 512)).toBeCloseTo(1 / 3, 1);
    expect(activationBytes(shape, 576)).toBeLessThan(activationBytes(shape, 512));
    expect(activationBytes(shape, 2048) / activationBytes(shape, 1024)).toBeGreaterThan(2);
  });

  it('is more by the weights that KL is measured to, and on TensorFlow by what it holds of activations', () => {
    const model = benchModel('0.5B');
    const parts = memoryParts(memoryConfig({ tuning: 'full' }), model);
    const measured = memoryParts(memoryConfig({ tuning: 'full', klCoefficient: 0.01 }), model);
    expect(measured.moments - parts.moments).toBe(4 * model.parameters);
    const onTensorflow = memoryParts(memoryConfig({ tuning: 'full' }), model, 'tensorflow');
    expect(onTensorflow.activations).toBeGreaterThan(parts.activations);
    expect({ ...onTensorflow, activations: parts.activations }).toEqual(parts);
  });

  it('is in the docs as `npm run bench -- model-memory` prints it', () => {
    const cells = (text: string) => text.replaceAll(/[ \t]+/g, ' ').replaceAll(/-{3,}/g, '---');
    const page = readFileSync(join(import.meta.dirname, '../../../docs/engine.md'), 'utf8');
    expect(cells(page)).toContain(cells(memoryTable()));
  });
});
