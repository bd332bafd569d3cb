'use client';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useTRPC } from '../../_trpc/client.tsx';
import { errorMessage } from '../../_trpc/error-message.ts';
import { toast } from '../../_ui/toast.tsx';

/** What one can do to a run; failures are told in a toast, lists refetch. */
export function useRunActions() {
  const trpc = useTRPC();
  const queryClient = useQueryClient();
  const refetch = () => queryClient.invalidateQueries(trpc.runs.pathFilter());
  const options = (what: string) => ({
    onSuccess: refetch,
    onError: (error: unknown) => void toast.error(`Could not ${what}`, errorMessage(error)),
  });
  return {
    pause: useMutation(trpc.runs.pause.mutationOptions(options('pause the run'))),
    resume: useMutation(trpc.runs.resume.mutationOptions(options('resume the run'))),
    cancel: useMutation(trpc.runs.cancel.mutationOptions(options('cancel the run'))),
    remove: useMutation(trpc.runs.remove.mutationOptions(options('delete the run'))),
    label: useMutation(trpc.runs.label.mutationOptions(options('label the runs'))),
    update: useMutation(trpc.runs.update.mutationOptions(options('save'))),
  };
}
