import type { EpisodeSummary, EpisodeTurn } from '../../../server/contract/episode.ts';

/** Where a page of episodes is: the owner's, or what a share link shows. */
export interface EpisodePlace {
  runId: string;
  token?: string | undefined;
}

/** The page of the run. */
export function runHref({ runId, token }: EpisodePlace): string {
  return token === undefined ? `/runs/${runId}` : `/s/${token}`;
}

/** The page of one of its episodes. */
export function episodeHref({ runId, token }: EpisodePlace, id: string): string {
  return token === undefined ? `/runs/${runId}/episodes/${id}` : `/s/${token}/episodes/${runId}/${id}`;
}

/** The estimator lens on it. */
export function lensHref(place: EpisodePlace, id: string): string {
  return `${episodeHref(place, id)}/lens`;
}

type Origin = Pick<EpisodeSummary, 'evaluation' | 'split' | 'iteration'>;

/** `rollout`, or the split of an evaluation. */
export function originTitle({ evaluation, split }: Pick<Origin, 'evaluation' | 'split'>): string {
  return evaluation ? split : 'rollout';
}

/** `rollout of iteration 12`, `evaluation on valid_seen after iteration 10`. */
export function describeOrigin({ evaluation, split, iteration }: Origin): string {
  if (!evaluation) return `rollout of iteration ${iteration}`;
  return iteration === 0
    ? `evaluation on ${split} before iteration 1`
    : `evaluation on ${split} after iteration ${iteration}`;
}

/** What is wrong with a turn; null where nothing is. */
export function faultOf({ admitted, malformed }: Pick<EpisodeTurn, 'admitted' | 'malformed'>): string | null {
  if (malformed) return 'malformed';
  return admitted ? null : 'not admissible';
}
