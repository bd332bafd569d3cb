'use client';
import { useQuery } from '@tanstack/react-query';
import { GitCompareArrows } from 'lucide-react';
import Link from 'next/link';
import type { SweepView } from '../../server/contract/sweep-plan.ts';
import { formatTime } from '../_charts/format.ts';
import { useTRPC } from '../_trpc/client.tsx';
import { errorMessage } from '../_trpc/error-message.ts';
import { ButtonLink } from '../_ui/button.tsx';
import { ErrorState } from '../_ui/error-state.tsx';
import { awaitContent, useContentShown } from '../_ui/later.ts';
import { PageHeader } from '../_ui/page-header.tsx';
import { ProgressBar } from '../_ui/progress-bar.tsx';
import { Skeleton } from '../_ui/skeleton.tsx';
import { StateBadge } from '../_ui/state-badge.tsx';
import { compareHref } from '../compare/compare-href.ts';
import { RungPanel } from './rung-panel.tsx';
import { SweepControls } from './sweep-controls.tsx';
import { describeDoing, describeSweep } from './sweep-words.ts';

/** More lines than these nobody can tell apart. */
const MOST_COMPARED = 24;

awaitContent();

/** A sweep: what it is, what it is doing, and its rungs. */
export function SweepPage({ id }: { id: string }) {
  const trpc = useTRPC();
  const sweep = useQuery(trpc.sweeps.get.queryOptions({ id }, { refetchOnMount: 'always' }));
  useContentShown(!sweep.isPending);
  if (sweep.isPending) return <Skeleton className="h-96" />;
  if (sweep.isError)
    return (
      <>
        <PageHeader title="Sweep" />
        <ErrorState message={errorMessage(sweep.error)} onRetry={() => sweep.refetch()} />
      </>
    );
  return <Sweep sweep={sweep.data} />;
}

function Sweep({ sweep }: { sweep: SweepView }) {
  const { title, state, failure, preset, rungs, createdAt, endedAt } = sweep;
  const ids = rungs.flatMap(({ standings }) =>
    standings.flatMap(({ runs }) => runs.flatMap((run) => run?.id ?? [])),
  );
  const last = rungs.findLast(({ standings }) => standings.length > 0)?.standings ?? [];
  const lastIds = last.flatMap(({ runs }) => runs.flatMap((run) => run?.id ?? []));
  const compared = (ids.length <= MOST_COMPARED ? ids : lastIds).slice(0, MOST_COMPARED);
  return (
    <>
      <PageHeader
        title={
          <span className="flex flex-wrap items-center gap-2.5">
            <span className="wrap-anywhere">{title}</span>
            <StateBadge state={state} />
          </span>
        }
        description={
          <>
            {describeSweep(sweep)}
            {preset && `, from the preset ${preset}`}. Launched {formatTime(createdAt)}
            {endedAt !== null && `, ended ${formatTime(endedAt)}`}.
          </>
        }
        actions={
          <>
            {compared.length > 1 && (
              <ButtonLink
                href={compareHref(compared)}
                icon={<GitCompareArrows aria-hidden className="size-4" />}
              >
                Compare {compared.length} runs
              </ButtonLink>
            )}
            <SweepControls sweep={sweep} />
          </>
        }
      />
      <div className="mb-4 flex flex-col gap-2" role="status">
        <p>{describeDoing({ ...sweep, rungs: rungs.length })}</p>
        <ProgressBar
          label="Runs that have ended, of all that will be"
          value={progressOf(sweep)}
          tone={state === 'finished' ? 'good' : state === 'running' ? 'accent' : 'muted'}
          className="max-w-xl"
        />
        {failure && <p className="max-w-prose text-danger">{failure}</p>}
      </div>
      <div className="flex flex-col gap-4">
        {rungs.map((rung, index) => (
          <RungPanel key={rung.iterations} sweep={sweep} rung={rung} index={index} />
        ))}
      </div>
      <p className="mt-4 max-w-prose text-[0.93rem] text-muted">
        {rungs.length > 1 &&
          'A run that goes on is a fork of its run on the rung before: its curve continues that one. Of equals the first goes on. '}
        The best of several is so by luck, too: evaluate it on a split that nothing was chosen by, or train it
        on other seeds.{' '}
        <Link href="/sweeps" className="rounded text-accent underline">
          All sweeps
        </Link>
      </p>
    </>
  );
}

function progressOf({ rungs, seeds, runs }: SweepView): number {
  const all = rungs.reduce((sum, { configurations }) => sum + configurations, 0) * seeds.length;
  const { finished = 0, failed = 0, cancelled = 0 } = runs;
  return (finished + failed + cancelled) / all;
}
