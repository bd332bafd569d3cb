'use client';
import { useQuery } from '@tanstack/react-query';
import dynamic from 'next/dynamic';
import { useQueryState } from 'nuqs';
import { MOST_COMPARED } from '../../server/contract/limits.ts';
import { useEarlyRuns } from '../_live/use-live-run.ts';
import { ShareButton } from '../_share/share-button.tsx';
import { useTRPC } from '../_trpc/client.tsx';
import { errorMessage } from '../_trpc/error-message.ts';
import { ahead, patiently } from '../_ui/ahead.ts';
import { Button, ButtonLink } from '../_ui/button.tsx';
import { EmptyState } from '../_ui/empty-state.tsx';
import { ErrorState } from '../_ui/error-state.tsx';
import { awaitContent, useContentShown } from '../_ui/later.ts';
import { PageHeader } from '../_ui/page-header.tsx';
import { Skeleton } from '../_ui/skeleton.tsx';
import { AddToReport } from '../reports/add-to-report.tsx';
import { statisticsHref } from '../statistics/view-state.ts';
import { RunPicker } from './run-picker.tsx';
import { toggleId } from './toggle-id.ts';
import { compareParsers } from './view-state.ts';

const Comparison = dynamic(
  ahead(() => import('./comparison.tsx').then((module) => module.Comparison)),
  {
    loading: ComparisonSkeleton,
  },
);

const ComparisonButton = dynamic(
  patiently(() => import('../_home/comparison-button.tsx').then((module) => module.ComparisonButton)),
  { loading: () => <span aria-hidden className="h-9 w-72" /> },
);

awaitContent();

/** Choose runs, see them over each other. */
export function ComparePage() {
  const trpc = useTRPC();
  const [ids, setIds] = useQueryState('runs', compareParsers.runs);
  const [by] = useQueryState('by', compareParsers.by);
  const list = useQuery(trpc.runs.list.queryOptions(undefined, { refetchOnMount: 'always' }));
  const runs = list.data ?? [];
  const found = ids.flatMap((id) => runs.find((run) => run.id === id) ?? []);
  const chosen = found.slice(0, MOST_COMPARED);
  const missing = ids.filter((id) => !runs.some((run) => run.id === id));
  // A run launched a moment ago may not be in the list yet.
  const isSettling = list.isPending || (list.isFetching && ids.length > 0 && chosen.length === 0);
  const unknown = list.data && !isSettling ? missing : [];
  useEarlyRuns(ids.slice(0, MOST_COMPARED));
  // With runs, their comparison says it.
  useContentShown(list.isError || (!isSettling && chosen.length === 0));
  const toggle = (id: string) => void setIds(toggleId(ids, id));

  return (
    <>
      <PageHeader
        title="Compare"
        description="Runs over each other, live. The address of this page holds everything you see: copy it to return."
        actions={
          chosen.length > 0 && (
            <>
              <RunPicker runs={runs} chosen={ids} onToggle={toggle} />
              <ButtonLink
                href={statisticsHref(
                  chosen.map(({ id }) => id),
                  by,
                )}
              >
                Statistics
              </ButtonLink>
              <AddToReport page="/compare" />
              <ShareButton
                kind="comparison"
                runIds={chosen.map(({ id }) => id)}
                title={chosen.map(({ name }) => name).join(' and ')}
              />
            </>
          )
        }
      />
      {unknown.length > 0 && (
        <p className="mb-4 flex flex-wrap items-center gap-3 rounded-md bg-warning-soft px-3 py-2 text-warning">
          <span className="break-all">
            {unknown.length === 1 ? 'This run is not here' : 'These runs are not here'}: {unknown.join(', ')}.
            Deleted, or from another server.
          </span>
          <Button size="sm" onClick={() => setIds(chosen.map(({ id }) => id))}>
            Leave out
          </Button>
        </p>
      )}
      {found.length > chosen.length && (
        <p className="mb-4 rounded-md bg-warning-soft px-3 py-2 text-warning">
          Shown are the first {chosen.length} of {found.length} runs: no more can be compared at once.
        </p>
      )}
      {isSettling ? (
        <ComparisonSkeleton />
      ) : list.isError ? (
        <ErrorState message={errorMessage(list.error)} onRetry={() => list.refetch()} />
      ) : chosen.length === 0 ? (
        <NothingChosen runs={runs.length}>
          {runs.length > 0 && <RunPicker runs={runs} chosen={ids} onToggle={toggle} primary />}
          <ComparisonButton primary={runs.length === 0} />
        </NothingChosen>
      ) : (
        <Comparison
          summaries={chosen}
          onRemove={toggle}
          onMakeFirst={(id) => void setIds([id, ...ids.filter((other) => other !== id)])}
        />
      )}
    </>
  );
}

function NothingChosen({ runs, children }: { runs: number; children: React.ReactNode }) {
  return (
    <EmptyState title={runs === 0 ? 'No runs to compare yet' : 'No runs chosen'} actions={children}>
      {runs === 0
        ? 'Launch one: HiPER’s hierarchical advantages, flat turn-level GAE with its best trace, and flat PPO as published, on the same seed, games and first weights. They differ only in how credit is assigned.'
        : 'Add runs here, or tick them in the list of runs and press Compare. Two runs that differ in one field answer a question; many seeds of both answer it with confidence.'}
    </EmptyState>
  );
}

function ComparisonSkeleton() {
  return (
    <div role="status" aria-label="Loading" className="flex flex-col gap-4">
      <Skeleton className="h-24" />
      <Skeleton className="h-32" />
      <div className="grid gap-3 md:grid-cols-2">
        <Skeleton className="h-72" />
        <Skeleton className="h-72" />
      </div>
    </div>
  );
}
