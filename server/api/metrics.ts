import { z } from 'zod';
import type { RunSnapshot, WireSeries } from '../contract/views.ts';
import { iteration, keys, points, runIds } from './inputs.ts';
import { readSnapshots, readWindow } from './snapshots.ts';
import { ownerProcedure, router } from './trpc.ts';

export const metricsRouter = router({
  snapshots: ownerProcedure
    .meta({
      summary:
        'Everything but logs up to an event, in the order of `runIds`; unknown runs are left out. The more runs, the fewer points of each, but for a few columns (`keys`)',
    })
    .input(z.object({ runIds, points, keys }))
    .query(async ({ ctx, input }): Promise<RunSnapshot[]> => readSnapshots(ctx.lab, input.runIds, input)),

  window: ownerProcedure
    .meta({ summary: 'Curves between two iterations, finer the less they span; unknown runs are left out' })
    .input(z.object({ runIds, from: iteration, to: iteration, points }))
    .query(async ({ ctx, input }): Promise<WireSeries[]> => readWindow(ctx.lab, input.runIds, input)),
});
