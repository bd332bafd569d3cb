import * as tf from '@tensorflow/tfjs-core';
import { AppError } from '../../contract/error.ts';
import type { BatchSizes } from './batch-sizes.ts';
import { type DecisionRow, VALUE_HEADS } from './decision-row.ts';

/**
 * Rows packed for one compiled call: right-padded tokens and flat decisions, padded to a few sizes so that few graphs exist.
 * Of a large vocabulary only the `columns` are scored that some decision is among.
 */
export interface DecisionBatch {
  tensors: {
    ids: tf.Tensor; // [rows, positions] int32
    index: tf.Tensor; // [decisions] int32, row * positions + position of the predicting hidden state
    columns: tf.Tensor; // [columns] int32, ids; [0] when the columns are all ids in their order
    support: tf.Tensor; // [decisions, columns] 0/1, or [1, columns] when every decision is among all ids
    chosen: tf.Tensor; // [decisions] int32, a column
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
  // Free text would need a table of ones as large as the logits.
  const isFree =
    decisionCount > 0 && rows.every((row) => row.decisions.every((decision) => decision.support === null));
  const { columns, width, columnOf } = findColumns(rows, sizes);
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
      else if (!isFree) support.fill(1, at * width, (at + 1) * width);
      chosen[at] = columnOf(decision.chosen);
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

/** Columns of a batch, padded by repeating the last id, which no support then counts. */
interface Columns {
  /** Empty: all ids in their order. */
  columns: Int32Array;
  width: number;
  columnOf(id: number): number;
}

function findColumns(rows: readonly DecisionRow[], sizes: BatchSizes): Columns {
  const all: Columns = { columns: new Int32Array(0), width: sizes.vocabulary, columnOf: (id) => id };
  if (sizes.columns(0) === null) return all;
  const occurring = new Set<number>();
  for (const { decisions } of rows)
    for (const { support } of decisions) {
      if (support === null) return all;
      for (const id of support) occurring.add(id);
    }
  const width = sizes.columns(occurring.size);
  if (width === null) return all;
  const sorted = Int32Array.from(occurring).sort();
  const columns = new Int32Array(width).fill(sorted.at(-1) ?? 0);
  columns.set(sorted);
  const places = new Map(Array.from(sorted, (id, column) => [id, column]));
  return {
    columns,
    width,
    columnOf(id) {
      const column = places.get(id);
      if (column === undefined) throw new AppError('internal', `token ${id} was chosen outside its support`);
      return column;
    },
  };
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
