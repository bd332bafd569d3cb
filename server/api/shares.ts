import { z } from 'zod';
import { MOST_SHARED } from '../contract/limits.ts';
import { typedLine } from '../contract/text.ts';
import {
  type RunSnapshot,
  SHARE_KINDS,
  type SharedFigure,
  type SharedView,
  type ShareInfo,
  type WireSeries,
} from '../contract/views.ts';
import { episodeId, iteration, keys, points, runId, runIds, shareId, shareToken } from './inputs.ts';
import {
  createShare,
  figureOfShare,
  openShare,
  revokeShare,
  snapshotsOfShare,
  windowOfShare,
} from './share-links.ts';
import { adminProcedure, publicProcedure, router } from './trpc.ts';

const byToken = z.object({ token: shareToken });

export const sharesRouter = router({
  create: adminProcedure
    .meta({
      summary:
        'Makes a share link; the only time that its token is told. `runIds` is empty for the leaderboard',
    })
    .input(
      z.object({
        kind: z.enum(SHARE_KINDS),
        /** Of a run and a comparison; other kinds name theirs themselves. */
        runIds: z.array(runId).max(MOST_SHARED),
        title: typedLine(120),
        query: typedLine(4000),
        days: z.number().int().min(1).max(365),
        /** Of a report. */
        reportId: runId.nullish(),
        /** That the link shows alone. */
        episode: z.object({ runId, id: episodeId }).nullish(),
        /** Shows what is there now, and nothing that comes. */
        frozen: z.boolean().default(false),
        /** Whether the stored episodes of the runs can be read. */
        episodes: z.boolean().default(true),
      }),
    )
    .mutation(
      async ({ ctx, input }): Promise<{ token: string; share: ShareInfo }> => createShare(ctx.lab, input),
    ),

  list: adminProcedure
    .meta({ summary: 'Share links, newest first, ended ones included' })
    .query(async ({ ctx }): Promise<ShareInfo[]> => ctx.lab.store.shares.list()),

  revoke: adminProcedure
    .meta({ summary: 'Ends a share link' })
    .input(z.object({ id: shareId }))
    .mutation(async ({ ctx, input }): Promise<void> => revokeShare(ctx.lab, input.id)),

  open: publicProcedure
    .meta({ summary: 'What a share link shows' })
    /** `again`: by a page that was open already, so no view of its own. */
    .input(byToken.extend({ again: z.boolean().default(false) }))
    .query(async ({ ctx, input }): Promise<SharedView> => openShare(ctx.lab, input)),

  figure: publicProcedure
    .meta({ summary: 'What a figure of a shared report shows that its runs do not tell' })
    .input(byToken.extend({ block: z.string().max(40) }))
    .query(async ({ ctx, input }): Promise<SharedFigure> => figureOfShare(ctx.lab, input)),

  snapshots: publicProcedure
    .meta({ summary: 'As metrics.snapshots, of all runs of a share link or of some' })
    .input(byToken.extend({ runIds: runIds.optional(), points, keys }))
    .query(async ({ ctx, input }): Promise<RunSnapshot[]> => snapshotsOfShare(ctx.lab, input)),

  window: publicProcedure
    .meta({ summary: 'As metrics.window, of those of the runs that a share link shows' })
    .input(byToken.extend({ runIds, from: iteration, to: iteration, points }))
    .query(async ({ ctx, input }): Promise<WireSeries[]> => windowOfShare(ctx.lab, input)),
});
