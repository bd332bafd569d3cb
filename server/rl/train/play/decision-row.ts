import type { TokenIds } from '../../model/token-ids.ts';

/** A sequence to learn from: a turn, prompt and response, or a whole episode that was played as a dialogue. */
export interface DecisionRow {
  tokens: TokenIds;
  /** What was decided where, of all its turns; in the order of their positions. */
  decisions: Decision[];
  /** Turns that it holds; absent: one. */
  turns?: number;
  /** What the value heads of a shared trunk learn on its turns, one entry a turn; absent otherwise. */
  values?: ValueTargets[];
  /**
   * What the layers below the lowest that is trained made of its first tokens when they were played, in parts that are `[tokens, width]`
   * each; absent where that was not kept.
   */
  frozen?: readonly Float32Array[];
}

/** Turns that rows hold. */
export function countTurns(rows: readonly DecisionRow[]): number {
  return rows.reduce((sum, { turns = 1 }) => sum + turns, 0);
}

/** Value targets of one turn; arrays are by head, weight 0 where a head learns nothing. */
export interface ValueTargets {
  /** Index in `tokens` of the token before which each head is read. */
  position: [number, number, number];
  target: [number, number, number];
  weight: [number, number, number];
}

export const VALUE_HEADS = 3;

/** One token drawn from more than one possible token. */
export interface Decision {
  /** Index in `tokens` of the chosen token; the hidden state one before it predicts it. */
  position: number;
  chosen: number;
  /** Ids with probability above 0 when it was chosen; null for the whole vocabulary. */
  support: TokenIds | null;
  /** Log-probability when it was chosen. */
  oldLogProbability: number;
  advantage: number;
  /** 0 switch, 1 high, 2 low. */
  level: number;
}
