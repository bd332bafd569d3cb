'use client';
import { type UseQueryResult, useQueries, useQuery } from '@tanstack/react-query';
import { useMemo } from 'react';
import type { EpisodeSummary } from '../../../server/contract/episode.ts';
import type { EpisodeDetail } from '../../../server/contract/episode-query.ts';
import { groupSizeOf } from '../../../server/contract/estimators.ts';
import { useTRPC } from '../../_trpc/client.tsx';
import type { EpisodePlace } from '../_episodes/episode-words.ts';
import type { PackedMaterial } from './lens-worker.ts';

/** Episodes of a rollout that are read; those of the same game come first. */
const MOST_EPISODES = 64;

/** The stored episodes of the rollout that an episode is of, whole. */
export function useRollout(place: EpisodePlace, detail: EpisodeDetail | undefined) {
  const trpc = useTRPC();
  const iteration = detail?.summary.iteration ?? 0;
  const filter = { fromIteration: iteration, toIteration: iteration, evaluation: false };
  const isRollout = detail !== undefined && !detail.summary.evaluation;
  const list = useQuery(trpc.episodes.list.queryOptions({ ...place, filter }, { enabled: isRollout }));
  const found = list.data?.episodes;
  const episodes = useMemo(() => (detail && found ? nearest(detail, found) : []), [detail, found]);
  const lasting = { staleTime: Number.POSITIVE_INFINITY };
  const bodies = useQueries({
    queries: episodes.map(({ id }) => trpc.episodes.get.queryOptions({ ...place, id }, lasting)),
    combine: together,
  });
  const { loaded } = bodies;
  const material = useMemo((): PackedMaterial | null => {
    if (!detail || !found || !loaded) return null;
    const { run, summary, packed } = detail;
    return {
      config: run.config,
      iteration: summary.iteration,
      own: { id: summary.id, index: summary.index, packed },
      others: loaded.map((other) => ({
        id: other.summary.id,
        index: other.summary.index,
        packed: other.packed,
      })),
    };
  }, [detail, found, loaded]);
  return { material, episodes, error: list.error ?? bodies.error };
}

/** All answers, once all are there. */
function together(results: readonly UseQueryResult<EpisodeDetail, unknown>[]) {
  const data = results.flatMap((result) => result.data ?? []);
  return {
    error: results.find(({ error }) => error)?.error ?? null,
    loaded: data.length === results.length ? data : null,
  };
}

/** The others, those of its game first. */
function nearest({ run, summary }: EpisodeDetail, episodes: readonly EpisodeSummary[]): EpisodeSummary[] {
  const size = groupSizeOf(run.config);
  const group = ({ index }: EpisodeSummary) => Math.floor(index / size);
  const isApart = (other: EpisodeSummary) => Number(group(other) !== group(summary));
  return episodes
    .filter(({ id }) => id !== summary.id)
    .sort((a, b) => isApart(a) - isApart(b) || a.index - b.index)
    .slice(0, MOST_EPISODES - 1);
}
