'use client';
import { useQuery } from '@tanstack/react-query';
import { Pencil } from 'lucide-react';
import dynamic from 'next/dynamic';
import { parseAsBoolean, useQueryState } from 'nuqs';
import { useMemo } from 'react';
import { type Report, UNTITLED } from '../../server/contract/report.ts';
import { ShareButton } from '../_share/share-button.tsx';
import { useTRPC } from '../_trpc/client.tsx';
import { errorMessage } from '../_trpc/error-message.ts';
import { patiently } from '../_ui/ahead.ts';
import { Button, ButtonLink } from '../_ui/button.tsx';
import { EmptyState } from '../_ui/empty-state.tsx';
import { ErrorState } from '../_ui/error-state.tsx';
import { PageHeader } from '../_ui/page-header.tsx';
import { Skeleton } from '../_ui/skeleton.tsx';
import type { FigureSource } from './_figures/figure-source.ts';
import { ReportBlocks } from './report-blocks.tsx';
import type { DraftState } from './report-draft.ts';
import { useReportDraft } from './use-report-draft.ts';

const ReportEditor = dynamic(
  patiently(() => import('./report-editor.tsx').then((module) => module.ReportEditor)),
  { loading: () => <Skeleton className="h-[60vh]" /> },
);

/** A report: to read, or with `?edit=true` to write. */
export function ReportPage({ id }: { id: string }) {
  const trpc = useTRPC();
  const report = useQuery(trpc.reports.get.queryOptions({ id }, { refetchOnMount: 'always' }));
  if (report.data) return <OpenReport key={id} report={report.data} />;
  if (report.isError && report.error.data?.code === 'NOT_FOUND')
    return (
      <EmptyState
        heading="h1"
        title="This report is not here"
        actions={<ButtonLink href="/reports">All reports</ButtonLink>}
      >
        It was deleted, or is of another server.
      </EmptyState>
    );
  if (report.isError)
    return <ErrorState heading="h1" message={errorMessage(report.error)} onRetry={() => report.refetch()} />;
  return (
    <div role="status" aria-label="Loading" className="flex flex-col gap-4">
      <Skeleton className="h-14" />
      <Skeleton className="h-[60vh]" />
    </div>
  );
}

function OpenReport({ report }: { report: Report }) {
  const trpc = useTRPC();
  const [isEditing, setIsEditing] = useQueryState('edit', parseAsBoolean.withDefault(false));
  const { content, status, problem, change, flush } = useReportDraft(report);
  const list = useQuery(trpc.runs.list.queryOptions());
  const source = useMemo((): FigureSource => ({ runs: list.data ?? [] }), [list.data]);
  const title = content.title || UNTITLED;
  return (
    <>
      <PageHeader
        title={isEditing ? 'Write the report' : <span className="break-words">{title}</span>}
        description={isEditing ? <SaveState status={status} problem={problem} /> : undefined}
        actions={
          <>
            <ShareButton kind="report" runIds={[]} reportId={report.id} title={title} />
            <Button
              variant={isEditing ? 'primary' : 'secondary'}
              icon={isEditing ? undefined : <Pencil aria-hidden className="size-4" />}
              onClick={() => {
                void flush();
                void setIsEditing(!isEditing);
              }}
            >
              {isEditing ? 'Preview' : 'Edit'}
            </Button>
          </>
        }
      />
      {list.isPending ? (
        <Skeleton className="h-[60vh]" />
      ) : isEditing ? (
        <ReportEditor content={content} source={source} onChange={change} onSave={() => void flush()} />
      ) : content.blocks.every((block) => block.kind === 'text' && block.text.trim() === '') ? (
        <EmptyState
          title="Nothing is written yet"
          actions={
            <Button variant="primary" onClick={() => void setIsEditing(true)}>
              Write
            </Button>
          }
        >
          A report is text in Markdown, and figures between it that stay live.
        </EmptyState>
      ) : (
        <ReportBlocks blocks={content.blocks} source={source} />
      )}
    </>
  );
}

const STATE_WORDS: Record<DraftState['status'], string> = {
  saved: 'Saved',
  unsaved: 'Not saved yet …',
  saving: 'Saving …',
  failed: 'Not saved',
};

function SaveState({ status, problem }: Pick<DraftState, 'status' | 'problem'>) {
  return (
    <span role="status" data-save-state={status} className={problem ? 'text-danger' : undefined}>
      {STATE_WORDS[status]}
      {problem && `: ${problem}`}
    </span>
  );
}
