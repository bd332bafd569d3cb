import { z } from 'zod';
import { field, integer, share } from './field.ts';

/** From when on something is called wrong with a run; nothing of training depends on it. */
export const alertSchemas = {
  alertNeverSwitches: field(
    share().default(0.02),
    'Share of the turns with a choice on which a hierarchy must switch; with less it has collapsed. 0 never says so. One switch in 50 turns: an episode of the longest limit then has one sub-goal.',
    { title: 'Least switching', group: 'Alerts', advanced: true },
  ),
  alertAlwaysSwitches: field(
    share().default(0.95),
    'Share of the turns with a choice on which a hierarchy may switch; with more it has collapsed. 1 never says so.',
    { title: 'Most switching', group: 'Alerts', advanced: true },
  ),
  alertEntropy: field(
    share().default(0.05),
    'Of its first value: less entropy of a level’s decisions is a collapse, unless nearly all episodes are won. 0 never says so.',
    { title: 'Least entropy', group: 'Alerts', advanced: true },
  ),
  alertKl: field(
    z.number().min(0).max(1000).default(0.1),
    'Largest move of the policy in one update. The default is ten times what healthy updates here and in the authors’ logs reach; 0 never says so.',
    { title: 'Largest KL', group: 'Alerts', unit: 'nats a decision token', advanced: true },
  ),
  alertValueLoss: field(
    z.number().min(0).max(1e6).default(10),
    'Largest value loss, in times the median of the 20 iterations before, where the critic explains nothing either. Healthy runs stay within three times; 0 never says so.',
    { title: 'Largest rise of the value loss', group: 'Alerts', unit: 'times', advanced: true },
  ),
  alertUselessCritic: field(
    integer(0, 10_000).default(15),
    'Iterations on end in which a level’s values explain none of its returns (explained variance of 0 or less) until that is told; 0 never tells it.',
    { title: 'Useless critic', group: 'Alerts', unit: 'iterations', advanced: true },
  ),
  alertIdleReward: field(
    integer(0, 1000).default(20),
    'Iterations that are compared with as many before them: a reward that rises, by more than three standard errors, while not more episodes are won is told; 0 never tells it.',
    { title: 'Reward without success', group: 'Alerts', unit: 'iterations', advanced: true },
  ),
};
