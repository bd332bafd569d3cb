'use client';
import { useQueries, useQuery } from '@tanstack/react-query';
import { useMemo } from 'react';
import { VIEW_PAGES } from '../../../server/contract/views.ts';
import { useTRPC } from '../../_trpc/client.tsx';
import { errorMessage } from '../../_trpc/error-message.ts';
import { useSettled } from '../../_ui/use-settled.ts';
import { foundGroups } from './found-groups.ts';
import type { PaletteGroup } from './palette-item.ts';

const PAUSE_MS = 200;

export interface Found {
  groups: PaletteGroup[];
  isLooking: boolean;
  /** Why something could not be looked for; null where all could. */
  problem: string | null;
  retry: () => void;
}

/** What is there by name; the server is asked once words are typed and the keys rest. */
export function useFound(text: string): Found {
  const trpc = useTRPC();
  const enabled = useSettled(text.trim() !== '', PAUSE_MS);
  const runs = useQuery(trpc.runs.list.queryOptions(undefined, { enabled }));
  const board = useQuery(trpc.leaderboard.get.queryOptions({}, { enabled }));
  const sweeps = useQuery(trpc.sweeps.list.queryOptions(undefined, { enabled }));
  const reports = useQuery(trpc.reports.list.queryOptions(undefined, { enabled }));
  const views = useQueries({
    queries: VIEW_PAGES.map((page) => trpc.views.list.queryOptions({ page }, { enabled })),
    combine: (results) => ({ results, data: results.flatMap(({ data }) => data ?? []) }),
  });
  const groups = useMemo(
    () =>
      foundGroups({
        runs: runs.data ?? [],
        protocols: board.data?.protocols ?? [],
        sweeps: sweeps.data ?? [],
        reports: reports.data ?? [],
        views: views.data,
      }),
    [runs.data, sweeps.data, board.data, reports.data, views.data],
  );
  const queries = [runs, sweeps, board, reports, ...views.results];
  const failed = queries.filter(({ isError }) => isError);
  const [first] = failed;
  return {
    groups,
    isLooking: queries.some(({ isLoading }) => isLoading) || (text.trim() !== '' && !enabled),
    problem: first?.error ? errorMessage(first.error) : null,
    retry: () => {
      for (const { refetch } of failed) void refetch();
    },
  };
}
