import * as tf from '@tensorflow/tfjs-core';
import { type DecisionRow, VALUE_HEADS } from '../play/decision-row.ts';
import type { BatchSizes } from './batch-sizes.ts';
import { findColumns } from './decision-columns.ts';

/**
 * Rows packed for one compiled call: right-padded tokens and flat decisions, padded to a few sizes so that few graphs exist.
 * Of a large vocabulary only the `columns` are scored that some decision is among.
 */
export interface DecisionBatch {
  tensors: {
    ids: tf.Tensor; // [rows, positions] int32, or what frozen layers make of them, [rows, positions, width]
    index: tf.Tensor; // [decisions] int32, row * positions + position of the predicting hidden state
    columns: tf.Tensor; // [columns] int32, ids; [0] when the columns are all ids in their order
    support: tf.Tensor; // [decisions, columns] 0/1, or [1, columns] when every decision is among all ids
    chosen: tf.Tensor; // [decisions] int32, a column
    /** Decisions among all ids where others are among few: they are scored again, by the whole table. Empty elsewhere. */
    free: tf.Tensor[]; // index [free], chosen [free] an id, source [decisions] where its score is: itself, or decisions + place; int32
    oldLogProbability: tf.Tensor; // [decisions]
    advantage: tf.Tensor; // [decisions]
    weight: tf.Tensor; // [decisions] 1, or 0 for padding and other levels
    valueIndex: tf.Tensor; // [turns * heads] int32, as `index`
    valueTarget: tf.Tensor; // [turns, heads]
    valueWeight: tf.Tensor; // [turns, heads]
  };
  /** Number of columns. */
  width: number;
  /** The column of an id that a decision was among. */
  columnOf(id: number): number;
  decisions: number;
  tokens: number;
}

/**
 * Packs rows, no more than `sizes` lets a call have (`groupByLength`), into tensors; dispose them with `disposeBatch`. With a
 * `level`, only its decisions weigh anything, and no value target does; all shapes stay the same.
 */
export function packDecisions(
  rows: readonly DecisionRow[],
  sizes: BatchSizes,
  level?: number,
): DecisionBatch {
  let longest = 1;
  let decisionCount = 0;
  let tokens = 0;
  let valued = 0;
  for (const row of rows) {
    longest = Math.max(longest, row.tokens.length);
    decisionCount += row.decisions.length;
    tokens += row.tokens.length;
    valued += row.values?.length ?? 0;
  }
  const positions = sizes.positions(longest);
  const lanes = sizes.rows(rows.length, positions);
  const decisions = sizes.decisions(decisionCount, lanes, positions);
  const turns = sizes.turns(valued, lanes, positions);
  const ids = new Int32Array(lanes * positions);
  const index = new Int32Array(decisions);
  const { kind, columns, width, columnOf } = findColumns(rows, sizes);
  const isFree = kind === 'free';
  const free: { decision: number; chosen: number }[] = [];
  const supportRows = isFree ? 1 : decisions;
  const support = new Float32Array(supportRows * width);
  if (isFree) support.fill(1);
  const chosen = new Int32Array(decisions);
  const oldLogProbability = new Float32Array(decisions);
  const advantage = new Float32Array(decisions);
  const weight = new Float32Array(decisions);
  const valueIndex = new Int32Array(turns * VALUE_HEADS);
  const valueTarget = new Float32Array(turns * VALUE_HEADS);
  const valueWeight = new Float32Array(turns * VALUE_HEADS);
  let at = 0;
  let turn = 0;
  rows.forEach((row, lane) => {
    for (const { position, target, weight: counts } of row.values ?? []) {
      const start = turn++ * VALUE_HEADS;
      valueIndex.set(
        position.map((token) => lane * positions + token - 1),
        start,
      );
      valueTarget.set(target, start);
      if (level === undefined) valueWeight.set(counts, start);
    }
    ids.set(row.tokens, lane * positions);
    for (const decision of row.decisions) {
      index[at] = lane * positions + decision.position - 1;
      if (decision.support) for (const id of decision.support) support[at * width + columnOf(id)] = 1;
      else if (kind === 'listed') support.fill(1, at * width, (at + 1) * width);
      else if (kind === 'mixed') {
        support[at * width] = 1; // as padding
        free.push({ decision: at, chosen: decision.chosen });
      }
      chosen[at] = kind === 'mixed' && decision.support === null ? 0 : columnOf(decision.chosen);
      oldLogProbability[at] = decision.oldLogProbability;
      advantage[at] = decision.advantage;
      weight[at] = level === undefined || level === decision.level ? 1 : 0;
      at++;
    }
  });
  // Padding decides between one token: its softmax stays finite.
  for (let padding = at; padding < supportRows; padding++) support[padding * width] = 1;
  return {
    tensors: {
      ids: tf.tensor(ids, [lanes, positions], 'int32'),
      index: tf.tensor(index, [decisions], 'int32'),
      columns: tf.tensor(columns, [columns.length], 'int32'),
      support: tf.tensor(support, [supportRows, width]),
      chosen: tf.tensor(chosen, [decisions], 'int32'),
      free: kind === 'mixed' ? packFree(free, index, sizes) : [],
      oldLogProbability: tf.tensor(oldLogProbability, [decisions]),
      advantage: tf.tensor(advantage, [decisions]),
      weight: tf.tensor(weight, [decisions]),
      valueIndex: tf.tensor(valueIndex, [turns * VALUE_HEADS], 'int32'),
      valueTarget: tf.tensor(valueTarget, [turns, VALUE_HEADS]),
      valueWeight: tf.tensor(valueWeight, [turns, VALUE_HEADS]),
    },
    width,
    columnOf,
    decisions: decisionCount,
    tokens,
  };
}

/** See `DecisionBatch`; `index` is that of all decisions. Padding scores the first free decision again, and is not read. */
function packFree(
  free: readonly { decision: number; chosen: number }[],
  index: Int32Array,
  sizes: BatchSizes,
): tf.Tensor[] {
  const count = sizes.free(free.length);
  const padded = Array.from({ length: count }, (_, i) => free[i] ?? free[0]!);
  const source = index.map((_, decision) => decision);
  free.forEach(({ decision }, place) => {
    source[decision] = index.length + place;
  });
  const list = (numbers: Int32Array) => tf.tensor(numbers, [numbers.length], 'int32');
  return [
    list(Int32Array.from(padded, ({ decision }) => index[decision] as number)),
    list(Int32Array.from(padded, ({ chosen }) => chosen)),
    list(source),
  ];
}

export function disposeBatch(batch: DecisionBatch): void {
  tf.dispose(batch.tensors);
}

/** Rows in groups of one compiled call each, rows of like length together (less padding); deterministic. */
export function groupByLength<T extends DecisionRow>(rows: readonly T[], sizes: BatchSizes): T[][] {
  const groups: T[][] = [];
  for (const row of rows.toSorted((a, b) => a.tokens.length - b.tokens.length)) {
    const last = groups.at(-1);
    const capacity = sizes.capacity(sizes.positions(row.tokens.length));
    if (last && last.length < capacity) last.push(row);
    else groups.push([row]);
  }
  return groups;
}
