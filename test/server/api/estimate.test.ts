import { describe, expect, it } from 'vitest';
import { countParameters, estimateCost, estimateMemory } from '../../../server/api/estimate.ts';
import { presetConfig } from '../../../server/contract/presets.ts';
import type { RunConfigInput } from '../../../server/contract/run-config.ts';
import { ALFWORLD_VOCABULARY } from '../../../server/rl/agent/vocabulary.ts';
import { nanoShape, policyParameters, countParameters as trueCount } from '../../../server/rl/model/shape.ts';

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
