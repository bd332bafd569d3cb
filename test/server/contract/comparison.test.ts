import { describe, expect, it } from 'vitest';
import { comparisonConfigs } from '../../../server/contract/comparison.ts';
import { COMPARISON_CHOICES } from '../../../server/contract/comparison-choices.ts';
import { methodTitle } from '../../../server/contract/credit-origin.ts';
import { type Compared, describeDifference } from '../../../server/contract/describe-difference.ts';
import { makespan } from '../../../server/contract/makespan.ts';
import { presetConfig } from '../../../server/contract/presets.ts';
import type { RunConfigInput } from '../../../server/contract/run-config.ts';

const run = (changes: RunConfigInput = {}, games: Compared['games'] = 'real'): Compared => ({
  config: presetConfig('quick', changes),
  games,
});
const compared = (...changes: RunConfigInput[]) => describeDifference(changes.map((change) => run(change)));

const LANGUAGE_MODEL = { policy: 'pretrained', model: 'm' } as const;
const SAME = 'Nothing differs: the same seed, the same games and first weights.';

describe('the comparison of one click', () => {
  it('is HiPER and flat GAE as tuned here and flat PPO as published, on the same seed', () => {
    const configs = comparisonConfigs({ preset: 'quick' });
    expect(configs.map(methodTitle)).toEqual([
      'HiPER, as tuned here',
      'Turn-level GAE, as tuned here',
      'Flat PPO, as published',
    ]);
    expect(configs[1]).toMatchObject({ estimator: 'turn-gae', lamFlat: 0.6 });
    expect(describeDifference(configs.map((config) => ({ config, games: 'real' as const })))).toBe(
      'Only the credit differs: the same seeds, the same games and first weights.',
    );
  });

  it('goes through all methods before the next seed', () => {
    const configs = comparisonConfigs({ preset: 'tiny', seeds: [4, 9] });
    expect(configs.map(({ estimator, seed }) => `${estimator} ${seed}`)).toEqual(
      [4, 9].flatMap((seed) => ['hae', 'turn-gae', 'token-gae'].map((estimator) => `${estimator} ${seed}`)),
    );
  });

  it('is a comparison of nothing but credit for every choice offered', () => {
    for (const choice of COMPARISON_CHOICES) {
      const { preset, seeds } = choice;
      const runs = comparisonConfigs({ preset, seeds }).map((config) => ({ config, games: null }));
      expect(describeDifference(runs)).toMatch(/^Only the credit differs/);
    }
  });
});

describe('what tells runs apart', () => {
  it.each<[string, RunConfigInput[], string]>([
    ['one run', [{}], ''],
    ['the seed', [{ seed: 1 }, { seed: 2 }], 'Only the seed differs.'],
    [
      'nothing',
      [{ name: 'a' }, { name: 'b', checkpointEvery: 5 }],
      'Nothing differs: the same seed, the same games and first weights.',
    ],
    [
      'only what has no effect',
      [{ width: 32 }, { width: 64 }].map((sizes) => ({ ...LANGUAGE_MODEL, ...sizes })),
      SAME,
    ],
    ['the policy', [{}, LANGUAGE_MODEL], 'These differ: policy.'],
    [
      'the policy, and fields of one of them',
      [{}, LANGUAGE_MODEL, { ...LANGUAGE_MODEL, model: 'n', adapterRank: 8 }],
      'These differ: policy, model (policy), adapter rank (policy).',
    ],
    [
      'other fields too',
      [{}, { estimator: 'token-gae', iterations: 90, learningRate: 1e-4 }],
      'Besides the credit these differ: iterations, learning rate (update).',
    ],
    ['other fields only', [{}, { width: 128 }], 'These differ: width (policy).'],
    [
      'the seeds of the methods',
      [{ seed: 1 }, { estimator: 'token-gae', seed: 2 }],
      'Besides the credit these differ: the seeds.',
    ],
    [
      'one seed more of a method',
      [{ seed: 1 }, { seed: 2 }, { estimator: 'token-gae', seed: 1 }],
      'Besides the credit these differ: the seeds.',
    ],
    [
      'groups that an estimator takes by itself',
      [{}, { estimator: 'grpo' }],
      'Besides the credit these differ: episodes of each game (the estimators’ own group sizes).',
    ],
  ])('%s', (_name, changes, words) => {
    expect(compared(...changes)).toBe(words);
  });

  it('the games, where one run plays generated ones', () => {
    expect(describeDifference([run(), run({ estimator: 'token-gae' }, 'generated')])).toBe(
      'Besides the credit these differ: real and generated games.',
    );
  });
});

describe('makespan', () => {
  it('fills the slots in order', () => {
    expect(makespan([3, 3, 3], 2)).toBe(6);
    expect(makespan([5, 1, 1, 1], 2)).toBe(5);
    expect(makespan([2, 2], 8)).toBe(2);
    expect(makespan([2, 2], 0)).toBe(4);
  });
});
