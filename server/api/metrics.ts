import { z } from 'zod';
import type { Evaluation } from '../contract/events.ts';
import type { MetricSeries } from '../contract/views.ts';
import { runIds } from './inputs.ts';
import { seriesOfRuns } from './series.ts';
import { ownerProcedure, router } from './trpc.ts';

export const metricsRouter = router({
  /** In the order of `runIds`; unknown runs have empty series. */
  series: ownerProcedure
    .input(z.object({ runIds }))
    .query(async ({ ctx, input }): Promise<MetricSeries[]> => seriesOfRuns(ctx.lab.store, input.runIds)),

  /** By run id, in order of iteration. */
  evaluations: ownerProcedure
    .input(z.object({ runIds }))
    .query(
      async ({ ctx, input }): Promise<Record<string, Evaluation[]>> =>
        Object.fromEntries(await ctx.lab.store.events.evaluations(input.runIds)),
    ),
});
