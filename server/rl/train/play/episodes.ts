import type { TurnResponse } from '../../agent/turn.ts';
import type { Draw } from '../../model/sampling.ts';
import type { TokenIds } from '../../model/token-ids.ts';
import type { DecisionRow } from './decision-row.ts';

/** One turn as played: what the policy saw and said, and what came of it. As a row it is what was new on this turn. */
export interface PlayedTurn extends DecisionRow {
  /**
   * Tokens of the conversation before this turn's: 0 where the prompt is rebuilt. Positions of decisions count from the
   * conversation's beginning.
   */
  offset: number;
  /** Of `tokens`, those that were read before the response. */
  promptLength: number;
  response: TurnResponse;
  /** Entropy of each decision's distribution, nats. */
  entropies: number[];
  reward: number;
  done: boolean;
  /** Whether the episode was cut off after this turn (`Step`). */
  truncated: boolean;
  /** Whether the action was admissible. */
  valid: boolean;
  /** Critic input before the response (V_switch, V_high) and before the action (V_low); null unless asked for. */
  before: Float32Array | null;
  planned: Float32Array | null;
  /** Critic input before the action had the old sub-goal been kept, and P(SWITCH); null unless asked for. */
  kept: Float32Array | null;
  switchProbability: number | null;
  /** What the environment had said; null unless asked for. */
  observation: string | null;
  /** What it admitted, a command a line; null unless asked for. One text, since turns are copied between threads. */
  admissible: string | null;
  /** Whether the turn neither followed the strategy nor advanced the task (strategy-judge.ts); false unless asked for. */
  flagged: boolean;
  /** What a teacher needs to be asked; null unless asked for. */
  lesson: Lesson | null;
  /** Divergence of each decision from the teacher's, nats, once it was asked. */
  divergences?: Float32Array;
}

/** A turn as a teacher gets it. */
export interface Lesson {
  /** The prompt with the answer in it; the response is the turn's own. */
  prompt: TokenIds;
  /** The distributions that were sampled from: probabilities over the support of each decision, one after the other. */
  played: Float32Array;
}

/** What to keep of every turn beside what was decided. */
export interface Recording {
  /** What the critic reads. */
  values: 'features' | 'hidden' | 'none';
  /** What the switching gain reads. */
  kept: boolean;
  observations: boolean;
  admissible: boolean;
  /** What a teacher needs. */
  lessons: boolean;
  /** Whether turns are judged. */
  judged: boolean;
  /** What frozen layers made of the tokens (`DecisionRow.frozen`), up to a limit; absent: not kept. */
  frozen?: boolean;
}

/** Tokens drawn beforehand, from the same prompt, that the first response of an episode begins with. */
export type Opening = readonly Draw[];

export interface Episode {
  gameId: string;
  taskType: string;
  won: boolean;
  /** How good its ending is, where the environment says so (`Step`). */
  score?: number;
  /** Number of turns. */
  length: number;
  /** Sum of rewards. */
  reward: number;
  /** What the environment said last. */
  ending: string;
  /** Empty unless turns were asked for. */
  turns: PlayedTurn[];
  /** Why it could not be played to its end, where its environment failed. */
  broken?: string;
}

export interface Played {
  /** Those that are whole. */
  episodes: Episode[];
  /** How many were broken and thrown away, and why the first of them was; null: none. */
  broken: number;
  reason: string | null;
  turns: number;
  /** Prompt and response tokens through the policy. */
  tokens: number;
}
