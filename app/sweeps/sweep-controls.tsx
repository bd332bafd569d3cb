'use client';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { Play, Square, Trash2 } from 'lucide-react';
import { useRouter } from 'next/navigation';
import type { SweepView } from '../../server/contract/sweep-plan.ts';
import { useTRPC } from '../_trpc/client.tsx';
import { errorMessage } from '../_trpc/error-message.ts';
import { Button } from '../_ui/button.tsx';
import { ConfirmDialog } from '../_ui/confirm-dialog.tsx';
import { toast } from '../_ui/toast.tsx';
import { countRuns } from './sweep-words.ts';

/** Cancel, go on, forget. */
export function SweepControls({ sweep }: { sweep: SweepView }) {
  const trpc = useTRPC();
  const router = useRouter();
  const queryClient = useQueryClient();
  const onSuccess = () => queryClient.invalidateQueries(trpc.sweeps.pathFilter());
  const cancel = useMutation(trpc.sweeps.cancel.mutationOptions({ onSuccess }));
  const remove = useMutation(trpc.sweeps.remove.mutationOptions());
  const resume = useMutation(
    trpc.sweeps.resume.mutationOptions({
      onSuccess,
      onError: (error) => void toast.error('Could not go on', errorMessage(error)),
    }),
  );
  const { id, state, title } = sweep;
  const open = countRuns(sweep, ['queued', 'starting', 'running', 'paused']);
  if (state === 'running')
    return (
      <ConfirmDialog
        danger
        title="Cancel this sweep?"
        description={`${open === 1 ? 'One run ends' : `${open} runs end`} with it, and nothing more is launched. Runs that have ended stay, and so do checkpoints: it can go on later.`}
        confirmLabel="Cancel the sweep"
        dismissLabel="Keep it going"
        onConfirm={() => cancel.mutateAsync({ id })}
        trigger={
          <Button variant="danger" icon={<Square aria-hidden className="size-4" />}>
            Cancel
          </Button>
        }
      />
    );
  return (
    <>
      {state !== 'finished' && (
        <Button
          variant="primary"
          icon={<Play aria-hidden className="size-4" />}
          busy={resume.isPending}
          onClick={() => resume.mutate({ id })}
        >
          Go on
        </Button>
      )}
      <ConfirmDialog
        danger
        title="Forget this sweep?"
        description={`“${title}” is no longer listed as a sweep. Its runs stay, with all they have.`}
        confirmLabel="Forget it"
        onConfirm={async () => {
          await remove.mutateAsync({ id });
          router.push('/sweeps');
          void onSuccess();
        }}
        trigger={<Button icon={<Trash2 aria-hidden className="size-4" />}>Forget</Button>}
      />
    </>
  );
}
