'use client';
import { useQueryClient } from '@tanstack/react-query';
import { useEffect } from 'react';
import { useTRPC } from '../_trpc/client.tsx';
import { refetchSoon } from './refetch-soon.ts';

/** Refetches what was done to a run, or in the whole lab, when the server says that there is more, and after a reconnection. */
export function useActed(runId?: string): void {
  const trpc = useTRPC();
  const queryClient = useQueryClient();
  useEffect(() => {
    const filter = runId === undefined ? trpc.actions.pathFilter() : trpc.runs.get.queryFilter({ id: runId });
    const refetch = () => void queryClient.invalidateQueries(filter);
    return refetchSoon(refetch, (socket, soon) => {
      const hear = ({ runIds }: { runIds: string[] }) => {
        if (runId === undefined || runIds.includes(runId)) soon();
      };
      socket.on('acted', hear);
      return () => void socket.off('acted', hear);
    });
  }, [queryClient, trpc, runId]);
}
