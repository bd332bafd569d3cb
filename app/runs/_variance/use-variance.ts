'use client';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useEffect } from 'react';
import type { ServerToClient } from '../../../server/contract/events.ts';
import { withSocket } from '../../_live/socket.ts';
import { useTRPC } from '../../_trpc/client.tsx';
import { errorMessage } from '../../_trpc/error-message.ts';
import { toast } from '../../_ui/toast.tsx';

/** A run's last variance report and the measurement that goes on, kept up to date; starts and cancels measurements. */
export function useVariance(runId: string) {
  const trpc = useTRPC();
  const queryClient = useQueryClient();
  const options = trpc.variance.get.queryOptions({ id: runId });
  const query = useQuery(options);
  const { queryKey } = options;
  useEffect(() => {
    const refetch = () => void queryClient.invalidateQueries(trpc.variance.pathFilter());
    const follow: ServerToClient['measurement'] = (update) => {
      if (update.runId !== runId) return;
      if (update.measurement === null) refetch();
      else queryClient.setQueryData(queryKey, (view) => view && { ...view, measurement: update.measurement });
    };
    return withSocket('', (socket) => {
      socket.on('measurement', follow);
      socket.io.on('reconnect', refetch);
      return () => {
        socket.off('measurement', follow);
        socket.io.off('reconnect', refetch);
      };
    });
  }, [queryClient, queryKey, runId, trpc]);

  const told = (what: string) => ({
    onSuccess: () => queryClient.invalidateQueries(trpc.variance.pathFilter()),
    onError: (error: unknown) => void toast.error(`Could not ${what}`, errorMessage(error)),
  });
  return {
    query,
    start: useMutation(trpc.variance.start.mutationOptions(told('measure'))),
    cancel: useMutation(trpc.variance.cancel.mutationOptions(told('cancel'))),
  };
}
