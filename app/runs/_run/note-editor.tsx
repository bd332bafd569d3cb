'use client';
import { useState } from 'react';
import { Button } from '../../_ui/button.tsx';
import { TextArea } from '../../_ui/input.tsx';
import { Panel } from '../../_ui/panel.tsx';
import { toast } from '../../_ui/toast.tsx';
import { useRunActions } from './use-run-actions.ts';

/** Words of the owner about a run. Share links never show them. */
export function NoteEditor({ runId, note }: { runId: string; note: string }) {
  const { update } = useRunActions();
  const [draft, setDraft] = useState<string | null>(null);
  const isChanged = draft !== null && draft !== note;
  const save = () => {
    if (draft === null) return;
    update.mutate(
      { id: runId, note: draft },
      {
        onSuccess: () => {
          setDraft(null);
          toast.success('Note saved');
        },
      },
    );
  };
  return (
    <Panel
      title="Note"
      actions={
        <>
          <Button size="sm" variant="ghost" disabled={!isChanged} onClick={() => setDraft(null)}>
            Discard
          </Button>
          <Button size="sm" disabled={!isChanged} busy={update.isPending} onClick={save}>
            Save
          </Button>
        </>
      }
    >
      <TextArea
        aria-label="Note"
        rows={8}
        maxLength={20_000}
        placeholder="What is this run for? What came out? Only you see this; share links leave it out."
        value={draft ?? note}
        onChange={(event) => setDraft(event.target.value)}
        onKeyDown={(event) => {
          if (event.key === 'Enter' && (event.ctrlKey || event.metaKey)) save();
        }}
      />
    </Panel>
  );
}
