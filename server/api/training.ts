import { type SubgoalList, subgoalQuerySchema, type TrainingOverview } from '../contract/training.ts';
import { SubgoalRanking } from '../stats/subgoal-ranking.ts';
import { columnBin, TrainingColumns } from '../stats/training-columns.ts';
import { byRunOrLink, requireReadable } from './readable-run.ts';
import { publicProcedure, router } from './trpc.ts';

/** What all training episodes of a run add up to, stored ones and others. */
export const trainingRouter = router({
  overview: publicProcedure
    .meta({
      access: 'owner or link',
      summary: 'Advantages by level and success over training, by columns of iterations',
    })
    .input(byRunOrLink)
    .query(async ({ ctx, input }): Promise<TrainingOverview> => {
      const { id, iteration: last } = await requireReadable(ctx, input);
      const bin = columnBin(last);
      const columns = new TrainingColumns(bin);
      let counted = 0;
      for await (const tally of ctx.lab.store.tallies.distributions(id)) {
        columns.add(tally);
        counted += tally.iteration - tally.from + 1;
      }
      return { last, bin, counted, columns: columns.columns() };
    }),

  subgoals: publicProcedure
    .meta({
      access: 'owner or link',
      summary: 'Sub-goals of a run, and what the episodes that have them brought',
    })
    .input(byRunOrLink.extend({ query: subgoalQuerySchema }))
    .query(async ({ ctx, input }): Promise<SubgoalList> => {
      const { id, iteration } = await requireReadable(ctx, input);
      const { from, to, ...query } = input.query;
      const ranking = new SubgoalRanking(iteration, columnBin(iteration));
      for await (const tally of ctx.lab.store.tallies.subgoals(id, from, to)) ranking.add(tally);
      return ranking.list(query);
    }),
});
