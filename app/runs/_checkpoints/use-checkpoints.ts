'use client';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useEffect } from 'react';
import { withSocket } from '../../_live/socket.ts';
import { useTRPC } from '../../_trpc/client.tsx';
import { errorMessage } from '../../_trpc/error-message.ts';
import { toast } from '../../_ui/toast.tsx';

const ASK_MS = 1000;

/** The checkpoints of a run and their evaluations, kept up to date; starts and cancels evaluations. */
export function useCheckpoints(runId: string, lastCheckpoint: number | null) {
  const trpc = useTRPC();
  const queryClient = useQueryClient();
  const query = useQuery(
    trpc.checkpoints.list.queryOptions(
      { id: runId },
      {
        refetchInterval: ({ state }) =>
          state.data?.jobs.some((job) => job.state !== 'failed') ? ASK_MS : false,
      },
    ),
  );
  useEffect(() => {
    const refetch = () => void queryClient.invalidateQueries(trpc.checkpoints.pathFilter());
    // A run that trains has written one more.
    if (lastCheckpoint !== null) refetch();
    return withSocket('', (socket) => {
      socket.on('runsChanged', refetch);
      socket.io.on('reconnect', refetch);
      return () => {
        socket.off('runsChanged', refetch);
        socket.io.off('reconnect', refetch);
      };
    });
  }, [queryClient, trpc, lastCheckpoint]);
  const told = (what: string) => ({
    onSuccess: () => queryClient.invalidateQueries(trpc.checkpoints.pathFilter()),
    onError: (error: unknown) => void toast.error(`Could not ${what}`, errorMessage(error)),
  });
  return {
    query,
    evaluate: useMutation(trpc.checkpoints.evaluate.mutationOptions(told('evaluate the checkpoint'))),
    cancel: useMutation(trpc.checkpoints.cancel.mutationOptions(told('cancel the evaluation'))),
  };
}
