import { z } from 'zod';
import { AppError } from '../contract/error.ts';
import type { RunState } from '../contract/events.ts';
import { FIELD_NAMES } from '../contract/run-config.ts';
import { MAX_RUNS_AT_ONCE } from '../contract/sweep.ts';
import {
  choicesOf,
  halvingSchema,
  type SweepPlan,
  type SweepSummary,
  type SweepView,
  sweepTitle,
} from '../contract/sweep-plan.ts';
import { typedLine } from '../contract/text.ts';
import type { Lab } from '../lab.ts';
import type { SweepRow } from '../store/sweeps.ts';
import { checkSweep } from '../sweeps/check-sweep.ts';
import { planSweep, settleFirstRung } from '../sweeps/halving.ts';
import { type LookedAt, rankedBy, type Standing } from '../sweeps/look.ts';
import { byRun, configInput } from './inputs.ts';
import { parseConfigs, requireLaunchable } from './launch.ts';
import { ownerProcedure, router } from './trpc.ts';

const bySweep = byRun;

const sweepInput = z.object({
  name: typedLine(40),
  preset: typedLine(40).nullable(),
  vary: z.array(z.enum(FIELD_NAMES)).max(FIELD_NAMES.length),
  seeds: z.array(z.number().int().min(0)).min(1).max(MAX_RUNS_AT_ONCE),
  configs: z.array(configInput).min(1).max(MAX_RUNS_AT_ONCE),
  drawn: z.boolean(),
  halving: halvingSchema.nullable(),
});

function summarize(
  { plan, holder: _holder, ...row }: SweepRow,
  rungs: number,
  states: readonly RunState[],
): SweepSummary {
  const { preset, vary, seeds, drawn, halving, configs } = plan;
  const runs: SweepSummary['runs'] = {};
  for (const state of states) runs[state] = (runs[state] ?? 0) + 1;
  return {
    ...row,
    ...{ title: sweepTitle(plan), preset, vary, seeds, drawn, halving },
    configurations: configs.length / seeds.length,
    runs,
    rungs,
  };
}

async function listSweeps(lab: Lab): Promise<SweepSummary[]> {
  const [sweeps, states] = await Promise.all([lab.store.sweeps.list(), lab.store.runs.statesBySweep()]);
  return sweeps.map((row) => summarize(row, planSweep(row.plan).rungs.length, states.get(row.id) ?? []));
}

async function viewSweep(lab: Lab, id: string): Promise<SweepView> {
  const row = await lab.store.sweeps.require(id);
  const [{ plan, rungs: looks }, states] = await Promise.all([
    lab.sweeps.look(row),
    lab.store.runs.statesBySweep(id),
  ]);
  const choices = choicesOf(row.plan);
  const viewStanding = ({ configuration, value, runs }: Standing, goOn: readonly number[]) => ({
    choice: choices[configuration]!,
    runs: runs.map((run) => (run ? viewRun(run) : null)),
    value: Number.isNaN(value) ? null : value,
    goesOn: goOn.includes(configuration),
  });
  return {
    ...summarize(row, plan.rungs.length, states.get(id) ?? []),
    metric: rankedBy(row.plan),
    rungs: plan.rungs.map(({ configurations, iterations }, index) => {
      const { standings = [], ended = false, goOn = [] } = looks[index] ?? {};
      const views = standings.map((standing) => viewStanding(standing, goOn));
      return { configurations, iterations, ended, standings: views };
    }),
  };
}

function viewRun({ id, name, state, iteration }: LookedAt) {
  return { id, name, state, iteration };
}

export const sweepsRouter = router({
  list: ownerProcedure
    .meta({ summary: 'All sweeps, newest first' })
    .query(async ({ ctx }): Promise<SweepSummary[]> => listSweeps(ctx.lab)),

  get: ownerProcedure
    .meta({ summary: 'A sweep with its rungs, and how each configuration stands on them' })
    .input(bySweep)
    .query(async ({ ctx, input }): Promise<SweepView> => viewSweep(ctx.lab, input.id)),

  launch: ownerProcedure
    .meta({
      summary:
        'Launches every configuration with every seed as one experiment, with `halving` rung by rung; none when one of them is wrong',
    })
    .input(sweepInput)
    .mutation(async ({ ctx, input }): Promise<{ id: string }> => {
      const plan: SweepPlan = { ...input, configs: parseConfigs(input.configs) };
      checkSweep(plan);
      await requireLaunchable(ctx.lab, plan.configs);
      return { id: await ctx.lab.sweeps.launch(settleFirstRung(plan)) };
    }),

  cancel: ownerProcedure
    .meta({ summary: 'Ends a sweep with all of its runs that go on' })
    .input(bySweep)
    .mutation(async ({ ctx, input }): Promise<void> => ctx.lab.sweeps.cancel(input.id)),

  resume: ownerProcedure
    .meta({
      summary: 'Goes on with a sweep that failed or was cancelled, and resumes the runs of its last rung',
    })
    .input(bySweep)
    .mutation(async ({ ctx, input }): Promise<void> => ctx.lab.sweeps.resume(input.id)),

  remove: ownerProcedure
    .meta({ summary: 'Forgets a sweep that has ended; its runs stay' })
    .input(bySweep)
    .mutation(async ({ ctx, input }): Promise<void> => {
      const { state } = await ctx.lab.store.sweeps.require(input.id);
      if (state === 'running')
        throw new AppError('conflict', 'This sweep goes on: cancel it before you delete it');
      await ctx.lab.store.sweeps.remove(input.id);
      ctx.lab.bus.publishRunsChanged([]);
    }),
});
