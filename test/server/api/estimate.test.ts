import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { countParameters, estimateCost, estimateMemory } from '../../../server/api/estimate.ts';
import { countTrained } from '../../../server/api/language-cost.ts';
import { ENVIRONMENT_FACTS, ENVIRONMENTS } from '../../../server/contract/environments.ts';
import type { ModelInfo } from '../../../server/contract/models.ts';
import { presetConfig } from '../../../server/contract/presets.ts';
import type { RunConfigInput } from '../../../server/contract/run-config.ts';
import { TINY_MODEL_INFO } from '../../../server/models/tiny-model.ts';
import { ALFWORLD_VOCABULARY } from '../../../server/rl/envs/alfworld/vocabulary.ts';
import { ENVIRONMENT_KINDS } from '../../../server/rl/envs/registry.ts';
import { readPretrainedShape } from '../../../server/rl/model/pretrained-config.ts';
import { nanoShape, policyParameters, countParameters as trueCount } from '../../../server/rl/model/shape.ts';

/** Words learned from generated products are as many. */
const SHOPS: RunConfigInput = { games: 'generated' };

describe('the cost of a run before it is launched', () => {
  const shapes: RunConfigInput[] = [
    {},
    { heads: 4, keyValueHeads: 2, layers: 3 },
    { tiedEmbeddings: false, previousTokenEmbedding: false },
    { critic: 'shared' },
  ];

  it.each(shapes)('counts the weights that the trainer will have: %j', (changes) => {
    const config = presetConfig('quick', changes);
    const shape = nanoShape(config, ALFWORLD_VOCABULARY.size);
    expect(countParameters(config)).toBe(trueCount(policyParameters(shape)));
  });

  it.each(ENVIRONMENTS)('knows how many words the small policy has in %s', (environment) => {
    const { vocabulary } = ENVIRONMENT_FACTS[environment];
    const { words } = ENVIRONMENT_KINDS[environment];
    const size = words?.(presetConfig('quick', { ...SHOPS, environment })).size ?? 0;
    expect(vocabulary).toBe(size);
  });

  it('goes by what similar runs took here, where there are any', () => {
    const config = presetConfig('quick');
    const guess = estimateCost(config, []);
    expect(guess.episodes).toBe(60 * 96);
    const slow = { parameters: 123_584, tokens: guess.tokens, episodes: guess.episodes, seconds: 2000 };
    const measured = estimateCost(config, [slow]);
    expect(measured.seconds).toBeGreaterThan(2000);
    expect(measured.tokens).toBe(guess.tokens);
    expect(measured.basis).toMatch(/1 similar run here/);
  });

  // Largest `memoryMegabytes` of a run on one thread (docs/log.md).
  it.each([
    ['tiny', {}, 436],
    ['quick', {}, 650],
    ['standard', {}, 695],
    ['quick', { width: 128, layers: 4, feedForward: 336 }, 696],
    [
      'quick',
      { width: 256, layers: 4, heads: 8, keyValueHeads: 8, feedForward: 704, episodesPerIteration: 48 },
      656,
    ],
  ] as const)('knows the memory of %s with %j within a quarter', (preset, changes, megabytes) => {
    const ratio = estimateMemory(presetConfig(preset, changes), 1) / 2 ** 20 / megabytes;
    expect(ratio).toBeGreaterThan(0.75);
    expect(ratio).toBeLessThan(1.25);
  });
});

describe('the cost of a run of a language model', () => {
  const smollm2: ModelInfo = {
    name: 'HuggingFaceTB/SmolLM2-135M-Instruct',
    family: 'llama',
    parameters: 134_515_008,
    layers: 30,
    width: 576,
    heads: 9,
    keyValueHeads: 3,
    headSize: 64,
    feedForward: 1536,
    vocabulary: 49_152,
    bytes: 269e6,
    license: 'apache-2.0',
    problem: null,
  };
  const lm = (changes: RunConfigInput = {}) => presetConfig('lm-quick', changes);

  it.each([
    [{ tuning: 'lora' }],
    [{ tuning: 'lora', adapterTargets: 'attention', adapterRank: 3 }],
    [{ tuning: 'lora', tunedLayers: 1 }],
    [{ tuning: 'full' }],
    [{ tuning: 'full', tunedLayers: 1 }],
  ] as RunConfigInput[][])('counts the weights that are trained: %j', (changes) => {
    const folder = join(import.meta.dirname, '../../../server/models/tiny-random');
    const shape = readPretrainedShape(folder);
    const model = { ...TINY_MODEL_INFO };
    const config = lm(changes);
    const { tuning, tunedLayers, adapterRank, adapterTargets } = config;
    const parameters = policyParameters(shape);
    const upper = tunedLayers === 0 ? 0 : shape.layers - tunedLayers;
    const layerOf = (name: string) => Number(/^model\.layers\.(\d+)\./.exec(name)?.[1] ?? -1);
    if (tuning === 'full') {
      const isTrained = (name: string) =>
        tunedLayers === 0 || layerOf(name) >= upper || name === 'model.norm.weight';
      expect(countTrained(config, model)).toBe(trueCount(parameters.filter(({ name }) => isTrained(name))));
    } else {
      const isAdapted = (name: string) =>
        /proj\.weight$/.test(name) &&
        layerOf(name) >= upper &&
        (adapterTargets === 'all' || name.includes('self_attn'));
      const ends = parameters
        .filter(({ name }) => isAdapted(name))
        .map(({ shape: sizes }) => sizes[0]! + sizes[1]!);
      expect(countTrained(config, model)).toBe(adapterRank * ends.reduce((sum, size) => sum + size, 0));
    }
  });

  it('is that of adapters on all matrices: 4.9 million weights of SmolLM2', () => {
    expect(countTrained(lm(), smollm2)).toBe(4_884_480);
    expect(estimateCost(lm(), [], 1, smollm2)).toMatchObject({
      parameters: 134_515_008 + 4_884_480,
      trainedParameters: 4_884_480,
      episodes: 240,
    });
  });

  it('is dear where the prompt is rebuilt, and where all weights are trained', () => {
    const { seconds, tokens } = estimateCost(lm(), [], 1, smollm2);
    const rebuilt = estimateCost(lm({ context: 'rebuilt' }), [], 1, smollm2);
    expect(rebuilt.tokens / tokens).toBeCloseTo(750 / 40);
    expect(rebuilt.seconds / seconds).toBeGreaterThan(15);
    const full = estimateCost(lm({ tuning: 'full' }), [], 1, smollm2);
    expect(full.seconds).toBeGreaterThan(seconds);
    expect(full.memoryBytes - estimateMemory(lm(), 1, smollm2)).toBeGreaterThan(1.9e9);
  });

  it('grows with the model, and shrinks with threads', () => {
    const large = { ...smollm2, parameters: 2 * smollm2.parameters };
    const { seconds } = estimateCost(lm(), [], 1, smollm2);
    expect(estimateCost(lm(), [], 1, large).seconds / seconds).toBeCloseTo(2, 1);
    const two = estimateCost(lm(), [], 2, smollm2);
    expect(seconds / two.seconds).toBeGreaterThan(1.5);
    expect(two.basis).toContain('2 cores');
  });

  it('has the memory of one row in a micro-batch where that is longer than a micro-batch', () => {
    const memory = (stepLimit: number) =>
      estimateMemory(lm({ stepLimit, evaluationStepLimits: [200] }), 1, smollm2);
    expect(memory(25) - memory(20)).toBeLessThan(1e8);
    expect(memory(200) - memory(100)).toBeGreaterThan(4000 * 2.5e6);
  });
});
