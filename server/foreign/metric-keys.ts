import { LEVELS, type Level, METRIC_KEYS } from '../contract/metrics.ts';

// What the logs of other trainers call the metrics of our catalogue. Values are taken over as they are; where theirs is not quite
// ours (verl logs advantages after normalisation, and half of the clipped squared error as value loss), docs/other-trainers.md says so.

/** verl's logger, with the additions of HiPER-agent. */
const VERL: Record<string, string> = {
  'episode/success_rate': 'success',
  'episode/reward/mean': 'reward',
  'episode/length/mean': 'episodeLength',
  'episode/valid_action_ratio': 'validActions',
  'actor/ppo_kl': 'kl',
  'actor/kl_loss': 'klReference',
  'actor/pg_clipfrac': 'clipFraction',
  'actor/pg_loss': 'policyLoss',
  'actor/grad_norm': 'gradientNorm',
  'actor/lr': 'learningRate',
  'timing_s/gen': 'rolloutSeconds',
  'timing_s/adv': 'creditSeconds',
};

/** HiPER-agent's names of the levels: its KEEP/SWITCH decision ends a sub-goal. */
const LEVEL_NAMES: Record<Level, string> = { switch: 'term', high: 'high', low: 'low' };

/** Of flat credit; beside metrics by level these are sums over the levels, which the catalogue does not have. */
const VERL_FLAT: Record<string, string> = {
  'critic/advantages/mean': 'advantageMean.low',
  'critic/vf_loss': 'valueLoss.low',
  'critic/vf_explained_var': 'explainedVariance.low',
  'actor/entropy_loss': 'entropy.low',
  'actor/entropy': 'entropy.low',
};

for (const level of LEVELS) {
  const name = LEVEL_NAMES[level];
  VERL[`critic/advantages_${name}/mean`] = `advantageMean.${level}`;
  VERL[`critic/vf_loss_${name}`] = `valueLoss.${level}`;
  VERL[`critic/vf_explained_var_${name}`] = `explainedVariance.${level}`;
}

/** TRL's trainers, without the `train/` that some loggers put in front. */
const TRL: Record<string, string> = {
  learning_rate: 'learningRate',
  grad_norm: 'gradientNorm',
  num_tokens: 'tokens',
  kl: 'klReference',
  entropy: 'entropy.low',
  'clip_ratio/region_mean': 'clipFraction',
  'objective/kl': 'klReference',
  'objective/rlhf_reward': 'reward',
  'policy/approxkl_avg': 'kl',
  'policy/clipfrac_avg': 'clipFraction',
  'policy/entropy_avg': 'entropy.low',
  'loss/policy_avg': 'policyLoss',
  'loss/value_avg': 'valueLoss.low',
};
const OF_TRL = /^(train\/)?(rewards\/|objective\/|completions\/|clip_ratio\/|frac_reward_zero_std)/;

const KNOWN = new Set(METRIC_KEYS);

/** The key of the catalogue for each name that it calls otherwise, of names that were logged together. */
export function catalogueKeys(names: readonly string[]): Map<string, string> {
  const isTrl = names.some((name) => OF_TRL.test(name));
  const isFlat = names.length > 1 && !names.some((name) => VERL[name]?.includes('.'));
  const taken = new Set(names.filter((name) => KNOWN.has(name) && !(isTrl && TRL[name])));
  const keys = new Map<string, string>();
  for (const name of names) {
    const plain = name.replace(/^train\//, '');
    const key =
      VERL[name] ??
      (isFlat ? VERL_FLAT[name] : undefined) ??
      (isTrl ? TRL[plain] : undefined) ??
      (KNOWN.has(plain) ? plain : undefined);
    if (key === undefined || key === name || taken.has(key)) continue;
    taken.add(key);
    keys.set(name, key);
  }
  return keys;
}
