'use client';
import { useEffect, useState } from 'react';
import type { ScoreStatistics, StatisticsRequest } from '../../server/stats/score-statistics.ts';

/** What is known so far; `error` where the worker broke. */
export interface StatisticsState {
  parts: Partial<ScoreStatistics>;
  error: string | null;
}

const NOTHING: StatisticsState = { parts: {}, error: null };

/** Computes statistics in a worker of their own, part by part. A new request ends the one before. */
export function useStatistics(request: StatisticsRequest | null): StatisticsState {
  const [state, setState] = useState<{ of: StatisticsRequest | null } & StatisticsState>({
    of: null,
    ...NOTHING,
  });
  useEffect(() => {
    if (!request) return;
    const worker = new Worker(new URL('./statistics-worker.ts', import.meta.url), { type: 'module' });
    worker.onmessage = ({ data }: MessageEvent<Partial<ScoreStatistics>>) =>
      setState((before) => {
        const parts = before.of === request ? before.parts : {};
        return { of: request, parts: { ...parts, ...data }, error: null };
      });
    worker.onerror = ({ message }) =>
      setState({ of: request, parts: {}, error: message || 'The worker did not start.' });
    worker.postMessage(request);
    return () => worker.terminate();
  }, [request]);
  return state.of === request ? state : NOTHING;
}
