import * as tf from '@tensorflow/tfjs-core';
import { paddedPositions } from '../model/policy.ts';
import type { TokenIds } from '../model/sampling.ts';

/** A turn to learn from: its tokens and what was decided where. */
export interface DecisionRow {
  /** Prompt and response. */
  tokens: TokenIds;
  decisions: Decision[];
  /** What the value heads of a shared trunk learn on this row; absent otherwise. */
  values?: ValueTargets;
}

/** Prompt and response as the tokens of one row. */
export function joinTokens(prompt: Uint16Array, response: Uint16Array): Uint16Array {
  const tokens = new Uint16Array(prompt.length + response.length);
  tokens.set(prompt);
  tokens.set(response, prompt.length);
  return tokens;
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

/** Rows packed for one compiled call: right-padded tokens and flat decisions, padded to a few sizes so that few graphs exist. */
export interface DecisionBatch {
  tensors: {
    ids: tf.Tensor; // [rows, positions] int32
    index: tf.Tensor; // [decisions] int32, row * positions + position of the predicting hidden state
    support: tf.Tensor; // [decisions, vocabulary] 0/1, or [1, vocabulary] when every decision is among all ids
    chosen: tf.Tensor; // [decisions] int32
    oldLogProbability: tf.Tensor; // [decisions]
    advantage: tf.Tensor; // [decisions]
    weight: tf.Tensor; // [decisions] 1, or 0 for padding and other levels
    valueIndex: tf.Tensor; // [rows * heads] int32, as `index`
    valueTarget: tf.Tensor; // [rows, heads]
    valueWeight: tf.Tensor; // [rows, heads]
  };
  decisions: number;
  tokens: number;
}

const roundUp = (value: number, step: number) => Math.max(step, Math.ceil(value / step) * step);

/**
 * Packs rows (at most `rows` of them) into tensors; dispose them with `disposeBatch`. With a `level`, only its decisions weigh
 * anything, and no value target does; all shapes stay the same.
 */
export function packDecisions(
  turns: readonly DecisionRow[],
  rows: number,
  vocabulary: number,
  level?: number,
): DecisionBatch {
  let longest = 1;
  let decisionCount = 0;
  let tokens = 0;
  for (const turn of turns) {
    longest = Math.max(longest, turn.tokens.length);
    decisionCount += turn.decisions.length;
    tokens += turn.tokens.length;
  }
  const positions = paddedPositions(longest);
  const decisions = roundUp(decisionCount, 2 * rows);
  const ids = new Int32Array(rows * positions);
  const index = new Int32Array(decisions);
  // Free text would need a table of ones as large as the logits.
  const isFree =
    decisionCount > 0 && turns.every((turn) => turn.decisions.every((decision) => decision.support === null));
  const supportRows = isFree ? 1 : decisions;
  const support = new Float32Array(supportRows * vocabulary);
  if (isFree) support.fill(1);
  const chosen = new Int32Array(decisions);
  const oldLogProbability = new Float32Array(decisions);
  const advantage = new Float32Array(decisions);
  const weight = new Float32Array(decisions);
  const valueIndex = new Int32Array(rows * VALUE_HEADS);
  const valueTarget = new Float32Array(rows * VALUE_HEADS);
  const valueWeight = new Float32Array(rows * VALUE_HEADS);
  let at = 0;
  turns.forEach((turn, row) => {
    const { values } = turn;
    if (values) {
      valueIndex.set(
        values.position.map((position) => row * positions + position - 1),
        row * VALUE_HEADS,
      );
      valueTarget.set(values.target, row * VALUE_HEADS);
      if (level === undefined) valueWeight.set(values.weight, row * VALUE_HEADS);
    }
    ids.set(turn.tokens, row * positions);
    for (const decision of turn.decisions) {
      index[at] = row * positions + decision.position - 1;
      if (decision.support) for (const id of decision.support) support[at * vocabulary + id] = 1;
      else if (!isFree) support.fill(1, at * vocabulary, (at + 1) * vocabulary);
      chosen[at] = decision.chosen;
      oldLogProbability[at] = decision.oldLogProbability;
      advantage[at] = decision.advantage;
      weight[at] = level === undefined || level === decision.level ? 1 : 0;
      at++;
    }
  });
  // Padding decides between one token: its softmax stays finite.
  for (let padding = at; padding < supportRows; padding++) support[padding * vocabulary] = 1;
  return {
    tensors: {
      ids: tf.tensor(ids, [rows, positions], 'int32'),
      index: tf.tensor(index, [decisions], 'int32'),
      support: tf.tensor(support, [supportRows, vocabulary]),
      chosen: tf.tensor(chosen, [decisions], 'int32'),
      oldLogProbability: tf.tensor(oldLogProbability, [decisions]),
      advantage: tf.tensor(advantage, [decisions]),
      weight: tf.tensor(weight, [decisions]),
      valueIndex: tf.tensor(valueIndex, [rows * VALUE_HEADS], 'int32'),
      valueTarget: tf.tensor(valueTarget, [rows, VALUE_HEADS]),
      valueWeight: tf.tensor(valueWeight, [rows, VALUE_HEADS]),
    },
    decisions: decisionCount,
    tokens,
  };
}

export function disposeBatch(batch: DecisionBatch): void {
  tf.dispose(batch.tensors);
}

/** Turns in groups of at most `size`, turns of like length together (less padding); deterministic. */
export function groupByLength<T extends DecisionRow>(turns: readonly T[], size: number): T[][] {
  const sorted = turns.toSorted((a, b) => a.tokens.length - b.tokens.length);
  const groups: T[][] = [];
  for (let start = 0; start < sorted.length; start += size) groups.push(sorted.slice(start, start + size));
  return groups;
}
