import { describe, expect, it } from 'vitest';
import { countParameters, estimateCost, estimateMemory } from '../../../server/api/estimate.ts';
import { countWeights, languagePace } from '../../../server/api/language-cost.ts';
import { ENVIRONMENT_FACTS, ENVIRONMENTS } from '../../../server/contract/environments.ts';
import type { ModelInfo } from '../../../server/contract/models.ts';
import { presetConfig } from '../../../server/contract/presets.ts';
import type { RunConfigInput } from '../../../server/contract/run-config.ts';
import { ALFWORLD_VOCABULARY } from '../../../server/rl/envs/alfworld/vocabulary.ts';
import { ENVIRONMENT_KINDS } from '../../../server/rl/envs/registry.ts';
import { TINY_MODEL_INFO } from '../../../server/rl/model/folder/tiny-model.ts';
import { readModelHeaders } from '../../../server/rl/model/model-headers.ts';
import { loadPretrained } from '../../../server/rl/model/pretrained.ts';
import {
  headSizeOf,
  nanoShape,
  policyParameters,
  countParameters as trueCount,
} from '../../../server/rl/model/shape.ts';
import { Random } from '../../../server/rl/random.ts';
import { openEngine } from '../../../server/rl/tensor/select-engine.ts';
import { adapterOf } from '../../../server/rl/train/policy/adapter-of.ts';
import { fixture } from '../rl/model/fixture.ts';

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
    attentionBias: false,
    queryKeyNorm: false,
    vocabulary: 49_152,
    bytes: 269e6,
    license: 'apache-2.0',
    problem: null,
  };
  const engine = openEngine({ engine: 'onnxruntime', threads: 1 });
  const lm = (changes: RunConfigInput = {}) =>
    presetConfig('lm-quick', {
      iterations: 10,
      episodesPerIteration: 24,
      frozenWeights: 'float32',
      updatedLayers: 0,
      ...changes,
    });

  it.each(
    ['llama', 'tied', 'qwen3', 'untied-bf16-sharded', 'ungrouped-f16'].flatMap((name) =>
      (
        [
          { tuning: 'lora' },
          { tuning: 'lora', adapterTargets: 'attention', adapterRank: 3, critic: 'shared' },
          { tuning: 'lora', tunedLayers: 1 },
          { tuning: 'lora', frozenWeights: 'int8' },
          { tuning: 'full' },
          { tuning: 'full', critic: 'shared' },
          { tuning: 'full', tunedLayers: 1, critic: 'shared' },
        ] as RunConfigInput[]
      ).map((changes) => [name, changes] as const),
    ),
  )('counts the weights that a run has and trains: %s with %j', async (name, changes) => {
    const config = lm(changes);
    const shape = adapterOf(config);
    const policy = loadPretrained(await engine, fixture(name), shape && { shape, random: new Random(1) }, {
      tunedLayers: config.tunedLayers,
      quantized: config.frozenWeights === 'int8',
      valueHeads: config.critic === 'shared' ? 3 : 0,
    });
    const { shape: sizes, parameters } = readModelHeaders(fixture(name));
    const model = { ...TINY_MODEL_INFO, ...sizes, headSize: headSizeOf(sizes), parameters };
    expect(countWeights(config, model)).toEqual({
      all: policy.parameterCount,
      trained: trueCount(policy.trained.parameters),
    });
    policy.dispose();
  });

  it('is that of adapters on all matrices: 4.9 million weights of SmolLM2', () => {
    expect(countWeights(lm(), smollm2).trained).toBe(4_884_480);
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

  it('is less with frozen weights in 8 bits, of which there are 106 million', () => {
    const bytes = lm({ frozenWeights: 'int8' });
    expect(estimateMemory(lm(), 1, smollm2) - estimateMemory(bytes, 1, smollm2)).toBe(3 * 106_168_320);
    const [floats, less] = [lm(), bytes].map((config) => estimateCost(config, [], 1, smollm2).seconds);
    expect((floats as number) / (less as number)).toBeCloseTo(1.6, 1);
  });

  it('grows with the model, and shrinks with threads', () => {
    const large = { ...smollm2, parameters: 2 * smollm2.parameters };
    const { seconds } = estimateCost(lm(), [], 1, smollm2);
    expect(estimateCost(lm(), [], 1, large).seconds / seconds).toBeCloseTo(2, 1);
    const two = estimateCost(lm(), [], 2, smollm2);
    expect(seconds / two.seconds).toBeGreaterThan(1.5);
    expect(two.basis).toContain('2 cores');
  });

  it('is more where text is free: it is drawn token by token, and its decisions are among the whole vocabulary', () => {
    const rebuilt = lm({ context: 'rebuilt' });
    const free = lm({ decoding: 'free', maxResponseTokens: 512 });
    expect(free.context).toBe('rebuilt');
    const cost = (config: typeof free) => estimateCost(config, [], 1, smollm2);
    // Cloned from the expert it says about as much; from nothing, all that it may.
    expect(cost(free).tokens).toBe(cost(rebuilt).tokens);
    expect(cost(free).seconds / cost(rebuilt).seconds).toBeGreaterThan(1.02);
    const talkative = lm({ decoding: 'free', maxResponseTokens: 512, warmStartEpisodes: 0 });
    expect(cost(talkative).tokens / cost(rebuilt).tokens).toBeCloseTo((750 - 37 + 512) / 750);
    expect(cost(talkative).seconds).toBeGreaterThan(
      2 * cost(lm({ context: 'rebuilt', warmStartEpisodes: 0 })).seconds,
    );
    // 512 decisions among 49,152 ids, ten such tables.
    expect(cost(talkative).memoryBytes - cost(rebuilt).memoryBytes).toBeGreaterThan(1e9);
    const terse = lm({ decoding: 'free', maxResponseTokens: 16, warmStartEpisodes: 0 });
    expect(cost(terse).tokens).toBeLessThan(cost(rebuilt).tokens);
  });

  // docs/log.md: 18,500 tokens played and 3,750 learned a CPU-second, 48 episodes of 30 turns.
  it('does not shrink with the model without end: the tiny one plays and learns as fast as it was measured to', () => {
    const tiny = presetConfig('lm-tiny', { episodesPerIteration: 48, stepLimit: 30, iterations: 200 });
    const { seconds, tokens } = estimateCost(tiny, [], 1, TINY_MODEL_INFO);
    const measured = tokens * (1 / 18_500 + 1 / 3750);
    expect(seconds / measured).toBeGreaterThan(0.9);
    expect(seconds / measured).toBeLessThan(1.5);
  });

  it('is less where only upper layers are trained, with the memory of what the others make of a rollout', () => {
    const memory = (changes: RunConfigInput) =>
      estimateMemory(lm({ tunedLayers: 10, ...changes }), 1, smollm2);
    // 24 episodes of 17 turns of 40 tokens, 576 numbers each.
    const bytes = 24 * 17 * 40 * 576 * 4;
    expect(memory({}) - memory({ episodesPerIteration: 12 })).toBeGreaterThan(bytes / 2);
    const more = memory({ warmStartEpochs: 3, warmStartEpisodes: 240 }) - memory({});
    expect(more).toBeCloseTo(9 * bytes, -1);
    const most = memory({ warmStartEpochs: 3, warmStartEpisodes: 10_000 });
    expect(most - memory({})).toBeCloseTo(2 ** 30 - bytes, -1);
    for (const tunedLayers of [0, 30])
      expect(memory({ tunedLayers, warmStartEpochs: 3 })).toBe(memory({ tunedLayers }));
    // Updates start from what was kept too where cloning works on all layers.
    expect(memory({ tunedLayers: 0, updatedLayers: 10 }) - memory({ tunedLayers: 0 })).toBeCloseTo(bytes, -1);
    const { seconds } = estimateCost(lm({ tunedLayers: 10 }), [], 1, smollm2);
    expect(estimateCost(lm(), [], 1, smollm2).seconds / seconds).toBeGreaterThan(1.3);
    // docs/log.md: 1.04 CPU-seconds from a rollout, 1.93 from the tokens, 3.2 where all layers are trained.
    const pace = languagePace(lm({ tunedLayers: 10 }), smollm2, 1);
    const whole = languagePace(lm(), smollm2, 1);
    expect(pace.updateSecondsPerToken / whole.updateSecondsPerToken).toBeCloseTo(1.04 / 3.2, 1);
    expect(pace.cloneSecondsPerToken / whole.cloneSecondsPerToken).toBeCloseTo(1.93 / 3.2, 1);
    expect(languagePace(lm({ updatedLayers: 10 }), smollm2, 1)).toEqual({
      ...whole,
      updateSecondsPerToken: pace.updateSecondsPerToken,
    });
  });
});
