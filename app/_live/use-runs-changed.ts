'use client';
import { useQueryClient } from '@tanstack/react-query';
import { useEffect } from 'react';
import { useTRPC } from '../_trpc/client.tsx';
import { withSocket } from './socket.ts';

/** Refetches everything about runs when the server says that some changed, and after a reconnection. */
export function useRunsChanged(): void {
  const trpc = useTRPC();
  const queryClient = useQueryClient();
  useEffect(() => {
    let timer: ReturnType<typeof setTimeout> | null = null;
    // Several changes at once, such as the launch of a comparison, cost one refetch.
    const refetch = () => {
      timer ??= setTimeout(() => {
        timer = null;
        void queryClient.invalidateQueries(trpc.runs.pathFilter());
        void queryClient.invalidateQueries(trpc.sweeps.pathFilter());
        void queryClient.invalidateQueries(trpc.leaderboard.pathFilter());
      }, 150);
    };
    return withSocket('', (socket) => {
      socket.on('runsChanged', refetch);
      socket.io.on('reconnect', refetch);
      return () => {
        if (timer !== null) clearTimeout(timer);
        socket.off('runsChanged', refetch);
        socket.io.off('reconnect', refetch);
      };
    });
  }, [queryClient, trpc]);
}
