'use client';
import { useCallback, useRef, useSyncExternalStore } from 'react';
import { later } from '../_ui/later.ts';
import type { LiveRun } from './run-feed.ts';

type Feeds = typeof import('./run-feed.ts');

const NONE: readonly LiveRun[] = [];
let feeds: Feeds | null = null;
const load = later(async () => {
  feeds = await import('./run-feed.ts');
  return feeds;
});

/** `useLiveRuns` for a page that shows its runs without them at first: their script comes after its content. Empty until then. */
export function useLaterRuns(runIds: readonly string[], points: number): readonly LiveRun[] {
  const key = runIds.join(',');
  const cached = useRef(NONE);
  const subscribe = useCallback(
    (listener: () => void) => {
      const ids = key.split(',').filter(Boolean);
      if (ids.length === 0) return () => {};
      let stops: (() => void)[] = [];
      let isOver = false;
      void load().then(({ getRunFeed }) => {
        if (isOver) return;
        stops = ids.map((id) => getRunFeed(id).subscribe(listener, { points, logs: false }));
        listener();
      });
      return () => {
        isOver = true;
        for (const stop of stops) stop();
      };
    },
    [key, points],
  );
  const read = () => {
    const next = feeds ? runIds.map((id) => feeds!.getRunFeed(id).getSnapshot()) : NONE;
    const last = cached.current;
    const isSame = last.length === next.length && last.every((run, index) => run === next[index]);
    if (!isSame) cached.current = next;
    return cached.current;
  };
  return useSyncExternalStore(subscribe, read, () => NONE);
}
