import { z } from 'zod';
import { comparisonConfigs, comparisonSchema } from '../contract/comparison.ts';
import { MOST_LABELLED, MOST_TAGS } from '../contract/limits.ts';
import type { ModelExport } from '../contract/model-export.ts';
import type { ForeignDetail } from '../contract/origin.ts';
import { LONGEST_NAME, parseRunConfig } from '../contract/run-config.ts';
import { MAX_RUNS_AT_ONCE } from '../contract/sweep.ts';
import { typedLine, typedText } from '../contract/text.ts';
import type {
  ComparisonEstimate,
  LaunchEstimate,
  LogLine,
  RunDetail,
  RunSummary,
} from '../contract/views.ts';
import { estimateLaunch, estimateTogether } from './estimate.ts';
import { forkRun } from './fork.ts';
import { byRun, configInput, eventSeq, iteration, runId, tag } from './inputs.ts';
import { launchMany, parseConfigs } from './launch.ts';
import { viewDetail, viewForeign, viewSummaries } from './run-view.ts';
import { ownerProcedure, router } from './trpc.ts';

/** Of a run that somebody changes without end, the newest are shown. */
const MOST_SHOWN_ACTIONS = 200;

const presetName = typedLine(40).nullable();

export const runsRouter = router({
  list: ownerProcedure
    .meta({ summary: 'All runs, newest first' })
    .query(async ({ ctx }): Promise<RunSummary[]> => viewSummaries(ctx.lab, await ctx.lab.store.runs.list())),

  get: ownerProcedure
    .meta({
      summary:
        'One run with its note, evaluations, changes of state and, for the owner and `admin`, what was done to it',
    })
    .input(byRun)
    .query(async ({ ctx, input }): Promise<RunDetail> => {
      const [detail, actions] = await Promise.all([
        viewDetail(ctx.lab, await ctx.lab.store.runs.require(input.id)),
        ctx.actor === 'owner' ? ctx.lab.store.actions.ofRun(input.id, MOST_SHOWN_ACTIONS) : null,
      ]);
      return { ...detail, actions };
    }),

  launch: ownerProcedure
    .meta({ summary: 'Queues a run' })
    .input(z.object({ config: configInput, preset: presetName }))
    .mutation(async ({ ctx, input }): Promise<{ id: string }> => {
      const [id] = await launchMany(ctx.lab, [parseRunConfig(input.config)], input.preset);
      return { id: id! };
    }),

  launchAll: ownerProcedure
    .meta({ summary: 'Queues several runs in their order; none when one of them is wrong' })
    .input(z.object({ configs: z.array(configInput).min(1).max(MAX_RUNS_AT_ONCE), preset: presetName }))
    .mutation(
      async ({ ctx, input }): Promise<{ ids: string[] }> => ({
        ids: await launchMany(ctx.lab, parseConfigs(input.configs), input.preset),
      }),
    ),

  fork: ownerProcedure
    .meta({ summary: 'Queues runs that go on from a checkpoint of another; none when one of them is wrong' })
    .input(z.object({ id: runId, iteration, configs: z.array(configInput).min(1).max(MAX_RUNS_AT_ONCE) }))
    .mutation(async ({ ctx, input }): Promise<{ ids: string[] }> => {
      const parent = await ctx.lab.store.runs.requireNative(input.id);
      return { ids: await forkRun(ctx.lab, parent, input.iteration, parseConfigs(input.configs)) };
    }),

  launchComparison: ownerProcedure
    .meta({
      summary: 'Queues HiPER, flat GAE and flat PPO on every seed, alike in everything but the credit',
    })
    .input(comparisonSchema)
    .mutation(
      async ({ ctx, input }): Promise<{ ids: string[] }> => ({
        ids: await launchMany(ctx.lab, comparisonConfigs(input), input.preset),
      }),
    ),

  estimateComparison: ownerProcedure
    .meta({ summary: 'What such a comparison would cost' })
    .input(comparisonSchema)
    .query(
      async ({ ctx, input }): Promise<ComparisonEstimate> =>
        estimateTogether(ctx.lab, comparisonConfigs(input)),
    ),

  pause: ownerProcedure
    .meta({ summary: 'Pauses a run after its iteration' })
    .input(byRun)
    .mutation(async ({ ctx, input }): Promise<void> => {
      await ctx.lab.jobs.pause(input.id);
    }),

  resume: ownerProcedure
    .meta({ summary: 'Goes on after a pause, a failure or a cancellation, from the last checkpoint' })
    .input(byRun)
    .mutation(async ({ ctx, input }): Promise<void> => {
      await ctx.lab.jobs.resume(input.id);
    }),

  cancel: ownerProcedure
    .meta({ summary: 'Ends a run; its last checkpoint stays' })
    .input(byRun)
    .mutation(async ({ ctx, input }): Promise<void> => {
      await ctx.lab.jobs.cancel(input.id);
    }),

  update: ownerProcedure
    .meta({ summary: 'Renames a run or changes its note' })
    .input(
      z.object({
        id: runId,
        name: typedLine(LONGEST_NAME).min(1).optional(),
        note: typedText(20_000).optional(),
      }),
    )
    .mutation(async ({ ctx, input }): Promise<void> => {
      const { id, ...changes } = input;
      await ctx.lab.store.runs.require(id);
      await ctx.lab.store.runs.update(id, changes);
      ctx.lab.bus.publishRunsChanged([id]);
    }),

  label: ownerProcedure
    .meta({ summary: 'Tags, stars and archives runs; what is left out stays as it is' })
    .input(
      z.object({
        ids: z.array(runId).min(1).max(MOST_LABELLED),
        addTags: z.array(tag).max(MOST_TAGS).optional(),
        removeTags: z.array(tag).max(MOST_TAGS).optional(),
        starred: z.boolean().optional(),
        archived: z.boolean().optional(),
      }),
    )
    .mutation(async ({ ctx, input }): Promise<void> => {
      const { ids, ...change } = input;
      await ctx.lab.store.runs.label(ids, change);
      ctx.lab.bus.publishRunsChanged(ids);
    }),

  remove: ownerProcedure
    .meta({ summary: 'Deletes an ended run with its files' })
    .input(byRun)
    .mutation(async ({ ctx, input }): Promise<void> => {
      await ctx.lab.jobs.remove(input.id);
      ctx.lab.bus.publishRunsChanged([input.id]);
    }),

  foreign: ownerProcedure
    .meta({ summary: 'What came with a run of another trainer: tags, artifacts, renamed metrics' })
    .input(byRun)
    .query(async ({ ctx, input }): Promise<ForeignDetail> => viewForeign(ctx.lab, input.id)),

  modelExport: ownerProcedure
    .meta({ summary: "What of a language model's run can be taken along from this machine" })
    .input(byRun)
    .query(
      async ({ ctx, input }): Promise<ModelExport> =>
        ctx.lab.jobs.modelExports.offer(await ctx.lab.store.runs.require(input.id)),
    ),

  logs: ownerProcedure
    .meta({ summary: 'The newest `limit` lines of the log before `beforeSeq`, in order' })
    .input(
      z.object({
        id: runId,
        beforeSeq: eventSeq.optional(),
        limit: z.number().int().min(1).max(5000),
      }),
    )
    .query(
      async ({ ctx, input }): Promise<LogLine[]> =>
        ctx.lab.store.events.logs(input.id, input.beforeSeq, input.limit),
    ),

  estimate: ownerProcedure
    .meta({ summary: 'What a run would cost' })
    .input(z.object({ config: configInput }))
    .query(
      async ({ ctx, input }): Promise<LaunchEstimate> =>
        estimateLaunch(ctx.lab, parseRunConfig(input.config)),
    ),
});
