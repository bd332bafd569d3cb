import { linesToColumns } from './export-text.ts';
import type { LineBand, LineSeries } from './line-series.ts';

/** The data behind a chart as Parquet, unsmoothed: a column of doubles a line, and two a band. The writer is loaded when first asked for. */
export async function linesToParquet(
  xTitle: string,
  series: readonly LineSeries[],
  bands: readonly LineBand[],
): Promise<ArrayBuffer> {
  const { parquetWriteBuffer } = await import('hyparquet-writer');
  const seen = new Map<string, number>();
  const columnData = linesToColumns(xTitle, series, bands).map(({ label, values }) => {
    const before = seen.get(label) ?? 0;
    seen.set(label, before + 1);
    // Two runs may have one name; two columns may not.
    const name = before === 0 ? label : `${label} (${before + 1})`;
    return { name, type: 'DOUBLE' as const, data: values.map((value) => value ?? null) };
  });
  return parquetWriteBuffer({ columnData });
}
