'use client';
import { Pencil } from 'lucide-react';
import dynamic from 'next/dynamic';
import { useState } from 'react';
import { patiently } from '../../_ui/ahead.ts';
import { Button } from '../../_ui/button.tsx';
import { TextArea } from '../../_ui/input.tsx';
import { Panel } from '../../_ui/panel.tsx';
import { Skeleton } from '../../_ui/skeleton.tsx';
import { toast } from '../../_ui/toast.tsx';
import { useRunActions } from './use-run-actions.ts';

const MarkdownText = dynamic(
  patiently(() => import('../../_ui/markdown.tsx').then((module) => module.MarkdownText)),
  { loading: () => <Skeleton className="h-20" /> },
);

/** Words of the owner about a run, in Markdown: read until one edits them. Share links never show them. */
export function NoteEditor({ runId, note }: { runId: string; note: string }) {
  const { update } = useRunActions();
  /** Null while the note is only read. */
  const [draft, setDraft] = useState<string | null>(null);
  const isRead = draft === null && note !== '';
  const isChanged = draft !== null && draft !== note;
  const save = () => {
    if (!isChanged) return;
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
        isRead ? (
          <Button size="sm" icon={<Pencil aria-hidden className="size-4" />} onClick={() => setDraft(note)}>
            Edit
          </Button>
        ) : (
          <>
            <Button size="sm" variant="ghost" disabled={draft === null} onClick={() => setDraft(null)}>
              Discard
            </Button>
            <Button size="sm" disabled={!isChanged} busy={update.isPending} onClick={save}>
              Save
            </Button>
          </>
        )
      }
    >
      {isRead ? (
        <MarkdownText text={note} />
      ) : (
        <TextArea
          aria-label="Note"
          rows={8}
          maxLength={20_000}
          autoFocus={draft !== null}
          placeholder="What is this run for? What came out? In Markdown; only you see this, share links leave it out."
          value={draft ?? note}
          onChange={(event) => setDraft(event.target.value)}
          onKeyDown={(event) => {
            if (event.key === 'Enter' && (event.ctrlKey || event.metaKey)) save();
            if (event.key === 'Escape' && !isChanged) setDraft(null);
          }}
        />
      )}
    </Panel>
  );
}
