import { AppError } from '../../../contract/error.ts';
import type { DecisionRow } from '../play/decision-row.ts';
import type { BatchSizes } from './batch-sizes.ts';

/** What the decisions of a batch are scored by, of the output table. */
export interface DecisionColumns {
  /**
   * Among what decisions are: `listed`, ids each; `free`, all of them among all ids; `mixed`, some listed and some free, which
   * are scored apart, so that only the free ones meet the whole table.
   */
  kind: 'listed' | 'free' | 'mixed';
  /** Ids that listed decisions are among, padded by repeating the last, which no support then counts; empty: all in their order. */
  columns: Int32Array;
  width: number;
  /** The column of an id that a decision was among. */
  columnOf(id: number): number;
}

export function findColumns(rows: readonly DecisionRow[], sizes: BatchSizes): DecisionColumns {
  const occurring = new Set<number>();
  let free = 0;
  let listed = 0;
  for (const { decisions } of rows)
    for (const { support } of decisions) {
      if (support === null) free++;
      else {
        listed++;
        for (const id of support) occurring.add(id);
      }
    }
  // Free text needs no table of ones as large as the logits.
  const kind = free === 0 ? 'listed' : listed === 0 ? 'free' : 'mixed';
  const width = kind === 'free' ? null : sizes.columns(occurring.size);
  if (width === null) {
    // Where listed decisions are among nearly all ids too, one table is as good as two.
    return {
      kind: kind === 'mixed' ? 'listed' : kind,
      columns: new Int32Array(0),
      width: sizes.vocabulary,
      columnOf: (id) => id,
    };
  }
  const sorted = Int32Array.from(occurring).sort();
  const columns = new Int32Array(width).fill(sorted.at(-1) ?? 0);
  columns.set(sorted);
  const places = new Map(Array.from(sorted, (id, column) => [id, column]));
  return {
    kind,
    columns,
    width,
    columnOf(id) {
      const column = places.get(id);
      if (column === undefined) throw new AppError('internal', `token ${id} was chosen outside its support`);
      return column;
    },
  };
}
