import { z } from 'zod';
import type { EvaluationProtocol } from '../contract/board.ts';
import type { ScoredRuns } from '../contract/views.ts';
import type { Lab } from '../lab.ts';
import {
  chooseProtocol,
  evaluationsUnder,
  latestEvaluations,
  listProtocols,
} from '../stats/board-protocols.ts';
import { runIds } from './inputs.ts';
import { protocolChoice } from './leaderboard.ts';
import { ownerProcedure, router } from './trpc.ts';

/**
 * Runs with their evaluations under one protocol: of the named runs, as far as they have got, unknown ones and those of other trainers left out; without names, of
 * every finished run, as the leaderboard has them.
 */
export async function readScores(
  lab: Lab,
  ids: readonly string[] | undefined,
  choice: Partial<EvaluationProtocol>,
): Promise<ScoredRuns> {
  const listed = await lab.store.runs.listNative(ids ? { ids } : { states: ['finished'] });
  const rows = ids ? ids.flatMap((id) => listed.find((row) => row.id === id) ?? []) : listed;
  const evaluations = await lab.store.events.evaluations(rows.map(({ id }) => id));
  const entrants = rows.map(({ id, ordinal, name, config, state }) => {
    const inOrder = (evaluations.get(id) ?? []).toSorted((a, b) => a.iteration - b.iteration);
    return { id, ordinal, name, config, finished: state === 'finished', evaluations: inOrder };
  });
  const protocols = listProtocols(entrants, ids ? latestEvaluations : undefined);
  const protocol = chooseProtocol(protocols, choice);
  return {
    protocols,
    protocol,
    runs: entrants.flatMap((run) => {
      const scored = protocol ? evaluationsUnder(run, protocol) : [];
      const last = scored.at(-1)?.iteration;
      if (last === undefined || (!ids && last !== run.config.iterations)) return [];
      return { ...run, evaluations: scored };
    }),
  };
}

export const statisticsRouter = router({
  scores: ownerProcedure
    .meta({
      summary: 'Runs with their evaluations under one protocol: the named ones, or every finished one',
    })
    .input(z.object({ runIds: runIds.optional(), protocol: protocolChoice }))
    .query(async ({ ctx, input }): Promise<ScoredRuns> => readScores(ctx.lab, input.runIds, input.protocol)),
});
