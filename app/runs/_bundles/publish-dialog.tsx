'use client';
import { useMutation } from '@tanstack/react-query';
import { useState } from 'react';
import { useTRPC } from '../../_trpc/client.tsx';
import { errorMessage } from '../../_trpc/error-message.ts';
import { Button } from '../../_ui/button.tsx';
import { Dialog, DialogClose } from '../../_ui/dialog.tsx';
import { EMPTY_OTHER_LAB, OtherLabFields } from './other-lab-fields.tsx';

/** Sends a run to another HiPER Lab. */
export function PublishDialog({ run, onClose }: { run: { id: string; name: string }; onClose: () => void }) {
  const trpc = useTRPC();
  const [draft, setDraft] = useState(EMPTY_OTHER_LAB);
  const push = useMutation(trpc.bundles.push.mutationOptions());
  return (
    <Dialog
      open
      onOpenChange={(open) => {
        if (!open) onClose();
      }}
      title="Publish to another lab"
      description={`A copy of “${run.name}”: configuration, metrics, evaluations, log, note and tags. It says there where it comes from.`}
      footer={
        <>
          <DialogClose render={<Button>{push.isSuccess ? 'Done' : 'Go back'}</Button>} />
          {!push.isSuccess && (
            <Button variant="primary" type="submit" form="publish-run" busy={push.isPending}>
              Publish
            </Button>
          )}
        </>
      }
    >
      {push.isSuccess ? (
        <p role="status">
          Published:{' '}
          <a href={push.data.url} className="break-all text-accent underline">
            {push.data.url}
          </a>
        </p>
      ) : (
        <form
          id="publish-run"
          className="flex flex-col gap-3"
          onSubmit={(event) => {
            event.preventDefault();
            push.mutate({ ...draft, id: run.id, from: location.origin });
          }}
        >
          <OtherLabFields draft={draft} onChange={setDraft} />
          {push.error && (
            <p role="alert" className="text-danger">
              {errorMessage(push.error)}
            </p>
          )}
        </form>
      )}
    </Dialog>
  );
}
