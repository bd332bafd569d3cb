'use client';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import type { BoardEntry, BoardEntryView } from '../../../server/contract/board-entry.ts';
import { useTRPC } from '../../_trpc/client.tsx';
import { errorMessage } from '../../_trpc/error-message.ts';
import { Button, ButtonLink } from '../../_ui/button.tsx';
import { Dialog, DialogClose } from '../../_ui/dialog.tsx';
import { Skeleton } from '../../_ui/skeleton.tsx';
import { BoardEntryFields } from './board-entry-fields.tsx';
import { type Draft, draftOf, entryOf } from './entry-draft.ts';

/** Puts an imported run on a board, under a protocol that its owner states, or takes it off. */
export function BoardEntryDialog({
  run,
  onClose,
}: {
  run: { id: string; name: string };
  onClose: () => void;
}) {
  const trpc = useTRPC();
  const known = useQuery(trpc.leaderboard.entry.queryOptions({ id: run.id }));
  return (
    <Dialog
      open
      onOpenChange={(open) => {
        if (!open) onClose();
      }}
      title="Put on a board"
      description={`“${run.name}” was trained elsewhere: nobody here has seen it played. What you state of it stands on the board beside its name, marked as imported and not verified, and is ranked apart.`}
    >
      {known.error ? (
        <p role="alert" className="text-danger">
          {errorMessage(known.error)}
        </p>
      ) : !known.data ? (
        <Skeleton className="h-60" />
      ) : (
        <EntryForm runId={run.id} view={known.data} />
      )}
    </Dialog>
  );
}

function EntryForm({ runId, view }: { runId: string; view: BoardEntryView }) {
  const trpc = useTRPC();
  const queryClient = useQueryClient();
  const [draft, setDraft] = useState<Draft>(() => draftOf(view));
  const enter = useMutation(
    trpc.leaderboard.enter.mutationOptions({
      onSuccess: () => queryClient.invalidateQueries(trpc.leaderboard.pathFilter()),
    }),
  );
  const [saved, setSaved] = useState<BoardEntry | null>(null);
  const save = (entry: BoardEntry | null) => {
    setSaved(entry);
    enter.mutate({ id: runId, entry });
  };
  if (view.candidates.length === 0)
    return (
      <p>
        It has no metric whose last value is between 0 and 1, so there is no success rate to rank by. Import
        it with one, as a share and not in percent.
      </p>
    );
  if (enter.isSuccess)
    return (
      <div className="flex flex-col gap-3">
        <p role="status">{saved ? 'It is on the board.' : 'It is on no board any more.'}</p>
        <p className="flex justify-end gap-2">
          {saved && <ButtonLink href={boardHref(saved)}>To the board</ButtonLink>}
          <DialogClose render={<Button>Done</Button>} />
        </p>
      </div>
    );
  return (
    <form
      className="flex flex-col gap-3"
      onSubmit={(event) => {
        event.preventDefault();
        save(entryOf(draft, view));
      }}
    >
      <BoardEntryFields draft={draft} view={view} onChange={setDraft} />
      {enter.error && (
        <p role="alert" className="text-danger">
          {errorMessage(enter.error)}
        </p>
      )}
      <p className="flex flex-wrap justify-end gap-2">
        {view.entry && (
          <Button variant="danger" busy={enter.isPending} onClick={() => save(null)}>
            Take off the board
          </Button>
        )}
        <Button variant="primary" type="submit" busy={enter.isPending}>
          {view.entry ? 'Change it' : 'Put on the board'}
        </Button>
      </p>
    </form>
  );
}

function boardHref({ metric: _metric, ...protocol }: BoardEntry): string {
  const entries = Object.entries(protocol).map(([name, value]) => [name, String(value)]);
  return `/leaderboard?${new URLSearchParams(Object.fromEntries(entries))}`;
}
