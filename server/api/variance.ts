import { z } from 'zod';
import { AppError } from '../contract/error.ts';
import { parseVarianceOptions, type VarianceView } from '../contract/variance.ts';
import { byRun, runId, varianceOptionsInput } from './inputs.ts';
import { ownerProcedure, router } from './trpc.ts';

export const varianceRouter = router({
  get: ownerProcedure
    .meta({ summary: 'The measured variance of a run, and where a measurement stands' })
    .input(byRun)
    .query(async ({ ctx, input }): Promise<VarianceView> => {
      const { measurements } = ctx.lab.jobs;
      return { report: await measurements.report(input.id), measurement: measurements.find(input.id) };
    }),

  start: ownerProcedure
    .meta({ summary: 'Measures a run at its last checkpoint as soon as a slot is free' })
    .input(z.object({ id: runId, options: varianceOptionsInput }))
    .mutation(async ({ ctx, input }): Promise<void> => {
      const run = await ctx.lab.store.runs.requireNative(input.id);
      if (run.lastCheckpoint === null)
        throw new AppError('conflict', `${run.name} has no checkpoint yet: wait for its first iteration`);
      await ctx.lab.jobs.measurements.start(run, parseVarianceOptions(input.options ?? {}));
    }),

  cancel: ownerProcedure
    .meta({ summary: 'Ends a measurement' })
    .input(byRun)
    .mutation(async ({ ctx, input }): Promise<void> => {
      await ctx.lab.jobs.measurements.cancel(input.id);
    }),
});
