'use client';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import Link from 'next/link';
import { useState } from 'react';
import { useTRPC } from '../../_trpc/client.tsx';
import { Button, ButtonLink } from '../../_ui/button.tsx';
import { Dialog, DialogClose } from '../../_ui/dialog.tsx';
import { compareHref } from '../../compare/compare-href.ts';
import { FilesForm } from './files-form.tsx';
import { OtherLabForm } from './other-lab-form.tsx';
import { type Imported, sendFiles } from './send-files.ts';

/** Runs from files of any kind, or a run from the address of another lab; then what has come in. */
export function ImportDialog({ onClose }: { onClose: () => void }) {
  const trpc = useTRPC();
  const queryClient = useQueryClient();
  const refresh = () => queryClient.invalidateQueries(trpc.runs.pathFilter());
  const send = useMutation({ mutationFn: sendFiles, onSuccess: refresh });
  const pull = useMutation(trpc.bundles.pull.mutationOptions({ onSuccess: refresh }));
  const [pulled, setPulled] = useState('');
  const result: Imported | undefined = pull.data
    ? { runs: [{ id: pull.data.id, name: pulled, detail: 'a whole run of another lab' }], notes: [] }
    : send.data;
  return (
    <Dialog
      open
      onOpenChange={(open) => {
        if (!open) onClose();
      }}
      title={result ? 'Imported' : 'Import runs'}
      footer={
        result && (
          <>
            {result.runs.length > 1 && (
              <ButtonLink href={compareHref(result.runs.map((run) => run.id))}>Compare them</ButtonLink>
            )}
            <DialogClose render={<Button variant="primary">Done</Button>} />
          </>
        )
      }
    >
      {result ? (
        <Result result={result} />
      ) : (
        <>
          <FilesForm busy={send.isPending} error={send.error} onSend={(input) => send.mutate(input)} />
          <OtherLabForm
            busy={pull.isPending}
            error={pull.error}
            onPull={(input) => {
              setPulled(`${input.id} of ${input.address}`);
              pull.mutate(input);
            }}
          />
        </>
      )}
    </Dialog>
  );
}

function Result({ result: { runs, notes } }: { result: Imported }) {
  return (
    <div className="flex flex-col gap-3">
      <ul className="flex flex-col gap-1">
        {runs.map((run) => (
          <li key={run.id} className="wrap-anywhere">
            <Link href={`/runs/${run.id}`} className="rounded text-accent hover:underline">
              {run.name}
            </Link>{' '}
            <span className="text-muted">{run.detail}</span>
          </li>
        ))}
      </ul>
      {notes.map((note) => (
        <p key={note} className="wrap-anywhere text-muted">
          {note}
        </p>
      ))}
    </div>
  );
}
