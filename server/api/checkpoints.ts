import { z } from 'zod';
import type { Evaluation } from '../contract/events.ts';
import { type CheckpointView, type ReplayJob, replayRequestSchema } from '../contract/replays.ts';
import type { Lab } from '../lab.ts';
import { listCheckpoints } from '../rl/train/checkpoint/kept-checkpoints.ts';
import { byRun, runId } from './inputs.ts';
import { ownerProcedure, router } from './trpc.ts';

/** The checkpoints of a run, in order of iteration, with what was measured of them. */
async function viewCheckpoints(lab: Lab, id: string): Promise<CheckpointView[]> {
  const run = await lab.store.runs.require(id);
  const [told, evaluations, replays] = await Promise.all([
    lab.store.events.checkpoints(id),
    lab.store.events.evaluationsUpTo(id, run.lastSeq),
    lab.store.replays.byRun([id]),
  ]);
  const here = listCheckpoints(lab.jobs.supervisor.folderOf(id));
  const measured = (replays.get(id) ?? []).map(({ evaluation }) => evaluation.iteration);
  const last = run.lastCheckpoint === null ? [] : [run.lastCheckpoint];
  const iterations = [...new Set([...here, ...measured, ...last])].sort((a, b) => a - b);
  return iterations.map((iteration) => ({
    iteration,
    time: told.find((checkpoint) => checkpoint.iteration === iteration)?.time ?? null,
    isHere: here.includes(iteration),
    evaluations: evaluations.filter((evaluation: Evaluation) => evaluation.iteration === iteration),
    replays: (replays.get(id) ?? []).filter(({ evaluation }) => evaluation.iteration === iteration),
  }));
}

export const checkpointsRouter = router({
  list: ownerProcedure
    .meta({ summary: 'Checkpoints of a run with what was measured of them' })
    .input(byRun)
    .query(
      async ({ ctx, input }): Promise<{ checkpoints: CheckpointView[]; jobs: ReplayJob[] }> => ({
        checkpoints: await viewCheckpoints(ctx.lab, input.id),
        jobs: ctx.lab.jobs.replays.list(input.id),
      }),
    ),

  evaluate: ownerProcedure
    .meta({ summary: 'Evaluates a checkpoint as soon as a slot is free' })
    .input(replayRequestSchema.extend({ id: runId }))
    .mutation(async ({ ctx, input }): Promise<ReplayJob> => {
      const { id, ...request } = input;
      return ctx.lab.jobs.replays.start(await ctx.lab.store.runs.requireNative(id), request);
    }),

  cancel: ownerProcedure
    .meta({ summary: 'Ends an evaluation, or forgets one that failed' })
    .input(z.object({ jobId: runId }))
    .mutation(async ({ ctx, input }): Promise<void> => ctx.lab.jobs.replays.cancel(input.jobId)),
});
