import { METRIC_KEYS } from '../contract/metrics.ts';
import type { SeriesRows } from '../contract/series.ts';

/** Columns in the order of the metric catalogue, those that it does not know behind them by name. */
export function inCatalogueOrder(columns: SeriesRows['columns']): [key: string, column: (number | null)[]][] {
  const rank = (key: string) => METRIC_KEYS.indexOf(key) + 1 || METRIC_KEYS.length + 1;
  return Object.entries(columns).sort(([a], [b]) => rank(a) - rank(b) || (a < b ? -1 : 1));
}
