import { z } from 'zod';
import {
  type EpisodeDetail,
  type EpisodeOverview,
  type EpisodePage,
  episodeFilterSchema,
} from '../contract/episode-query.ts';
import type { Lab } from '../lab.ts';
import type { NativeRun } from '../store/runs.ts';
import { byRunOrLink, requireReadable } from './readable-run.ts';
import { publicProcedure, router } from './trpc.ts';

const episodeId = z.string().regex(/^[a-z0-9_-]{1,80}$/, 'is not the id of an episode');

export const episodesRouter = router({
  overview: publicProcedure
    .meta({
      access: 'owner or link',
      summary: 'How many episodes of a run are stored, and what they can be filtered by',
    })
    .input(byRunOrLink)
    .query(async ({ ctx, input }): Promise<EpisodeOverview> => {
      const run = await requireReadable(ctx, input);
      return ctx.lab.store.episodes.overview(run);
    }),

  list: publicProcedure
    .meta({
      access: 'owner or link',
      summary: 'Episodes of a run, newest iteration first; `cursor` is the `next` of the page before',
    })
    .input(byRunOrLink.extend({ filter: episodeFilterSchema, cursor: episodeId.nullish() }))
    .query(async ({ ctx, input }): Promise<EpisodePage> => {
      const run = await requireReadable(ctx, input);
      return ctx.lab.store.episodes.list(run.id, input.filter, input.cursor ?? null);
    }),

  get: publicProcedure
    .meta({ access: 'owner or link', summary: 'One episode whole' })
    .input(byRunOrLink.extend({ id: episodeId }))
    .query(async ({ ctx, input }): Promise<EpisodeDetail> => {
      const run = await requireReadable(ctx, input);
      return readEpisode(ctx.lab, run, input.id);
    }),
});

async function readEpisode(lab: Lab, run: NativeRun, id: string): Promise<EpisodeDetail> {
  const { episodes } = lab.store;
  const summary = await episodes.summary(run.id, id);
  const [packed, neighbours, others] = await Promise.all([
    episodes.packed(run.id, id),
    episodes.neighbours(run.id, summary),
    episodes.ofSameGame(run.id, summary),
  ]);
  const { name, config } = run;
  return { run: { id: run.id, name, config }, summary, packed, ...neighbours, others };
}
