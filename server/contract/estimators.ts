import type { Level } from './metrics.ts';

/**
 * Where a value is read (spec/hae.md 1.3): `first-token` = before the response, prefix = prompt; `after-subgoal` = before
 * the action, prefix = prompt, switch and sub-goal (the first token when the format has no sub-goal).
 */
export type ValuePosition = 'first-token' | 'after-subgoal';

/** What the policy emits each turn: switch, sub-goal and action; the action alone; or that after a strategy at the start. */
export const TURN_FORMATS = ['plan-execute', 'flat', 'strategy'] as const;
export type TurnFormat = (typeof TURN_FORMATS)[number];

/** Config fields that only some estimators read. */
export type CreditField =
  | 'gamma'
  | 'lamTurn'
  | 'lamSeg'
  | 'lamFlat'
  | 'kappa'
  | 'kappaRamp'
  | 'valueHeads'
  | 'switchCredit'
  | 'normalizeAdvantages'
  | 'groupStatistic'
  | 'divideByDeviation'
  | 'stepWeight'
  | 'anchorSimilarity'
  | 'gearThreshold'
  | 'gearTemperature'
  | 'gearClip'
  | 'gearRamp'
  | 'strategies'
  | 'strategyOversampling'
  | 'topFraction'
  | 'judge'
  | 'judgePenalty'
  | 'judgePenaltyIn';

/** What the launch form, the trainer and the pages need to know about an estimator. */
export interface EstimatorFacts {
  /** A name for people. */
  title: string;
  /** One sentence for people. */
  description: string;
  source: string;
  /** Value heads it reads and where. Empty: it needs no critic. */
  heads: Partial<Record<Level, ValuePosition>>;
  /** Compares several episodes of each game. */
  groups: boolean;
  /** Compares turns of a group that saw the same observation. */
  anchors: boolean;
  /** Compares what the policy does with what it would do if it were told where the things are that its task needs. */
  teacher: boolean;
  /** Plays each game with several strategies, some of its episodes each. */
  strategies: boolean;
  /** Levels that get an advantage of their own; one level = the same advantage for all tokens of a turn. */
  levels: readonly Level[];
  /** The turns it can be played in; the first is what it takes unless told otherwise. */
  formats: readonly TurnFormat[];
  /** Fields of the config that it reads. */
  fields: readonly CreditField[];
}

const critic = {
  heads: { low: 'first-token' },
  groups: false,
  anchors: false,
  teacher: false,
  strategies: false,
} as const;
const grouped = { heads: {}, groups: true, anchors: false, teacher: false, strategies: false } as const;
const flat = { levels: ['low'], formats: TURN_FORMATS } as const;

const facts = {
  hae: {
    title: 'HiPER',
    description:
      'Hierarchical: actions are credited inside their segment, sub-goals from segment to segment, switches by what their segment brings.',
    source: 'HiPER, arXiv 2602.16165; kappa is ours',
    heads: { low: 'after-subgoal', high: 'first-token', switch: 'first-token' },
    groups: false,
    anchors: false,
    teacher: false,
    strategies: false,
    levels: ['switch', 'high', 'low'],
    formats: ['plan-execute'],
    fields: [
      'gamma',
      'lamTurn',
      'lamSeg',
      'kappa',
      'kappaRamp',
      'valueHeads',
      'switchCredit',
      'normalizeAdvantages',
    ],
  },
  'turn-gae': {
    title: 'Turn-level GAE',
    description: 'Flat: generalised advantage estimation over turns, one advantage for all tokens of a turn.',
    source: 'GAE, arXiv 1506.02438, with turns as actions (Turn-PPO, arXiv 2512.17008)',
    ...critic,
    ...flat,
    fields: ['gamma', 'lamFlat', 'normalizeAdvantages'],
  },
  'token-gae': {
    title: 'Flat PPO',
    description:
      'Flat: the return of the whole episode on every turn, less the value before it; no credit flows between turns.',
    source: 'PPO, arXiv 1707.06347, as configured in the HiPER repository (spec/hae.md 4)',
    ...critic,
    ...flat,
    fields: ['gamma', 'lamFlat', 'normalizeAdvantages'],
  },
  grpo: {
    title: 'GRPO',
    description:
      'Flat, without a critic: the return of an episode against those of the other episodes of its game, on every turn.',
    source: 'GRPO, arXiv 2402.03300; without the division Dr. GRPO, arXiv 2503.20783',
    ...grouped,
    ...flat,
    fields: ['groupStatistic', 'divideByDeviation'],
  },
  rloo: {
    title: 'RLOO',
    description:
      'Flat, without a critic: the return of an episode less the mean of the other episodes of its game.',
    source: 'RLOO, arXiv 2402.14740',
    ...grouped,
    ...flat,
    fields: ['groupStatistic'],
  },
  gigpo: {
    title: 'GiGPO',
    description:
      'Without a critic: GRPO plus a comparison of turns that saw the same observation in the episodes of a game.',
    source: 'GiGPO, arXiv 2505.10978',
    ...grouped,
    anchors: true,
    ...flat,
    fields: ['gamma', 'groupStatistic', 'divideByDeviation', 'stepWeight', 'anchorSimilarity'],
  },
  'gear-like': {
    title: 'GEAR-like (our reconstruction)',
    description:
      'GRPO, its advantage reweighted token by token: where the policy departs from what it would do if it were told where the things are that it needs, success earns less and failure costs more.',
    source: 'after GEAR, arXiv 2605.11853, whose equations we have not seen: a reconstruction, not the paper',
    ...grouped,
    teacher: true,
    ...flat,
    fields: [
      'groupStatistic',
      'divideByDeviation',
      'gearThreshold',
      'gearTemperature',
      'gearClip',
      'gearRamp',
    ],
  },
  strata: {
    title: 'StraTA',
    description:
      'Hierarchical, without a critic: strategies for a whole episode compete by their best episodes, actions with those of the same strategy.',
    source:
      'StraTA, arXiv 2605.06642 (from notes on the paper: spec/credit-methods.md 1); judging by a rule is ours',
    ...grouped,
    strategies: true,
    levels: ['high', 'low'],
    formats: ['strategy'],
    fields: [
      'groupStatistic',
      'strategies',
      'strategyOversampling',
      'topFraction',
      'judge',
      'judgePenalty',
      'judgePenaltyIn',
    ],
  },
  'reinforce++': {
    title: 'REINFORCE++',
    description:
      'Flat, without a critic or groups: the return of the episode on every turn, whitened over the batch.',
    source: 'REINFORCE++, arXiv 2501.03262',
    ...grouped,
    groups: false,
    ...flat,
    fields: ['normalizeAdvantages'],
  },
  'reinforce++-baseline': {
    title: 'REINFORCE++ with baseline',
    description:
      'Flat, without a critic: the return of an episode less the mean of its game, whitened over the batch.',
    source: 'REINFORCE++, arXiv 2501.03262, baseline form',
    ...grouped,
    ...flat,
    fields: ['groupStatistic', 'normalizeAdvantages'],
  },
} as const satisfies Record<string, EstimatorFacts>;

export type EstimatorName = keyof typeof facts;

/** All estimators by name; `server/rl/credit/registry.ts` holds the functions. */
export const ESTIMATOR_FACTS: Record<EstimatorName, EstimatorFacts> = facts;

export const ESTIMATORS = Object.keys(facts) as EstimatorName[];

/** Estimators that compare episodes of one game play this many of it unless told otherwise. */
const DEFAULT_GROUP_SIZE = 8;

/** Episodes of each game in an iteration: the config's `groupSize`, 0 = what the estimator needs. */
export function groupSizeOf(config: { estimator: EstimatorName; groupSize: number }): number {
  if (config.groupSize > 0) return config.groupSize;
  return ESTIMATOR_FACTS[config.estimator].groups ? DEFAULT_GROUP_SIZE : 1;
}

/** Names of the config fields that are about credit. */
export const creditFields: ReadonlySet<string> = new Set(
  Object.values(facts).flatMap(({ fields }) => [...fields]),
);

/** Whether a field means anything to an estimator: true of all that are not about credit. See fields-read.ts for a whole config. */
export function readsCreditField(estimator: EstimatorName, field: string): boolean {
  return !creditFields.has(field) || ESTIMATOR_FACTS[estimator].fields.includes(field as CreditField);
}

/** Whether an estimator learns values. */
export function hasCritic(estimator: EstimatorName): boolean {
  return Object.keys(ESTIMATOR_FACTS[estimator].heads).length > 0;
}
