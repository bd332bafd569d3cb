import { z } from 'zod';
import { ESTIMATORS } from '../estimators.ts';
import { field, integer, share } from './field.ts';

export const creditSchemas = {
  estimator: field(
    z.enum(ESTIMATORS).default('hae'),
    'How credit is assigned: hae is HiPER, token-gae flat PPO as its authors configure it.',
    { title: 'Estimator', group: 'Credit' },
  ),
  gamma: field(share().default(0.97), 'Discount per turn.', { title: 'Gamma', group: 'Credit' }),
  lamTurn: field(share().default(0.3), 'GAE lambda inside a segment (hae); 1 is the paper.', {
    title: 'Lambda, turns',
    group: 'Credit',
  }),
  lamSeg: field(share().default(0.6), 'GAE lambda over segments (hae); 0.95 is the paper.', {
    title: 'Lambda, segments',
    group: 'Credit',
  }),
  lamFlat: field(
    share().default(0.6),
    'GAE lambda of turn-gae, and of token-gae inside a turn; 0.95 is usual.',
    {
      title: 'Lambda, flat',
      group: 'Credit',
    },
  ),
  kappa: field(
    share().default(0.6),
    'Share of the next segment’s advantage carried back over the boundary (hae); 0 is the paper.',
    { title: 'Kappa', group: 'Credit' },
  ),
  kappaRamp: field(
    integer(0, 10_000).default(0),
    'Iterations over which kappa grows from 0 to its value (hae); 0 = there from the start.',
    { title: 'Kappa ramp', group: 'Credit', unit: 'iterations', advanced: true },
  ),
  valueHeads: field(
    z.union([z.literal(1), z.literal(2), z.literal(3)]).default(3),
    'Value heads of hae: 3 = low, high, switch; 2 = low, high; 1 = low for both.',
    { title: 'Value heads', group: 'Credit', advanced: true },
  ),
  switchCredit: field(
    z.enum(['return', 'gain']).default('return'),
    'How hae credits the switch: return = what its segment brings less a third value (as released); gain = (q - P(SWITCH)) (V_high - V_low under the old sub-goal), two value heads (as in the paper’s text).',
    { title: 'Switch credit', group: 'Credit', advanced: true },
  ),
  groupStatistic: field(
    z.enum(['episode', 'turn']).default('episode'),
    'What group means and deviations count: every episode once, or every turn (the reference’s default; long episodes weigh more).',
    { title: 'Group statistic', group: 'Credit', advanced: true },
  ),
  divideByDeviation: field(
    z.boolean().default(true),
    'Divide by the standard deviation of the group (grpo, gigpo, gear-like); without it grpo is Dr. GRPO.',
    { title: 'Divide by deviation', group: 'Credit', advanced: true },
  ),
  stepWeight: field(
    z.number().min(0).max(100).default(1),
    'Weight of the comparison of turns beside that of episodes (gigpo).',
    { title: 'Step weight', group: 'Credit', advanced: true },
  ),
  anchorSimilarity: field(
    z.number().min(0.5).max(1).default(1),
    'How alike two observations must be to count as the same (gigpo); 1 asks for equal texts and is far faster.',
    { title: 'Anchor similarity', group: 'Credit', advanced: true },
  ),
  gearThreshold: field(
    z.number().min(0).max(10).default(1),
    'A token departs from the teacher where their divergence is this many standard deviations above the mean of its episode (gear-like).',
    { title: 'Departure threshold', group: 'Credit', unit: 'deviations', advanced: true },
  ),
  gearTemperature: field(
    z.number().positive().max(100).default(1),
    'Divergence that changes the weight of a token by a factor of e (gear-like).',
    { title: 'Weight temperature', group: 'Credit', unit: 'nats', advanced: true },
  ),
  gearClip: field(
    z.number().positive().max(0.99).default(0.28),
    'How far the weight of a token may be from 1, before weights are scaled to mean 1 (gear-like).',
    { title: 'Weight clip', group: 'Credit', advanced: true },
  ),
  gearRamp: field(
    integer(0, 10_000).default(0),
    'Iterations over which weights grow from 1 to their full size (gear-like); 0 = full from the start.',
    { title: 'Weight ramp', group: 'Credit', unit: 'iterations', advanced: true },
  ),
  strategies: field(
    integer(2, 64).default(2),
    'Strategies that a game is played with (strata); they share its episodes, the group size, evenly.',
    { title: 'Strategies', group: 'Credit', unit: 'a game' },
  ),
  strategyOversampling: field(
    integer(1, 64).default(8),
    'Candidates drawn for each strategy that is kept (strata); those least alike are kept, 1 keeps all.',
    { title: 'Oversampling', group: 'Credit', advanced: true },
  ),
  topFraction: field(
    z.number().positive().max(1).default(0.5),
    'Share of a strategy’s episodes, the best ones, that its reward is the mean of (strata); 1 is the plain mean.',
    { title: 'Top fraction', group: 'Credit' },
  ),
  judge: field(
    z.enum(['none', 'rule']).default('none'),
    'Whether turns that neither follow the strategy nor advance the task are punished (strata). The paper has the policy judge itself in words, which a small one cannot; rule is ours: while nothing needed is known, looking elsewhere than the strategy says, in vain.',
    { title: 'Judge', group: 'Credit', advanced: true },
  ),
  judgePenalty: field(z.number().min(0).max(10).default(0.1), 'What a judged turn loses (strata).', {
    title: 'Judge penalty',
    group: 'Credit',
    advanced: true,
  }),
  judgePenaltyIn: field(
    z.enum(['reward', 'advantage']).default('reward'),
    'Whether the penalty is taken from the reward, before it is normalised, or from the advantage (strata).',
    { title: 'Penalty in', group: 'Credit', advanced: true },
  ),
  normalizeAdvantages: field(
    z.boolean().default(true),
    'Give advantages zero mean and unit variance in each batch, every level by itself.',
    {
      title: 'Normalise',
      group: 'Credit',
      advanced: true,
    },
  ),
  keepPenalty: field(z.number().min(-10).max(0).default(0), 'Reward added on KEEP turns (negative).', {
    title: 'KEEP penalty',
    group: 'Credit',
    advanced: true,
  }),
  keepPenaltyMode: field(
    z.enum(['fixed', 'normalized']).default('fixed'),
    'Fixed: on every KEEP turn; normalized: divided by the episode length.',
    { title: 'KEEP penalty mode', group: 'Credit', advanced: true },
  ),
};
