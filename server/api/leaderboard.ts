import { z } from 'zod';
import {
  AGGREGATES,
  BOARD_METRICS,
  BUDGET_RANKINGS,
  type Leaderboard,
  protocolOf,
} from '../contract/board.ts';
import { AppError } from '../contract/error.ts';
import { evaluationSchema } from '../contract/events.ts';
import { type ReplayJob, replayRequestOf } from '../contract/replays.ts';
import type { Lab } from '../lab.ts';
import { fitsChoice } from '../stats/board-protocols.ts';
import { type BoardChoice, makeLeaderboard } from '../stats/leaderboard.ts';
import { runIds } from './inputs.ts';
import { ownerProcedure, router } from './trpc.ts';

/** What picks a protocol; the part that is left out is chosen by the most runs. */
export const protocolChoice = z.object({
  environment: z.string().max(40).optional(),
  games: evaluationSchema.shape.games.optional(),
  split: evaluationSchema.shape.split.optional(),
  tasks: z.string().max(400).optional(),
  gamesHash: z.string().max(64).optional(),
  decoding: z.string().max(40).optional(),
  temperature: z.number().optional(),
  stepLimit: z.number().int().optional(),
  episodes: z.number().int().optional(),
});

/** What picks a board. */
export const boardChoice = protocolChoice.extend({
  metric: z.enum(BOARD_METRICS).optional(),
  aggregate: z.enum(AGGREGATES).optional(),
  budgets: z.enum(BUDGET_RANKINGS).optional(),
});

/** Every finished run of this trainer that is not archived, ranked. */
export async function readLeaderboard(lab: Lab, choice: BoardChoice): Promise<Leaderboard> {
  const all = await lab.store.runs.listNative({ states: ['finished'] });
  const finished = all.filter(({ archived }) => !archived);
  const milestones = await lab.store.events.milestones(finished);
  const replays = await lab.store.replays.byRun(finished.map(({ id }) => id));
  return makeLeaderboard(
    finished.map((run) => ({
      id: run.id,
      ordinal: run.ordinal,
      name: run.name,
      config: run.config,
      parent: run.parent,
      isImported: run.importedFrom !== null,
      parameters: run.facts?.parameters ?? 0,
      evaluations: milestones.get(run.id) ?? [],
      replays: replays.get(run.id) ?? [],
    })),
    choice,
  );
}

/** What a row of a board is verified by: the final evaluation of each of its runs, played anew. */
async function verifyRuns(lab: Lab, runIds: readonly string[], choice: BoardChoice): Promise<void> {
  const runs = await Promise.all(runIds.map((id) => lab.store.runs.requireNative(id)));
  const milestones = await lab.store.events.milestones(runs);
  const requests = runs.map((run) => {
    const final = (milestones.get(run.id) ?? []).findLast(
      (evaluation) =>
        evaluation.iteration === run.config.iterations &&
        fitsChoice(protocolOf(run.config, evaluation), choice),
    );
    if (!final) throw new AppError('conflict', `runIds: ${run.name} has no final evaluation on this board`);
    return { run, request: replayRequestOf(final) };
  });
  for (const { run, request } of requests) lab.jobs.replays.start(run, request);
}

export const leaderboardRouter = router({
  get: ownerProcedure
    .meta({ summary: 'A leaderboard; what is left out of the choice is chosen by the most runs' })
    .input(boardChoice)
    .query(async ({ ctx, input }): Promise<Leaderboard> => readLeaderboard(ctx.lab, input)),

  verify: ownerProcedure
    .meta({
      summary:
        'Evaluates the last checkpoints of runs anew, on the games of the board; see `leaderboard.verifications`',
    })
    .input(boardChoice.extend({ runIds }))
    .mutation(async ({ ctx, input }): Promise<void> => {
      const { runIds: ids, ...choice } = input;
      await verifyRuns(ctx.lab, ids, choice);
    }),

  verifications: ownerProcedure
    .meta({ summary: 'What is being evaluated anew, and what could not be' })
    .query(({ ctx }): ReplayJob[] => ctx.lab.jobs.replays.list()),
});
