'use client';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { Send } from 'lucide-react';
import { useTRPC } from '../_trpc/client.tsx';
import { errorMessage } from '../_trpc/error-message.ts';
import { Button } from '../_ui/button.tsx';
import { toast } from '../_ui/toast.tsx';

/** Has the server send a message, and says whether it arrived. */
export function TestWebhook() {
  const trpc = useTRPC();
  const queries = useQueryClient();
  const test = useMutation(
    trpc.system.testWebhook.mutationOptions({
      onSuccess: () => toast.success('The webhook has taken the test message'),
      onError: (error) => toast.error('The webhook was not reached', errorMessage(error)),
      onSettled: () => queries.invalidateQueries({ queryKey: trpc.system.info.queryKey() }),
    }),
  );
  return (
    <Button
      size="sm"
      icon={<Send aria-hidden className="size-4" />}
      busy={test.isPending}
      onClick={() => test.mutate()}
    >
      Send a test
    </Button>
  );
}
