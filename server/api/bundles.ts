import { z } from 'zod';
import { pullRun, pushRun } from '../bundles/other-lab.ts';
import { typedLine } from '../contract/text.ts';
import { runId } from './inputs.ts';
import { ownerProcedure, router } from './trpc.ts';

const otherLab = z.object({
  id: runId,
  address: typedLine(300).refine(
    (text) => /^https?:\/\//.test(text) && URL.canParse(text),
    'is no address of a lab: give one like https://lab.example.org',
  ),
  /** HIPER_SECRET of the other lab, or a key of it; empty where it needs none. */
  token: typedLine(500),
  checkpoint: z.boolean(),
});

export const bundlesRouter = router({
  push: ownerProcedure
    .meta({ summary: 'Publishes a run to another lab' })
    .input(otherLab.extend({ from: typedLine(200) }))
    .mutation(async ({ ctx, input }): Promise<{ url: string }> => {
      const { id, from, checkpoint, ...other } = input;
      const run = await ctx.lab.store.runs.require(id);
      return { url: await pushRun(ctx.lab, run, other, { checkpoint, lab: from }) };
    }),

  pull: ownerProcedure
    .meta({ summary: 'Takes a run of another lab in' })
    .input(otherLab)
    .mutation(async ({ ctx, input }): Promise<{ id: string }> => {
      const { id, checkpoint, ...other } = input;
      return pullRun(ctx.lab, id, other, { checkpoint });
    }),
});
