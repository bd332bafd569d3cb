import { describe, expect, it } from 'vitest';
import { METRIC_KEYS } from '../../../server/contract/metrics.ts';
import { catalogueKeys } from '../../../server/foreign/metric-keys.ts';

const keysOf = (...names: string[]) => Object.fromEntries(catalogueKeys(names));

describe('names of other trainers in the words of the catalogue', () => {
  it('knows those of verl and HiPER-agent, with the levels', () => {
    expect(
      keysOf(
        'episode/success_rate',
        'critic/advantages_low/mean',
        'critic/advantages_high/mean',
        'critic/advantages_term/mean',
        'critic/vf_explained_var_term',
        'critic/vf_loss',
        'actor/ppo_kl',
      ),
    ).toEqual({
      'episode/success_rate': 'success',
      'critic/advantages_low/mean': 'advantageMean.low',
      'critic/advantages_high/mean': 'advantageMean.high',
      'critic/advantages_term/mean': 'advantageMean.switch',
      'critic/vf_explained_var_term': 'explainedVariance.switch',
      'actor/ppo_kl': 'kl',
    });
  });

  it('takes what belongs to no level for the action where credit is flat', () => {
    expect(keysOf('critic/vf_loss', 'actor/lr')).toEqual({
      'critic/vf_loss': 'valueLoss.low',
      'actor/lr': 'learningRate',
    });
    // Alone it may be the sum over levels that are logged beside it.
    expect(keysOf('critic/vf_loss')).toEqual({});
  });

  it('knows those of TRL, whose kl is the one to the reference', () => {
    expect(keysOf('train/reward', 'train/kl', 'train/completions/mean_length')).toEqual({
      'train/reward': 'reward',
      'train/kl': 'klReference',
    });
    expect(keysOf('reward', 'kl')).toEqual({});
  });

  it('gives a key to one name only, and to its own name first', () => {
    expect(keysOf('success', 'episode/success_rate')).toEqual({});
  });

  it('names only keys that the catalogue has', () => {
    const all = [
      'timing_s/gen',
      'timing_s/adv',
      'episode/valid_action_ratio',
      'actor/kl_loss',
      'actor/entropy',
    ];
    for (const key of Object.values(keysOf(...all))) expect(METRIC_KEYS).toContain(key);
    expect(Object.keys(keysOf(...all))).toHaveLength(all.length);
  });
});
