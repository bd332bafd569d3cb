import type { SeriesRows } from '../contract/series.ts';
import { encodeRows } from '../contract/series-codec.ts';
import type { MetricSeries, WireSeries } from '../contract/views.ts';

/** A series for JSON, exact to the last bit and in half the bytes that its numbers would take as digits. */
export function toWire({ iterations, columns, ...series }: MetricSeries): WireSeries {
  const bytes = encodeRows({ iterations, columns });
  return {
    ...series,
    rows: Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('base64'),
  };
}

/** Some columns of a series, which says what others there are. */
export function someColumns({ iterations, columns }: SeriesRows, keys: readonly string[]) {
  const chosen = Object.entries(columns).filter(([key]) => keys.includes(key));
  return { iterations, columns: Object.fromEntries(chosen), keys: Object.keys(columns) };
}
