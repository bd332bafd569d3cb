import { z } from 'zod';
import { ESTIMATOR_FACTS } from '../contract/estimators.ts';
import { PRESET_NAMES, presetConfig } from '../contract/presets.ts';
import { parseRunConfig, type RunConfig } from '../contract/run-config.ts';
import { MAX_RUNS_AT_ONCE } from '../contract/sweep.ts';
import type { LaunchEstimate, LogLine, RunDetail, RunSummary } from '../contract/views.ts';
import type { Lab } from '../lab.ts';
import { estimateLaunch } from './estimate.ts';
import { byRun, runId } from './inputs.ts';
import { viewDetail, viewSummaries } from './run-view.ts';
import { ownerProcedure, router } from './trpc.ts';

const presetName = z.string().max(40).nullable();

/** A name for a run whose config has none. */
function defaultName(config: RunConfig, preset: string | null): string {
  return `${ESTIMATOR_FACTS[config.estimator].title} ${preset ?? 'custom'}, seed ${config.seed}`;
}

async function launch(lab: Lab, config: RunConfig, preset: string | null): Promise<string> {
  const name = config.name === '' ? defaultName(config, preset) : config.name;
  const run = await lab.store.runs.create({ name, preset, config });
  lab.bus.publishRunsChanged([run.id]);
  await lab.jobs.enqueue(run.id);
  return run.id;
}

export const runsRouter = router({
  /** Newest first. */
  list: ownerProcedure.query(
    async ({ ctx }): Promise<RunSummary[]> => viewSummaries(ctx.lab, await ctx.lab.store.runs.list()),
  ),

  get: ownerProcedure
    .input(byRun)
    .query(
      async ({ ctx, input }): Promise<RunDetail> =>
        viewDetail(ctx.lab, await ctx.lab.store.runs.require(input.id)),
    ),

  launch: ownerProcedure.input(z.object({ config: z.unknown(), preset: presetName })).mutation(
    async ({ ctx, input }): Promise<{ id: string }> => ({
      id: await launch(ctx.lab, parseRunConfig(input.config), input.preset),
    }),
  ),

  /** Several runs, queued in their order; nothing is queued when one of them is wrong. */
  launchAll: ownerProcedure
    .input(z.object({ configs: z.array(z.unknown()).min(1).max(MAX_RUNS_AT_ONCE), preset: presetName }))
    .mutation(async ({ ctx, input }): Promise<{ ids: string[] }> => {
      const ids: string[] = [];
      for (const config of input.configs.map(parseRunConfig))
        ids.push(await launch(ctx.lab, config, input.preset));
      return { ids };
    }),

  /** Two runs that differ in nothing but the estimator. */
  launchPair: ownerProcedure
    .input(z.object({ preset: z.enum(PRESET_NAMES), seed: z.number().int().min(0).optional() }))
    .mutation(async ({ ctx, input }): Promise<{ ids: [string, string] }> => {
      const seed = input.seed === undefined ? {} : { seed: input.seed };
      const hiper = presetConfig(input.preset, { ...seed, estimator: 'hae' });
      const flat = presetConfig(input.preset, { ...seed, estimator: 'token-gae' });
      return {
        ids: [await launch(ctx.lab, hiper, input.preset), await launch(ctx.lab, flat, input.preset)],
      };
    }),

  pause: ownerProcedure.input(byRun).mutation(async ({ ctx, input }): Promise<void> => {
    await ctx.lab.jobs.pause(input.id);
  }),

  /** Goes on after a pause, a failure or a cancellation, from the last checkpoint. */
  resume: ownerProcedure.input(byRun).mutation(async ({ ctx, input }): Promise<void> => {
    await ctx.lab.jobs.resume(input.id);
  }),

  cancel: ownerProcedure.input(byRun).mutation(async ({ ctx, input }): Promise<void> => {
    await ctx.lab.jobs.cancel(input.id);
  }),

  update: ownerProcedure
    .input(
      z.object({
        id: runId,
        name: z.string().trim().min(1).max(80).optional(),
        note: z.string().max(20_000).optional(),
      }),
    )
    .mutation(async ({ ctx, input }): Promise<void> => {
      const { id, ...changes } = input;
      await ctx.lab.store.runs.require(id);
      await ctx.lab.store.runs.update(id, changes);
      ctx.lab.bus.publishRunsChanged([id]);
    }),

  /** Only ended runs; takes their files along. */
  remove: ownerProcedure.input(byRun).mutation(async ({ ctx, input }): Promise<void> => {
    await ctx.lab.jobs.remove(input.id);
    ctx.lab.bus.publishRunsChanged([input.id]);
  }),

  /** The newest `limit` lines before `beforeSeq`, in order. */
  logs: ownerProcedure
    .input(
      z.object({
        id: runId,
        beforeSeq: z.number().int().min(1).optional(),
        limit: z.number().int().min(1).max(5000),
      }),
    )
    .query(
      async ({ ctx, input }): Promise<LogLine[]> =>
        ctx.lab.store.events.logs(input.id, input.beforeSeq, input.limit),
    ),

  estimate: ownerProcedure
    .input(z.object({ config: z.unknown() }))
    .query(
      async ({ ctx, input }): Promise<LaunchEstimate> =>
        estimateLaunch(ctx.lab, parseRunConfig(input.config)),
    ),
});
