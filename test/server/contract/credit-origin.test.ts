import { describe, expect, it } from 'vitest';
import { creditOrigin, explainOrigin, methodTitle } from '../../../server/contract/credit-origin.ts';
import { PUBLISHED_TRACES, presetConfig } from '../../../server/contract/presets.ts';
import type { RunConfigInput } from '../../../server/contract/run-config.ts';

const originOf = (changes: RunConfigInput) => creditOrigin(presetConfig('quick', changes));

describe('where the credit of a run comes from', () => {
  it.each<[string, RunConfigInput, ReturnType<typeof creditOrigin>]>([
    ['HiPER by default', {}, 'tuned'],
    ['HiPER as in the paper', { ...PUBLISHED_TRACES }, 'published'],
    ['HiPER as in the paper but for kappa', { ...PUBLISHED_TRACES, kappa: 0.2 }, 'own'],
    ['HiPER by default but for one lambda', { lamTurn: 0.5 }, 'own'],
    ['HiPER by default but for gamma', { gamma: 0.9 }, 'own'],
    ['flat GAE by default', { estimator: 'turn-gae' }, 'tuned'],
    ['flat GAE with the usual lambda', { estimator: 'turn-gae', lamFlat: 0.95 }, 'published'],
    ['flat PPO, which no lambda changes', { estimator: 'token-gae' }, 'published'],
    ['flat PPO without whitening', { estimator: 'token-gae', normalizeAdvantages: false }, 'own'],
    ['GRPO', { estimator: 'grpo' }, 'published'],
    ['Dr. GRPO', { estimator: 'grpo', divideByDeviation: false }, 'own'],
    ['the reconstruction of GEAR', { estimator: 'gear-like' }, null],
    ['StraTA without its judge', { estimator: 'strata' }, null],
  ])('%s', (_name, changes, origin) => {
    expect(originOf(changes)).toBe(origin);
  });

  it('does not look at fields that the estimator does not read', () => {
    expect(originOf({ lamFlat: 0.1, anchorSimilarity: 0.9, learningRate: 0.1 })).toBe('tuned');
  });

  it('stands behind the name of the method', () => {
    expect(methodTitle(presetConfig('quick'))).toBe('HiPER, as tuned here');
    expect(methodTitle(presetConfig('quick', { estimator: 'strata' }))).toBe('StraTA');
  });

  it('is explained by the values, the published ones beside them', () => {
    const words = explainOrigin(presetConfig('quick'));
    expect(words).toContain('learn best here: kappa 0.6, lamTurn 0.3, lamSeg 0.6');
    // They were never tuned with a language model.
    expect(explainOrigin(presetConfig('lm-quick'))).toContain(
      'learn best with the small policy here: kappa 0.6',
    );
    expect(words).toContain('Published: kappa 0, lamTurn 1, lamSeg 0.95');
    expect(words).toContain('Discount 0.97');
    expect(explainOrigin(presetConfig('quick', { estimator: 'gear-like' }))).toBe('');
  });
});
