'use client';
import type { inferParserType } from 'nuqs';
import { useDeferredValue, useMemo } from 'react';
import type { RunSummary } from '../../server/contract/views.ts';
import { assignRunStyles } from '../_charts/run-colors.ts';
import type { LiveRun } from '../_live/run-feed.ts';
import { blankRun } from '../_live/use-live-run.ts';
import { useZoomed } from '../_live/use-zoomed.ts';
import { type ChartRun, useChartRuns } from './chart-run.ts';
import { type ComparedRun, useComparedRuns } from './compared-run.ts';
import type { GroupDrawing } from './merge-groups.ts';
import { type GroupingPart, groupsOf, type RunGroup } from './run-groups.ts';
import type { compareParsers } from './view-state.ts';

/** What of a comparison's view decides how its runs are drawn. */
export type DrawingView = Pick<
  inferParserType<typeof compareParsers>,
  'x' | 'zoom' | 'hidden' | 'by' | 'center' | 'band' | 'members' | 'difference'
>;

export interface DrawnRuns {
  runs: readonly ComparedRun[];
  /** The same for charts, finer where a zoom shows a part. */
  chartRuns: readonly ChartRun[];
  /** With them charts draw one line a group. */
  groups: readonly RunGroup[] | null;
  drawing: GroupDrawing;
  /** Shown part of the x axis. */
  zoom: readonly [number, number] | null;
}

/** Runs in their colours and groups, with what has arrived of them, as a comparison draws them. */
export function useDrawnRuns(
  summaries: readonly RunSummary[],
  live: readonly LiveRun[],
  view: DrawingView,
  shareToken?: string,
): DrawnRuns {
  const idKey = summaries.map(({ id }) => id).join();
  // biome-ignore lint/correctness/useExhaustiveDependencies: an id has its place among all runs for good
  const styles = useMemo(() => assignRunStyles(summaries), [idKey]);
  const byId = useMemo(() => new Map(live.map((run) => [run.runId, run])), [live]);
  const runs = useComparedRuns(
    summaries.map((summary) => ({
      summary,
      live: byId.get(summary.id) ?? blankRun(summary.id),
      style: styles.get(summary.id)!,
      hidden: view.hidden.includes(summary.id),
    })),
  );
  const drawn = useDeferredValue(useChartRuns(runs));
  const { center, band, members, difference } = view;
  const byKey = view.by.join();
  const groups = useMemo(() => {
    const parts = byKey.split(',').filter(Boolean) as GroupingPart[];
    return groupsOf(summaries, styles, parts);
  }, [summaries, styles, byKey]);
  const drawing = useMemo(() => ({ center, band, members, difference }), [center, band, members, difference]);
  const [from, to] = view.zoom;
  const zoom = useMemo(
    () => (from === undefined || to === undefined ? null : ([from, to] as const)),
    [from, to],
  );
  const curves = useMemo(() => drawn.map(({ series }) => series), [drawn]);
  const zoomed = useZoomed(curves, view.x, zoom, shareToken);
  const chartRuns = useMemo(
    () => drawn.map((run, index) => ({ ...run, series: zoomed[index] ?? run.series })),
    [drawn, zoomed],
  );
  return { runs, chartRuns, groups, drawing, zoom };
}
