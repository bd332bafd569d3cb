'use client';
import { useQueryClient } from '@tanstack/react-query';
import { useEffect } from 'react';
import { useTRPC } from '../_trpc/client.tsx';
import { withSocket } from './socket.ts';

/** Refetches what was done to a run, or in the whole lab, when the server says that there is more. */
export function useActed(runId?: string): void {
  const trpc = useTRPC();
  const queryClient = useQueryClient();
  useEffect(() => {
    let timer: ReturnType<typeof setTimeout> | null = null;
    const filter = runId === undefined ? trpc.actions.pathFilter() : trpc.runs.get.queryFilter({ id: runId });
    // Many at once, such as a pause of all that are selected, cost one refetch.
    const refetch = () => {
      timer ??= setTimeout(() => {
        timer = null;
        void queryClient.invalidateQueries(filter);
      }, 150);
    };
    const hear = ({ runIds }: { runIds: string[] }) => {
      if (runId === undefined || runIds.includes(runId)) refetch();
    };
    return withSocket('', (socket) => {
      socket.on('acted', hear);
      socket.io.on('reconnect', refetch);
      return () => {
        if (timer !== null) clearTimeout(timer);
        socket.off('acted', hear);
        socket.io.off('reconnect', refetch);
      };
    });
  }, [queryClient, trpc, runId]);
}
