import type { EpisodeDetail } from '../contract/episode-query.ts';
import { AppError } from '../contract/error.ts';
import type { ShareInfo } from '../contract/views.ts';
import type { Lab } from '../lab.ts';
import type { NativeRun } from '../store/runs.ts';
import { frozenEpisode } from './frozen-shares.ts';

/** An episode whole, with what stands around it. */
export async function readEpisode(lab: Lab, run: NativeRun, id: string): Promise<EpisodeDetail> {
  const { episodes } = lab.store;
  const summary = await episodes.summary(run.id, id);
  const [packed, neighbours, others] = await Promise.all([
    episodes.packed(run.id, id),
    episodes.neighbours(run.id, summary),
    episodes.ofSameGame(run.id, summary),
  ]);
  const { name, config } = run;
  return { run: { id: run.id, name, config }, summary, packed, ...neighbours, others, isAlone: false };
}

/** Without the address of a model behind an endpoint: for guests. */
export function withoutAddress(detail: EpisodeDetail): EpisodeDetail {
  return { ...detail, run: { ...detail.run, config: { ...detail.run.config, endpoint: '' } } };
}

/** An episode as a link shows it that shows nothing else. */
export async function readAlone(
  lab: Lab,
  { runId, id }: { runId: string; id: string },
): Promise<EpisodeDetail> {
  const detail = await readEpisode(lab, await lab.store.runs.requireNative(runId), id);
  return { ...withoutAddress(detail), previous: null, next: null, others: [], isAlone: true };
}

/** Throws AppError `not-found` for another than that of the link. */
export async function episodeOfShare(
  lab: Lab,
  share: ShareInfo,
  wanted: { runId: string; id: string },
): Promise<EpisodeDetail> {
  const { episode } = share;
  if (episode?.runId !== wanted.runId || episode.id !== wanted.id)
    throw new AppError('not-found', 'This link shows one episode, and this is another');
  return share.frozenAt === null ? readAlone(lab, episode) : frozenEpisode(lab, share);
}
