'use client';
import { useQuery } from '@tanstack/react-query';
import { unpackEpisode } from '../../../server/contract/episode.ts';
import { useTRPC } from '../../_trpc/client.tsx';
import type { EpisodePlace } from './episode-words.ts';

/** An episode and its body; nothing for null. Stored once, it does not change. */
export function useEpisode(place: EpisodePlace, id: string | null) {
  const trpc = useTRPC();
  const lasting = { staleTime: Number.POSITIVE_INFINITY, enabled: id !== null };
  const detail = useQuery(trpc.episodes.get.queryOptions({ ...place, id: id ?? '' }, lasting));
  const packed = detail.data?.packed;
  const body = useQuery({
    queryKey: ['episode body', place.runId, id, packed?.length],
    queryFn: () => unpackEpisode(packed!),
    staleTime: Number.POSITIVE_INFINITY,
    enabled: packed !== undefined,
    retry: false,
  });
  return { detail: detail.data, body: body.data, error: detail.error ?? body.error };
}
