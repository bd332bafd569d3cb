'use client';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { FilePlus } from 'lucide-react';
import Link from 'next/link';
import { useRouter } from 'next/navigation';
import { UNTITLED } from '../../server/contract/report.ts';
import { formatTime } from '../_charts/format.ts';
import { useTRPC } from '../_trpc/client.tsx';
import { errorMessage } from '../_trpc/error-message.ts';
import { Button } from '../_ui/button.tsx';
import { EmptyState } from '../_ui/empty-state.tsx';
import { ErrorState } from '../_ui/error-state.tsx';
import { awaitContent, useContentShown } from '../_ui/later.ts';
import { PageHeader } from '../_ui/page-header.tsx';
import { Panel } from '../_ui/panel.tsx';
import { Skeleton } from '../_ui/skeleton.tsx';
import { Table, Td, Th } from '../_ui/table.tsx';
import { toast } from '../_ui/toast.tsx';
import { newText } from './block-list.ts';
import { DeleteReport } from './delete-report.tsx';

awaitContent();

/** All reports, last changed first. */
export function ReportList() {
  const trpc = useTRPC();
  const reports = useQuery(trpc.reports.list.queryOptions(undefined, { refetchOnMount: 'always' }));
  useContentShown(!reports.isPending);
  return (
    <>
      <PageHeader
        title="Reports"
        description="Your words between live figures: charts, tables, statistics and boards that go on with their runs. Shared by a link, live or frozen."
        actions={<NewReport />}
      />
      {reports.isPending ? (
        <Skeleton className="h-64" />
      ) : reports.isError ? (
        <ErrorState message={errorMessage(reports.error)} onRetry={() => reports.refetch()} />
      ) : reports.data.length === 0 ? (
        <EmptyState title="No report yet">
          Begin with one here, or set up a chart on the page Compare and press Add to report.
        </EmptyState>
      ) : (
        <Panel flush>
          <Table caption="Reports, last changed first">
            <thead>
              <tr>
                <Th>Title</Th>
                <Th>Changed</Th>
                <Th>Created</Th>
                <Th className="relative">
                  <span className="sr-only">Actions</span>
                </Th>
              </tr>
            </thead>
            <tbody>
              {reports.data.map(({ id, title, createdAt, updatedAt }) => (
                <tr key={id}>
                  <Td className="min-w-48 font-medium">
                    <Link href={`/reports/${id}`} className="rounded text-accent hover:underline">
                      {title || UNTITLED}
                    </Link>
                  </Td>
                  <Td className="whitespace-nowrap">{formatTime(updatedAt)}</Td>
                  <Td className="whitespace-nowrap">{formatTime(createdAt)}</Td>
                  <Td className="text-right">
                    <DeleteReport id={id} title={title} />
                  </Td>
                </tr>
              ))}
            </tbody>
          </Table>
        </Panel>
      )}
    </>
  );
}

function NewReport() {
  const trpc = useTRPC();
  const router = useRouter();
  const queryClient = useQueryClient();
  const create = useMutation(
    trpc.reports.create.mutationOptions({
      onSuccess: ({ id }) => {
        void queryClient.invalidateQueries(trpc.reports.list.pathFilter());
        router.push(`/reports/${id}?edit=true`);
      },
      onError: (error) => toast.error('Not created', errorMessage(error)),
    }),
  );
  return (
    <Button
      variant="primary"
      icon={<FilePlus aria-hidden className="size-4" />}
      busy={create.isPending}
      onClick={() => create.mutate({ title: '', blocks: [newText()] })}
    >
      New report
    </Button>
  );
}
