import { describe, expect, it } from 'vitest';
import { readsField, whyUnread } from '../../../server/contract/fields-read.ts';
import { FIELD_NAMES, parseRunConfig, type RunConfigInput } from '../../../server/contract/run-config.ts';

const unread = (changes: RunConfigInput) => {
  const config = parseRunConfig(changes);
  return FIELD_NAMES.filter((name) => !readsField(config, name));
};
const pretrained = { policy: 'pretrained', model: 'm' } as const;

describe('fields that mean nothing', () => {
  it('to the small policy are those of language models', () => {
    const both = unread({ estimator: 'hae', ...pretrained }).filter(
      (name) => ![...NANO_FIELDS, ...FREE_FIELDS].includes(name),
    );
    const own: readonly string[] = [
      'model',
      'context',
      'decoding',
      'maxResponseTokens',
      'invalidPenalty',
      'tuning',
      'adapterRank',
      'adapterAlpha',
      'adapterTargets',
      'tunedLayers',
      'updatedLayers',
      'frozenWeights',
    ];
    expect(unread({ estimator: 'hae' })).toEqual(
      FIELD_NAMES.filter((name) => own.includes(name) || both.includes(name)),
    );
  });

  it('to a language model are the sizes of the small policy and its renaming', () => {
    expect(unread(pretrained)).toEqual(expect.arrayContaining([...NANO_FIELDS]));
    for (const name of ['warmStartEpisodes', 'warmStartNoise', 'model', 'tunedLayers', 'format'] as const)
      expect(unread(pretrained)).not.toContain(name);
    expect(whyUnread(parseRunConfig(pretrained), 'width')).toMatch(/language model/);
  });

  it('to constrained decoding are those of free text', () => {
    const free = unread({ ...pretrained, decoding: 'free' });
    expect(unread(pretrained).filter((name) => !free.includes(name))).toEqual([...FREE_FIELDS]);
    expect(whyUnread(parseRunConfig(pretrained), 'invalidPenalty')).toBe(
      'No effect with constrained decoding.',
    );
  });

  it('to full tuning are those of adapters', () => {
    expect(
      unread({ ...pretrained, tuning: 'full' }).filter((name) => !unread(pretrained).includes(name)),
    ).toEqual(['adapterRank', 'adapterAlpha', 'adapterTargets', 'frozenWeights']);
  });

  it('to an estimator are the credit of others, and a critic it does not have', () => {
    expect(unread({ estimator: 'grpo' })).toEqual(
      expect.arrayContaining(['kappa', 'gamma', 'critic', 'criticWarmup', 'valueClip']),
    );
    expect(unread({ estimator: 'turn-gae' })).toContain('kappa');
    for (const name of ['lamFlat', 'critic', 'clip'] as const)
      expect(unread({ estimator: 'turn-gae' })).not.toContain(name);
  });
});

const NANO_FIELDS: readonly string[] = [
  'layers',
  'width',
  'heads',
  'keyValueHeads',
  'feedForward',
  'tiedEmbeddings',
  'previousTokenEmbedding',
  'renaming',
];
const FREE_FIELDS: readonly string[] = ['maxResponseTokens', 'invalidPenalty'];
