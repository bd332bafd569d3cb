import { ByteWriter, ParquetWriter, schemaFromColumnData } from 'hyparquet-writer';
import type { SeriesRows } from '../contract/series.ts';
import { inCatalogueOrder } from './catalogue-order.ts';

/** Rows of a row group, which is made in one go. */
const GROUP = 2000;

/**
 * One row an iteration; columns in catalogue order, doubles but for the iteration; not-a-number is NaN, what was not said is null.
 * Yields the file group by group.
 */
export function* parquetParts({ iterations, columns }: SeriesRows): Generator<Uint8Array> {
  const ordered = inCatalogueOrder(columns);
  const groupFrom = (from: number) => {
    const rows = iterations.slice(from, from + GROUP);
    return [
      { name: 'iteration', type: 'INT32' as const, nullable: false, data: rows },
      ...ordered.map(([name, column]) => ({
        name,
        type: 'DOUBLE' as const,
        nullable: true,
        data: rows.map((_, row) => column[from + row] ?? null),
      })),
    ];
  };
  const writer = new ByteWriter();
  // Bounds of columns that hold NaN are not defined: there are none.
  const parquet = new ParquetWriter({
    writer,
    schema: schemaFromColumnData({ columnData: groupFrom(0) }),
    statistics: false,
  });
  for (let from = 0; from < iterations.length; from += GROUP) {
    parquet.write({ columnData: groupFrom(from), rowGroupSize: GROUP });
    yield take(writer);
  }
  parquet.finish();
  yield take(writer);
}

/** What was written since the last time; the writer counts on where it is in the file. */
function take(writer: ByteWriter): Uint8Array {
  const bytes = writer.getBytes().slice();
  writer.index = 0;
  return bytes;
}
