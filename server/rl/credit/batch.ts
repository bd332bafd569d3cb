import type { Level } from '../../contract/metrics.ts';

/** Whether every turn of a group counts in its statistics (long episodes weigh more), or one turn of every episode. */
export type GroupStatistic = 'turn' | 'episode';

export { LEVELS, type Level } from '../../contract/metrics.ts';

export type FloatColumn = Float32Array | Float64Array;
export type FlagColumn = Uint8Array;

/** Lists of token ids, one a row: row n holds `ids[offsets[n] .. offsets[n + 1])`. */
export interface TokenLists {
  offsets: Int32Array; // [rows + 1]
  ids: Int32Array;
}

/** Numbers on response tokens, one ragged list a row, laid out as in {@link TokenLists}. */
export interface TokenColumns {
  offsets: Int32Array; // [rows + 1]
  /** Value of a token-level critic before the token is emitted; absent: the critic gives one value a turn. */
  value?: FloatColumn;
  /** KL of the policy's distribution to a teacher's, nats, and the policy's entropy (gear-like only). */
  divergence?: FloatColumn;
  entropy?: FloatColumn;
}

/**
 * A batch of turns, one row a turn, in any order: an episode is the rows of equal `episode`, sorted by `turn`. Copies of a
 * row (same episode and turn) may occur; they receive the result of the first and count once everywhere.
 * Every column has one entry a row.
 */
export interface TurnBatch {
  /** Any integer, the same for all turns of an episode. */
  episode: Int32Array;
  /** Position in the episode; turns are ordered by it, gaps do not matter. */
  turn: Int32Array;
  /** Copies of one game share a group (group methods only). */
  group?: Int32Array;
  /** The same number for turns that saw the same observation (gigpo only). */
  anchor?: Int32Array;
  /** Which of its game's strategies the episode followed (strata only). */
  strategy?: Int32Array;
  /** 1 = judged to neither follow the strategy nor advance the task (strata only; absent: nothing was judged). */
  flagged?: FlagColumn;
  /** Reward of the turn, before any penalty. */
  reward: FloatColumn;
  /** 1 = the episode ended here in a terminal state; an episode whose last turn has 0 was truncated. */
  done: FlagColumn;
  /** Switch flag q_t: 1 = SWITCH. The first turn of an episode is a boundary whatever it says. */
  switched: FlagColumn;
  /** 1 = the response obeyed its format: the reference calls such an action valid, whatever the environment makes of it. */
  valid: FlagColumn;
  /**
   * Old values, one a row, read at the position that the registry names for the head. `low` alone is the one-head critic;
   * flat estimators read `low` too. `high` is used on boundary rows only.
   */
  values: { low?: FloatColumn; high?: FloatColumn; switch?: FloatColumn };
  /** V_low had the old sub-goal been kept, and P(SWITCH) when the turn was played (hae with `switchCredit: 'gain'` only). */
  keepValue?: FloatColumn;
  switchProbability?: FloatColumn;
  /** Token ids of the sub-goal block; only the consistency penalty reads them. */
  subgoal?: TokenLists;
  /**
   * Response tokens; beside token-gae and gear-like, estimators read only which turns have none (`spokenRows`) and how many
   * whitening counts. Absent: every response counts as one token.
   */
  tokens?: TokenColumns;
  /**
   * Whether the row has tokens that the level trains (spec/hae.md 2.8); rows without are left out of the normalisation.
   * Absent: all rows for low and switch, boundary rows for high.
   */
  trained?: { low?: FlagColumn; high?: FlagColumn; switch?: FlagColumn };
}

export type LevelColumns = Record<Level, Float64Array | null>;
export type LevelFlags = Record<Level, FlagColumn | null>;

/** Segments of a batch (turns between boundaries), copies left out. */
export interface Segments {
  count: number;
  /** Turns in each segment, in order of episode and time. */
  lengths: Int32Array;
  /** Distinct turns and episodes of the batch. */
  turns: number;
  episodes: number;
}

/**
 * What an estimator returns, one entry a row in the order of the batch. Where a quantity is not defined (a level without
 * value head: null column; a row that is no boundary: entry) the entry is 0 and its flag is 0, so that sums stay finite.
 * Columns may share memory (flat estimators give all levels the same array): treat them as read-only.
 */
export interface Credit {
  /** Final advantages: normalised where the options ask for it. */
  advantage: LevelColumns;
  /** Advantages before normalisation. */
  rawAdvantage: LevelColumns;
  /** 1 = the advantage of this row is defined. */
  defined: LevelFlags;
  /** Critic targets as the estimator defines them: raw advantage + old value. */
  target: LevelColumns;
  targetDefined: LevelFlags;
  /** Monte-Carlo return of the row that the same value heads may learn instead of `target`. */
  monteCarlo: Float64Array;
  /** Rewards after all penalties. */
  shapedReward: Float64Array;
  /** 1 = first turn of a segment. */
  boundary: FlagColumn;
  segments: Segments;
  /**
   * Estimators that tell the tokens of a turn apart (token-gae with a token-level critic, gear-like): advantages and, with a
   * critic, targets per response token, ragged as `batch.tokens`.
   */
  tokens?: { advantage: Float64Array; rawAdvantage: Float64Array; target: Float64Array | null };
  /** Numbers of the estimator's own, under keys of the metric catalogue; undefined: a mean of nothing. */
  statistics?: Record<string, number | undefined>;
}

/** All options of all estimators, named as in the run config, so that a run config may be passed as it is. */
export interface CreditOptions {
  /** Discount per turn (token-gae: per token). */
  gamma?: number;
  /** GAE lambda inside a segment (hae). */
  lamTurn?: number;
  /** GAE lambda over segments (hae). */
  lamSeg?: number;
  /** GAE lambda of turn-gae and token-gae. */
  lamFlat?: number;
  /** Share of the next segment's advantage carried back over the boundary (hae); 0 = as published. */
  kappa?: number;
  /** Iterations over which kappa grows from 0 (hae); 0 = there at once. */
  kappaRamp?: number;
  /** What credits the switch (hae): its segment's return, or the switching gain of two heads. */
  switchCredit?: 'return' | 'gain';
  normalizeAdvantages?: boolean;
  /** Truncated episodes bootstrap from their last value instead of 0 (hae). */
  bootstrapTruncated?: boolean;
  /** Added to the reward of KEEP turns; negative punishes. */
  keepPenalty?: number;
  keepPenaltyMode?: 'fixed' | 'normalized';
  /** Taken from the reward of invalid turns; >= 0. */
  invalidActionPenalty?: number;
  /** Added where a KEEP turn rewrites the sub-goal; negative punishes. Needs `batch.subgoal`. */
  consistencyPenalty?: number;
  /** Compare only where both turns have sub-goal tokens. */
  consistencyRequiresBoth?: boolean;
  /** What group statistics count: every turn, or every episode once (group methods). */
  groupStatistic?: GroupStatistic;
  /** Divide by the standard deviation of the group (grpo, gigpo). */
  divideByDeviation?: boolean;
  /** Weight of the step term (gigpo). */
  stepWeight?: number;
  /** Standard deviations above its episode's mean that make a divergence a departure (gear-like). */
  gearThreshold?: number;
  /** Nats of divergence that change a weight by a factor of e (gear-like); > 0. */
  gearTemperature?: number;
  /** How far a weight may be from 1 before renormalisation (gear-like); in (0, 1). */
  gearClip?: number;
  /** Iterations over which the weights come into force (gear-like); 0 = at once. */
  gearRamp?: number;
  /** The iteration that the batch is from, counted from 1; only a ramp reads it. */
  iteration?: number;
  /** Share of a strategy's episodes, the best ones, that its reward is the mean of (strata). */
  topFraction?: number;
  /** Taken from the credit of flagged turns (strata), from their reward or from their advantage. */
  judgePenalty?: number;
  judgePenaltyIn?: 'reward' | 'advantage';
  /** As the reference does it, defects included (spec/hae.md 2.12): copies of rows count as further turns. */
  compat?: boolean;
}

/** An estimator: pure, linear in the number of turns. */
export type Estimator = (batch: TurnBatch, options?: CreditOptions) => Credit;
