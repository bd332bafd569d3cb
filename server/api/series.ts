import type { MetricSeries } from '../contract/views.ts';
import type { Store } from '../store/store.ts';

type Iteration = { iteration: number; values: Record<string, number | null> };

/** Rows of iterations into columns; null is missing, NaN stays NaN (it is stored as null, as JSON has none). */
export function toColumns(runId: string, rows: readonly Iteration[]): MetricSeries {
  const columns: MetricSeries['columns'] = {};
  rows.forEach(({ values }, index) => {
    for (const [key, value] of Object.entries(values)) {
      columns[key] ??= new Array<number | null>(rows.length).fill(null);
      columns[key][index] = value ?? Number.NaN;
    }
  });
  return { runId, iterations: rows.map(({ iteration }) => iteration), columns };
}

/** In the order of `runIds`; runs that do not exist have empty series. */
export async function seriesOfRuns(store: Store, runIds: readonly string[]): Promise<MetricSeries[]> {
  const rows = await store.events.iterations(runIds);
  return runIds.map((runId) => toColumns(runId, rows.get(runId) ?? []));
}
