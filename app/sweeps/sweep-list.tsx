'use client';
import { useQuery } from '@tanstack/react-query';
import { Plus } from 'lucide-react';
import Link from 'next/link';
import { formatTime } from '../_charts/format.ts';
import { useTRPC } from '../_trpc/client.tsx';
import { errorMessage } from '../_trpc/error-message.ts';
import { ButtonLink } from '../_ui/button.tsx';
import { EmptyState } from '../_ui/empty-state.tsx';
import { ErrorState } from '../_ui/error-state.tsx';
import { awaitContent, useContentShown } from '../_ui/later.ts';
import { PageHeader } from '../_ui/page-header.tsx';
import { Panel } from '../_ui/panel.tsx';
import { Skeleton } from '../_ui/skeleton.tsx';
import { StateBadge } from '../_ui/state-badge.tsx';
import { Table, Td, Th } from '../_ui/table.tsx';
import { describeDoing, describeSweep } from './sweep-words.ts';

awaitContent();

/** All sweeps, newest first. */
export function SweepList() {
  const trpc = useTRPC();
  const sweeps = useQuery(trpc.sweeps.list.queryOptions(undefined, { refetchOnMount: 'always' }));
  useContentShown(!sweeps.isPending);
  return (
    <>
      <PageHeader
        title="Sweeps"
        description="Runs that differ in some fields, launched as one experiment: every combination of values, or some that are drawn; all to the end, or only the best (successive halving)."
        actions={
          <ButtonLink href="/runs/new" variant="primary" icon={<Plus aria-hidden className="size-4" />}>
            New run
          </ButtonLink>
        }
      />
      {sweeps.isPending ? (
        <Skeleton className="h-64" />
      ) : sweeps.isError ? (
        <ErrorState message={errorMessage(sweeps.error)} onRetry={() => sweeps.refetch()} />
      ) : sweeps.data.length === 0 ? (
        <EmptyState title="No sweep yet">
          On the page New run, press Vary a field in the box Sweep. From a terminal: npm run sweep -- --help
        </EmptyState>
      ) : (
        <Panel flush>
          <Table caption="Sweeps, newest first">
            <thead>
              <tr>
                <Th>Sweep</Th>
                <Th>State</Th>
                <Th>What it is</Th>
                <Th>What it does</Th>
                <Th>Launched</Th>
              </tr>
            </thead>
            <tbody>
              {sweeps.data.map((sweep) => (
                <tr key={sweep.id}>
                  <Td className="min-w-40 font-medium">
                    <Link
                      href={`/sweeps/${sweep.id}`}
                      className="rounded text-accent wrap-anywhere hover:underline"
                    >
                      {sweep.title}
                    </Link>
                  </Td>
                  <Td>
                    <StateBadge state={sweep.state} />
                  </Td>
                  <Td className="min-w-56">{describeSweep(sweep)}</Td>
                  <Td className="min-w-56">{describeDoing(sweep)}</Td>
                  <Td className="whitespace-nowrap">{formatTime(sweep.createdAt)}</Td>
                </tr>
              ))}
            </tbody>
          </Table>
        </Panel>
      )}
    </>
  );
}
