import {
  type EpisodeDetail,
  type EpisodeOverview,
  type EpisodePage,
  episodeFilterSchema,
} from '../contract/episode-query.ts';
import { episodeId } from './inputs.ts';
import { episodeOfShare, readEpisode, withoutAddress } from './read-episode.ts';
import { byRunOrLink, requireReadable } from './readable-run.ts';
import { publicProcedure, router } from './trpc.ts';

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
      const { token, id } = input;
      const share = token === undefined ? null : await ctx.lab.store.shares.open(token);
      if (share?.episode) return episodeOfShare(ctx.lab, share, input);
      const detail = await readEpisode(ctx.lab, await requireReadable(ctx, input), id);
      return share ? withoutAddress(detail) : detail;
    }),
});
