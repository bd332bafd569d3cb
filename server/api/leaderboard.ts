import { z } from 'zod';
import { SPLITS } from '../contract/run-config.ts';
import type { Leaderboard } from '../contract/views.ts';
import type { Lab } from '../lab.ts';
import { makeLeaderboard } from '../stats/leaderboard.ts';
import { ownerProcedure, router } from './trpc.ts';

/** What picks a protocol; what is left out is chosen by the most runs. */
export const protocolFilter = z.object({
  environment: z.string().max(40).optional(),
  games: z.enum(['real', 'generated']).optional(),
  split: z.enum(SPLITS).optional(),
  tasks: z.string().max(400).optional(),
  stepLimit: z.number().int().optional(),
  temperature: z.number().optional(),
  episodes: z.number().int().optional(),
});
export type ProtocolFilter = z.output<typeof protocolFilter>;

/** Every finished run, ranked. */
export async function readLeaderboard(lab: Lab, filter: ProtocolFilter): Promise<Leaderboard> {
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
    filter,
  );
}

export const leaderboardRouter = router({
  get: ownerProcedure
    .input(protocolFilter)
    .query(async ({ ctx, input }): Promise<Leaderboard> => readLeaderboard(ctx.lab, input)),
});
