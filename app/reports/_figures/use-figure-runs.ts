'use client';
import { useDeferredValue, useMemo } from 'react';
import { MOST_COMPARED } from '../../../server/contract/limits.ts';
import { runsOfView } from '../../../server/contract/report.ts';
import type { RunSummary } from '../../../server/contract/views.ts';
import type { LiveRun } from '../../_live/run-feed.ts';
import { useLiveRuns } from '../../_live/use-live-run.ts';
import { type DrawingView, type DrawnRuns, useDrawnRuns } from '../../compare/use-drawn-runs.ts';

const NOTHING: readonly LiveRun[] = [];

/** The runs of a view among those that are known, in its order, and how many of it are not. */
export function useRunsOfView(
  query: string,
  known: readonly RunSummary[],
): { summaries: readonly RunSummary[]; missing: number } {
  return useMemo(() => {
    const ids = runsOfView(query).slice(0, MOST_COMPARED);
    const summaries = ids.flatMap((id) => known.find((run) => run.id === id) ?? []);
    return { summaries, missing: ids.length - summaries.length };
  }, [query, known]);
}

/** Live runs of a figure, as a comparison draws them; `isLoading` until all have arrived. */
export function useFigureRuns(
  summaries: readonly RunSummary[],
  view: DrawingView,
  shareToken: string | undefined,
): DrawnRuns & { isLoading: boolean } {
  const live = useLiveRuns(
    summaries.map(({ id }) => id),
    shareToken,
  );
  const drawn = useDrawnRuns(
    summaries,
    useDeferredValue<readonly LiveRun[]>(live, NOTHING),
    view,
    shareToken,
  );
  return { ...drawn, isLoading: live.some(({ status }) => status === 'loading') };
}
