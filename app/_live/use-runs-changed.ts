'use client';
import { useQueryClient } from '@tanstack/react-query';
import { useEffect } from 'react';
import { useTRPC } from '../_trpc/client.tsx';
import { refetchSoon } from './refetch-soon.ts';

/** Refetches everything about runs when the server says that some changed, and after a reconnection. */
export function useRunsChanged(): void {
  const trpc = useTRPC();
  const queryClient = useQueryClient();
  useEffect(() => {
    const refetch = () => {
      void queryClient.invalidateQueries(trpc.runs.pathFilter());
      void queryClient.invalidateQueries(trpc.sweeps.pathFilter());
      void queryClient.invalidateQueries(trpc.leaderboard.pathFilter());
    };
    return refetchSoon(refetch, (socket, soon) => {
      socket.on('runsChanged', soon);
      return () => void socket.off('runsChanged', soon);
    });
  }, [queryClient, trpc]);
}
