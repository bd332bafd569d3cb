'use client';
import type { LiveRun } from '../../_live/run-feed.ts';
import { useLiveRuns } from '../../_live/use-live-run.ts';
import type { CurrentRun } from './run-model.ts';

/** The curves of the run that a fork comes from; null without one, and until they are there. */
export function useParent(parent: CurrentRun['parent']): LiveRun | null {
  const [live] = useLiveRuns(parent ? [parent.id] : []);
  return live?.status === 'live' ? live : null;
}
