'use client';
import { useCallback, useRef, useSyncExternalStore } from 'react';
import { getRunFeed, type LiveRun, RunFeed } from './run-feed.ts';

/** What the server renders: nothing has arrived. One object a run, or React would never settle. */
const blanks = new Map<string, LiveRun>();

function blankRun(runId: string): LiveRun {
  const blank = blanks.get(runId) ?? new RunFeed(runId, '').getSnapshot();
  blanks.set(runId, blank);
  return blank;
}

/** The live picture of a run: filled from its first event on, then kept up to date. */
export function useLiveRun(runId: string, shareToken = ''): LiveRun {
  const feed = getRunFeed(runId, shareToken);
  return useSyncExternalStore(feed.subscribe, feed.getSnapshot, () => blankRun(runId));
}

/** The same for several runs, in the order of `runIds`. */
export function useLiveRuns(runIds: readonly string[], shareToken = ''): LiveRun[] {
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
        .map((id) => getRunFeed(id, shareToken).subscribe(listener));
      return () => {
        for (const stop of stops) stop();
      };
    },
    [key, shareToken],
  );
  return useSyncExternalStore(
    subscribe,
    () => keep(runIds.map((id) => getRunFeed(id, shareToken).getSnapshot())),
    () => keep(runIds.map(blankRun)),
  );
}
