import { z } from 'zod';
import {
  AGGREGATES,
  BOARD_METRICS,
  BUDGET_RANKINGS,
  type Leaderboard,
  protocolOf,
} from '../contract/board.ts';
import {
  type BoardEntry,
  type BoardEntryView,
  boardEntrySchema,
  protocolOfEntry,
  rateCandidates,
} from '../contract/board-entry.ts';
import { AppError } from '../contract/error.ts';
import { evaluationSchema } from '../contract/events.ts';
import { type ReplayJob, replayRequestOf } from '../contract/replays.ts';
import type { Lab } from '../lab.ts';
import { fitsChoice } from '../stats/board-protocols.ts';
import { type BoardChoice, makeLeaderboard, type StatedEntrant } from '../stats/leaderboard.ts';
import { byRun, runId, runIds } from './inputs.ts';
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

/** Every finished run of this trainer that is not archived, ranked, and imported ones that their owner has put on a board. */
export async function readLeaderboard(lab: Lab, choice: BoardChoice): Promise<Leaderboard> {
  const all = await lab.store.runs.listNative({ states: ['finished'] });
  const finished = all.filter(({ archived }) => !archived);
  const milestones = await lab.store.events.milestones(finished);
  const replays = await lab.store.replays.byRun(finished.map(({ id }) => id));
  const stated = await readStated(lab);
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
    stated,
  );
}

/** Imported runs on boards, of some runs or all that are not archived, with the rate that their metric has now. */
export async function readStated(lab: Lab, ids?: readonly string[]): Promise<StatedEntrant[]> {
  return (await lab.store.foreign.onBoards(ids)).flatMap(
    ({ id, ordinal, name, params, latest, boardEntry }) => {
      const { metric } = boardEntry;
      const found = rateCandidates(latest).find((candidate) => candidate.metric === metric);
      const protocol = protocolOfEntry(boardEntry);
      return found
        ? [{ id, ordinal, name, params, protocol, metric, rate: found.rate, step: found.step }]
        : [];
    },
  );
}

/** Throws AppError `conflict` while its trainer logs, `bad-input` for a metric that is no success rate. */
async function enter(lab: Lab, id: string, entry: BoardEntry): Promise<void> {
  const run = await lab.store.foreign.require(id);
  if (run.state !== 'finished')
    throw new AppError(
      'conflict',
      `${run.name} is ${run.state}: only a finished run has a final success rate`,
    );
  const candidates = rateCandidates(run.latest);
  if (!candidates.some(({ metric }) => metric === entry.metric))
    throw new AppError(
      'bad-input',
      `entry.metric: ${run.name} has no metric ${entry.metric} whose last value is between 0 and 1; it has: ${
        candidates
          .slice(0, 10)
          .map(({ metric }) => metric)
          .join(', ') || 'none'
      }`,
    );
  await lab.store.foreign.setBoardEntry(id, entry);
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
  for (const { run, request } of requests) await lab.jobs.replays.start(run, request);
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

  entry: ownerProcedure
    .meta({ summary: 'What an imported run states for a board, and what it may state' })
    .input(byRun)
    .query(async ({ ctx, input }): Promise<BoardEntryView> => {
      const { latest, boardEntry } = await ctx.lab.store.foreign.require(input.id);
      const { protocols } = await readLeaderboard(ctx.lab, {});
      return { entry: boardEntry, candidates: rateCandidates(latest), protocols };
    }),

  enter: ownerProcedure
    .meta({
      summary:
        'Puts an imported run on the board that its owner states, marked as imported; null takes it off',
    })
    .input(z.object({ id: runId, entry: boardEntrySchema.nullable() }))
    .mutation(async ({ ctx, input }): Promise<void> => {
      if (input.entry) await enter(ctx.lab, input.id, input.entry);
      else await ctx.lab.store.foreign.setBoardEntry(input.id, null);
      ctx.lab.bus.publishRunsChanged([input.id]);
    }),

  verifications: ownerProcedure
    .meta({ summary: 'What is being evaluated anew, and what could not be' })
    .query(({ ctx }): ReplayJob[] => ctx.lab.jobs.replays.list()),
});
