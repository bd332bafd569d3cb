'use client';
import { useQuery } from '@tanstack/react-query';
import dynamic from 'next/dynamic';
import { useEffect } from 'react';
import { useLiveRun } from '../../_live/use-live-run.ts';
import { useTRPC } from '../../_trpc/client.tsx';
import { errorMessage } from '../../_trpc/error-message.ts';
import { ahead } from '../../_ui/ahead.ts';
import { ButtonLink } from '../../_ui/button.tsx';
import { ErrorState } from '../../_ui/error-state.tsx';
import { awaitContent, useContentShown } from '../../_ui/later.ts';
import { RunSkeleton } from '../_run/run-skeleton.tsx';

const RunView = dynamic(
  ahead(() => import('../_run/run-view.tsx').then((module) => module.RunView)),
  {
    loading: RunSkeleton,
  },
);

awaitContent();

/** One run, live. */
export function RunPage({ id }: { id: string }) {
  const trpc = useTRPC();
  const query = useQuery(trpc.runs.get.queryOptions({ id }));
  const live = useLiveRun(id);
  // The view of the run says it.
  useContentShown(query.isError);
  const name = query.data?.name;
  useEffect(() => {
    if (name) document.title = `${name} · HiPER Lab`;
  }, [name]);
  if (query.data) return <RunView run={query.data} live={live} />;
  if (query.error)
    return (
      <ErrorState
        heading="h1"
        title="This run did not load"
        message={errorMessage(query.error)}
        onRetry={() => void query.refetch()}
        actions={<ButtonLink href="/runs">Go to the runs</ButtonLink>}
      />
    );
  return <RunSkeleton />;
}
