'use client';
import { useQuery } from '@tanstack/react-query';
import { Plus } from 'lucide-react';
import dynamic from 'next/dynamic';
import { useTRPC } from '../../_trpc/client.tsx';
import { errorMessage } from '../../_trpc/error-message.ts';
import { ahead, patiently } from '../../_ui/ahead.ts';
import { ButtonLink } from '../../_ui/button.tsx';
import { ErrorState } from '../../_ui/error-state.tsx';
import { awaitContent, later, useContentShown } from '../../_ui/later.ts';
import { PageHeader } from '../../_ui/page-header.tsx';
import { Skeleton } from '../../_ui/skeleton.tsx';

const Welcome = dynamic(
  patiently(() => import('../../_home/welcome.tsx').then((module) => module.Welcome)),
  {
    loading: ListSkeleton,
  },
);
const RunsList = dynamic(
  ahead(() => import('./runs-list.tsx').then((module) => module.RunsList)),
  {
    loading: ListSkeleton,
  },
);
const HomeActions = dynamic(
  later(() => import('./home-actions.tsx').then((module) => module.HomeActions)),
  // With nothing in its place, all of the page would wait for it.
  { loading: () => <span aria-hidden className="h-8 w-64" /> },
);

awaitContent();

/** All runs; while there are none, what this is and how to begin. */
export function RunsHome() {
  const trpc = useTRPC();
  const query = useQuery(trpc.runs.list.queryOptions());
  // With runs, their list says it.
  useContentShown(query.data?.length === 0 || query.isError);
  if (query.data?.length === 0) return <Welcome />;
  return (
    <>
      <PageHeader
        title="Runs"
        actions={
          query.data && (
            <>
              <HomeActions />
              <ButtonLink href="/runs/new" variant="primary" icon={<Plus aria-hidden className="size-4" />}>
                New run
              </ButtonLink>
            </>
          )
        }
      />
      {query.data ? (
        <RunsList runs={query.data} />
      ) : query.error ? (
        <ErrorState message={errorMessage(query.error)} onRetry={() => void query.refetch()} />
      ) : (
        <ListSkeleton />
      )}
    </>
  );
}

function ListSkeleton() {
  return (
    <div role="status" aria-label="Loading the runs" className="flex flex-col gap-3">
      <Skeleton className="h-7 w-96 max-w-full" />
      <Skeleton className="h-80" />
    </div>
  );
}
