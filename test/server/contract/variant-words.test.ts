import { expect, it } from 'vitest';
import { presetConfig } from '../../../server/contract/presets.ts';
import type { RunConfigInput } from '../../../server/contract/run-config.ts';
import { variantWords } from '../../../server/contract/variant-words.ts';

const UNTOLD = ['seed', 'iterations'] as const;
const language = (changes: RunConfigInput) => presetConfig('lm-tiny', changes);

it('says what differs and is read, in short', () => {
  const configs = [
    presetConfig('tiny', { kappa: 0, seed: 2 }),
    presetConfig('tiny', { kappa: 1, width: 64 }),
  ];
  expect(variantWords(configs, UNTOLD)).toEqual([
    ['width 48', 'kappa 0'],
    ['width 64', 'kappa 1'],
  ]);
  expect(variantWords(configs.slice(1), UNTOLD)).toEqual([[]]);
});

it('says a policy in a word, and what differs between runs of the same one', () => {
  const configs = [
    presetConfig('tiny'),
    language({ model: 'HuggingFaceTB/SmolLM2-135M-Instruct' }),
    language({ model: 'Qwen/Qwen2.5-0.5B', context: 'rebuilt', tuning: 'full' }),
    language({ model: 'Qwen/Qwen2.5-0.5B', adapterRank: 8 }),
  ];
  expect(variantWords(configs, UNTOLD)).toEqual([
    ['nano'],
    ['SmolLM2-135M-Instruct'],
    ['Qwen2.5-0.5B', 'context rebuilt', 'tuning full'],
    ['Qwen2.5-0.5B', 'context dialogue', 'tuning lora', 'adapterRank 8'],
  ]);
});

it('says whose a model is where two have the same name', () => {
  const models = ['a/lm', 'b/lm', 'b/other'].map((model) => language({ model }));
  expect(variantWords(models, UNTOLD)).toEqual([['a/lm'], ['b/lm'], ['other']]);
});
