import type { EstimatorName } from '../../contract/run-config.ts';
import type { Estimator, Level } from './batch.ts';
import { estimateHae } from './hae.ts';
import { estimateTokenGae } from './token-gae.ts';
import { estimateTurnGae } from './turn-gae.ts';

export type TurnFormat = 'plan-execute' | 'flat';

/**
 * Where a value is read (spec/hae.md 1.3): `first-token` = before the response, prefix = prompt; `after-subgoal` = before
 * the action, prefix = prompt, switch and sub-goal (the first token when the format has no sub-goal).
 */
export type ValuePosition = 'first-token' | 'after-subgoal';

/** Everything the launch form, the trainer and the docs need to know about an estimator. */
export interface EstimatorEntry {
  name: EstimatorName;
  label: string;
  /** One sentence for people. */
  description: string;
  source: string;
  /** Value heads it reads and where; in `TurnBatch.values`. Empty: it needs no critic. */
  heads: Partial<Record<Level, ValuePosition>>;
  /** Numbers of heads it can work with. */
  headCounts: readonly number[];
  /** Needs several episodes of each game, marked by `TurnBatch.group`. */
  groups: boolean;
  /** Levels that get an advantage of their own; one level = the same advantage for all tokens of a turn. */
  levels: readonly Level[];
  formats: readonly TurnFormat[];
  estimate: Estimator;
}

/** All estimators. Adding one takes its file, its name in `ESTIMATORS` of the run config, and an entry here. */
export const estimators: Record<EstimatorName, EstimatorEntry> = {
  hae: {
    name: 'hae',
    label: 'HAE (HiPER)',
    description:
      'Hierarchical: actions are credited inside their segment, sub-goals from segment to segment, switches by what their segment brings.',
    source: 'HiPER, arXiv 2602.16165; kappa is ours',
    heads: { low: 'after-subgoal', high: 'first-token', switch: 'first-token' },
    headCounts: [1, 2, 3],
    groups: false,
    levels: ['switch', 'high', 'low'],
    formats: ['plan-execute'],
    estimate: estimateHae,
  },
  'turn-gae': {
    name: 'turn-gae',
    label: 'Turn GAE',
    description: 'Flat: generalised advantage estimation over turns, one advantage for all tokens of a turn.',
    source: 'GAE, arXiv 1506.02438, with turns as actions (Turn-PPO, arXiv 2512.17008)',
    heads: { low: 'first-token' },
    headCounts: [1],
    groups: false,
    levels: ['low'],
    formats: ['plan-execute', 'flat'],
    estimate: estimateTurnGae,
  },
  'token-gae': {
    name: 'token-gae',
    label: 'Token GAE (flat PPO)',
    description:
      'Flat: the return of the whole episode on every turn, less the value before it; no credit flows between turns.',
    source: 'PPO, arXiv 1707.06347, as configured in the HiPER repository (spec/hae.md 4)',
    heads: { low: 'first-token' },
    headCounts: [1],
    groups: false,
    levels: ['low'],
    formats: ['plan-execute', 'flat'],
    estimate: estimateTokenGae,
  },
};
