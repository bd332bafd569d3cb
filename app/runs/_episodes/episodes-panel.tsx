'use client';
import { keepPreviousData, useInfiniteQuery, useQuery, useQueryClient } from '@tanstack/react-query';
import { useEffect } from 'react';
import type { EpisodeOverview } from '../../../server/contract/episode-query.ts';
import { formatCount } from '../../_charts/format.ts';
import type { LiveRun } from '../../_live/run-feed.ts';
import { useTRPC } from '../../_trpc/client.tsx';
import { errorMessage } from '../../_trpc/error-message.ts';
import { EmptyState } from '../../_ui/empty-state.tsx';
import { ErrorState } from '../../_ui/error-state.tsx';
import { Skeleton } from '../../_ui/skeleton.tsx';
import { useSettled } from '../../_ui/use-settled.ts';
import type { CurrentRun } from '../_run/run-model.ts';
import { EpisodeFilters } from './episode-filters.tsx';
import { EpisodeTable } from './episode-table.tsx';
import type { EpisodePlace } from './episode-words.ts';
import { filterOf, useEpisodeListView } from './list-state.ts';

/** Every stored episode of a run, filtered. */
export function EpisodesPanel({ run, live, token }: { run: CurrentRun; live: LiveRun; token?: string }) {
  const trpc = useTRPC();
  const place: EpisodePlace = { runId: run.id, token };
  const [view, setView] = useEpisodeListView();
  const filter = useSettled(filterOf(view), 250);
  const overview = useQuery(trpc.episodes.overview.queryOptions(place));
  const list = useInfiniteQuery(
    trpc.episodes.list.infiniteQueryOptions(
      { ...place, filter },
      { getNextPageParam: ({ next }) => next, placeholderData: keepPreviousData },
    ),
  );
  useFreshEpisodes(live);

  const failed = overview.error ?? list.error;
  if (failed) return <ErrorState message={errorMessage(failed)} onRetry={() => void list.refetch()} />;
  if (!overview.data || !list.data) return <Skeleton className="h-80" />;
  if (overview.data.recorded === 0) return <NoEpisodes run={run} />;
  const { total } = list.data.pages[0]!;
  return (
    <div className="flex flex-col gap-3">
      <EpisodeFilters view={view} setView={setView} overview={overview.data} />
      <p className="flex flex-wrap gap-x-4 text-[0.93rem] text-muted">
        <span data-episode-count={total}>
          {total === overview.data.stored
            ? `${formatCount(total)} episodes`
            : `${formatCount(total)} of ${formatCount(overview.data.stored)} episodes`}
        </span>
        <RoomNote overview={overview.data} />
      </p>
      <EpisodeTable
        episodes={list.data.pages.flatMap(({ episodes }) => episodes)}
        total={total}
        place={place}
        onEnd={() => list.hasNextPage && !list.isFetching && void list.fetchNextPage()}
      />
    </div>
  );
}

/** Asks again when an evaluation or a checkpoint says that more are stored. */
function useFreshEpisodes({ lastCheckpoint, evaluations, state }: LiveRun): void {
  const trpc = useTRPC();
  const queryClient = useQueryClient();
  const seen = `${lastCheckpoint} ${evaluations.length} ${state}`;
  // biome-ignore lint/correctness/useExhaustiveDependencies: what was seen is what asks for more
  useEffect(() => {
    void queryClient.invalidateQueries(trpc.episodes.overview.pathFilter());
    void queryClient.invalidateQueries(trpc.episodes.list.pathFilter());
  }, [seen, queryClient, trpc]);
}

/** What there was no room for. */
function RoomNote({ overview }: { overview: EpisodeOverview }) {
  const { recorded, stored, bytes, roomBytes, stride } = overview;
  const room = `${megabytes(bytes)} of ${megabytes(roomBytes)} MB used`;
  if (stored === recorded) return <span>{room}, nothing left out</span>;
  const rule =
    stride > 1
      ? `: only iterations that ${stride} divides have theirs, beside the last`
      : ': the room is full';
  return (
    <span>
      {room}, {formatCount(recorded - stored)} of {formatCount(recorded)} episodes left out{rule}
    </span>
  );
}

function megabytes(bytes: number): string {
  return (bytes / 2 ** 20).toFixed(bytes < 10 * 2 ** 20 ? 1 : 0);
}

function NoEpisodes({ run }: { run: CurrentRun }) {
  if (run.config?.recordedEpisodes === 0)
    return (
      <EmptyState title="This run stores no episodes">
        Its configuration says so: “Stored episodes” is 0.
      </EmptyState>
    );
  return (
    <EmptyState title="No episode yet">
      {run.isActive || run.state === 'queued'
        ? 'The first come from the evaluation before training.'
        : 'The run ended before its first, or was trained by a version that stored none.'}
    </EmptyState>
  );
}
