'use client';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import type { EvaluationProtocol } from '../../server/contract/board.ts';
import { useTRPC } from '../_trpc/client.tsx';
import { errorMessage } from '../_trpc/error-message.ts';
import { toast } from '../_ui/toast.tsx';
import type { Verification } from './verification-cell.tsx';

const ASK_MS = 1000;

/** Evaluates the last checkpoints of a board's runs anew, and says where that stands. */
export function useVerification(protocol: EvaluationProtocol | null): Verification {
  const trpc = useTRPC();
  const queryClient = useQueryClient();
  const { data: jobs = [] } = useQuery(
    trpc.leaderboard.verifications.queryOptions(undefined, {
      // Told of its beginning and end; in between only who looks on asks.
      refetchInterval: ({ state }) => (state.data?.some((job) => job.state !== 'failed') ? ASK_MS : false),
    }),
  );
  const verify = useMutation(
    trpc.leaderboard.verify.mutationOptions({
      onSuccess: () => queryClient.invalidateQueries(trpc.leaderboard.pathFilter()),
      onError: (error) => void toast.error('Could not verify', errorMessage(error)),
    }),
  );
  return {
    jobs,
    busy: verify.isPending,
    onVerify: (runIds) => verify.mutate({ ...protocol, runIds }),
  };
}
