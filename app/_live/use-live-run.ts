'use client';
import { useCallback, useEffect, useRef, useSyncExternalStore } from 'react';
import { rowsPerRun } from '../../server/contract/series.ts';
import { getRunFeed, type LiveRun, RunFeed } from './run-feed.ts';

const blanks = new Map<string, LiveRun>();

/** What the server renders: nothing has arrived. One object a run, or React would never settle. */
export function blankRun(runId: string): LiveRun {
  const blank = blanks.get(runId) ?? new RunFeed(runId, '').getSnapshot();
  blanks.set(runId, blank);
  return blank;
}

/** The live picture of a run, as fine as one run may be: filled from a snapshot, then kept up to date. Its owner sees its log. */
export function useLiveRun(runId: string, shareToken = ''): LiveRun {
  const feed = getRunFeed(runId, shareToken);
  const subscribe = useCallback(
    (listener: () => void) => feed.subscribe(listener, { points: rowsPerRun(1), logs: shareToken === '' }),
    [feed, shareToken],
  );
  return useSyncExternalStore(subscribe, feed.getSnapshot, () => blankRun(runId));
}

/** Begins to fetch the runs that a page will show, before it knows anything else about them. */
export function useEarlyRuns(runIds: readonly string[], points = rowsPerRun(runIds.length)): void {
  const key = runIds.join(',');
  useEffect(() => {
    const ids = key.split(',').filter(Boolean);
    const stops = ids.map((id) => getRunFeed(id).subscribe(() => {}, { points, logs: false }));
    return () => {
      for (const stop of stops) stop();
    };
  }, [key, points]);
}

/** {@link useLiveRun} for several runs, in the order of `runIds`, without logs; `points`: rows of each. */
export function useLiveRuns(
  runIds: readonly string[],
  shareToken = '',
  points = rowsPerRun(runIds.length),
): LiveRun[] {
  const key = runIds.join(',');
  const cached = useRef<LiveRun[]>([]);
  const keep = (next: LiveRun[]) => {
    const last = cached.current;
    const same = last.length === next.length && last.every((run, index) => run === next[index]);
    if (!same) cached.current = next;
    return cached.current;
  };
  const subscribe = useCallback(
    (listener: () => void) => {
      const stops = key
        .split(',')
        .filter(Boolean)
        .map((id) => getRunFeed(id, shareToken).subscribe(listener, { points, logs: false }));
      return () => {
        for (const stop of stops) stop();
      };
    },
    [key, shareToken, points],
  );
  return useSyncExternalStore(
    subscribe,
    () => keep(runIds.map((id) => getRunFeed(id, shareToken).getSnapshot())),
    () => keep(runIds.map(blankRun)),
  );
}
