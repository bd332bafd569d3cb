import { unpackEpisode } from '../contract/episode.ts';
import { type SubgoalList, subgoalQuerySchema, type TrainingOverview } from '../contract/training.ts';
import type { Lab } from '../lab.ts';
import { tallyStored } from '../stats/stored-tally.ts';
import { SubgoalRanking } from '../stats/subgoal-ranking.ts';
import { columnBin, TrainingColumns } from '../stats/training-columns.ts';
import { byRunOrLink, requireReadable } from './readable-run.ts';
import { publicProcedure, router } from './trpc.ts';

/** Stored episodes of a run that are counted anew, packed: about a second's work. */
const MOST_BYTES = 2 * 2 ** 20;

/** Of a run that has not counted its episodes: what those that are stored add up to. */
async function countStored(
  lab: Lab,
  runId: string,
  bin: number,
): Promise<Pick<TrainingOverview, 'counted' | 'stored' | 'columns'>> {
  const columns = new TrainingColumns(bin);
  let counted = 0;
  let stored = 0;
  for await (const { iteration, episodes } of lab.store.episodes.training(runId, MOST_BYTES)) {
    const readable = await Promise.all(
      episodes.map(async ({ won, packed }) => {
        const body = await unpackEpisode(packed).catch(() => null);
        return body && { won, body };
      }),
    );
    const known = readable.filter((episode) => episode !== null);
    if (known.length === 0) continue;
    columns.add(tallyStored(iteration, known));
    counted += 1;
    stored += known.length;
  }
  return { counted, stored: stored === 0 ? null : stored, columns: columns.columns() };
}

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
      if (counted > 0 || last === 0) return { last, bin, counted, stored: null, columns: columns.columns() };
      return { last, bin, ...(await countStored(ctx.lab, id, bin)) };
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
