import { z } from 'zod';
import { AppError } from '../contract/error.ts';
import { parseVarianceOptions, type VarianceView } from '../contract/variance.ts';
import { byRun, runId } from './inputs.ts';
import { ownerProcedure, router } from './trpc.ts';

export const varianceRouter = router({
  get: ownerProcedure.input(byRun).query(async ({ ctx, input }): Promise<VarianceView> => {
    const { measurements } = ctx.lab.jobs;
    return { report: await measurements.report(input.id), measurement: measurements.find(input.id) };
  }),

  /** Measures a run at its last checkpoint as soon as a slot is free. */
  start: ownerProcedure
    .input(z.object({ id: runId, options: z.unknown() }))
    .mutation(async ({ ctx, input }): Promise<void> => {
      const run = await ctx.lab.store.runs.requireNative(input.id);
      if (run.lastCheckpoint === null)
        throw new AppError('conflict', `${run.name} has no checkpoint yet: wait for its first iteration`);
      ctx.lab.jobs.measurements.start(input.id, parseVarianceOptions(input.options ?? {}));
    }),

  cancel: ownerProcedure.input(byRun).mutation(async ({ ctx, input }): Promise<void> => {
    await ctx.lab.jobs.measurements.cancel(input.id);
  }),
});
