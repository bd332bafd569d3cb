'use client';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { useMemo } from 'react';
import { joinRows, reduceRows, type SeriesRows } from '../../server/contract/series.ts';
import type { MetricSeries } from '../../server/contract/views.ts';
import { seriesX } from '../_charts/x-values.ts';
import type { XAxis } from '../compare/x-axis.ts';
import { requestWindow } from './snapshots.ts';

/** Iterations from `from` on and before `to`. */
interface Stretch {
  from: number;
  to: number;
}

/** Whole bins of iterations that cover a part of the x axis in every curve that reaches it; null where none does. */
export function stretchInSight(
  curves: readonly MetricSeries[],
  x: XAxis,
  [low, high]: readonly [number, number],
): Stretch | null {
  let [from, to] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  for (const series of curves) {
    const places = seriesX(series, x);
    // From the last row before it to the first row behind it, as lines are drawn from and to these.
    const first = places.findLastIndex((at) => at !== null && at < low);
    const next = places.findIndex((at) => at !== null && at > high);
    const last = next < 0 ? places.length - 1 : next;
    if (next === 0 || (places[last] ?? low - 1) < low) continue;
    from = Math.min(from, series.iterations[Math.max(0, first)]!);
    to = Math.max(to, series.iterations[last]!);
  }
  if (from > to) return null;
  const bin = Math.max(1, ...curves.map((series) => series.bin));
  return { from: Math.floor(from / bin) * bin, to: (Math.floor(to / bin) + 1) * bin };
}

function rowsWhere({ iterations, columns }: SeriesRows, isKept: (iteration: number) => boolean): SeriesRows {
  const rows = iterations.flatMap((iteration, row) => (isKept(iteration) ? [row] : []));
  return {
    iterations: rows.map((row) => iterations[row]!),
    columns: Object.fromEntries(
      Object.entries(columns).map(([key, column]) => [key, rows.map((row) => column[row]!)]),
    ),
  };
}

/** A curve with the stretch replaced by what was read more finely; as it is where nothing was. */
export function withStretch(series: MetricSeries, fine: MetricSeries | undefined, bin: number): MetricSeries {
  if (!fine || fine.iterations.length === 0) return series;
  const [first, last] = [fine.iterations[0]!, fine.iterations.at(-1)!];
  // A curve that has grown since goes on with its own rows.
  const parts = [
    rowsWhere(series, (iteration) => iteration < first),
    reduceRows(fine, bin),
    rowsWhere(series, (iteration) => iteration > last),
  ];
  const { runId, keys } = series;
  return { runId, bin, ...joinRows(parts), ...(keys && { keys }) };
}

/** The curves, finer where a zoom shows a part of what is summarised; as they are until that has arrived. */
export function useZoomed(
  curves: readonly MetricSeries[],
  x: XAxis,
  zoom: readonly [number, number] | null,
  shareToken = '',
): readonly MetricSeries[] {
  const isSummarised = curves.some(({ bin }) => bin > 1);
  const stretch = useMemo(
    () => (zoom && isSummarised ? stretchInSight(curves, x, zoom) : null),
    [curves, x, zoom, isSummarised],
  );
  const runIds = curves.map(({ runId }) => runId);
  const { data } = useQuery({
    queryKey: ['window', shareToken, runIds, stretch],
    queryFn: () => requestWindow(runIds, stretch!.from, stretch!.to - 1, shareToken),
    enabled: stretch !== null,
    placeholderData: keepPreviousData,
  });
  return useMemo(() => {
    if (!stretch || !data) return curves;
    const bin = Math.max(1, ...data.map((series) => series.bin));
    const byId = new Map(data.map((series) => [series.runId, series]));
    return curves.map((series) => withStretch(series, byId.get(series.runId), bin));
  }, [curves, data, stretch]);
}
