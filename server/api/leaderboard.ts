import { z } from 'zod';
import { AGGREGATES, BOARD_METRICS, BUDGET_RANKINGS, type Leaderboard } from '../contract/board.ts';
import { evaluationSchema } from '../contract/events.ts';
import type { Lab } from '../lab.ts';
import { type BoardChoice, makeLeaderboard } from '../stats/leaderboard.ts';
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

/** Every finished run, ranked. */
export async function readLeaderboard(lab: Lab, choice: BoardChoice): Promise<Leaderboard> {
  const finished = await lab.store.runs.list({ states: ['finished'] });
  const milestones = await lab.store.events.milestones(finished);
  return makeLeaderboard(
    finished.map((run) => ({
      id: run.id,
      ordinal: run.ordinal,
      name: run.name,
      config: run.config,
      parameters: run.facts?.parameters ?? 0,
      evaluations: milestones.get(run.id) ?? [],
    })),
    choice,
  );
}

export const leaderboardRouter = router({
  get: ownerProcedure
    .input(boardChoice)
    .query(async ({ ctx, input }): Promise<Leaderboard> => readLeaderboard(ctx.lab, input)),
});
