import { z } from 'zod';
import type { ScoredRuns } from '../contract/views.ts';
import type { Lab } from '../lab.ts';
import { chooseProtocol, type Entrant, evaluationsUnder, listProtocols } from '../stats/leaderboard.ts';
import type { RunRow } from '../store/runs.ts';
import { runIds } from './inputs.ts';
import { type ProtocolFilter, protocolFilter } from './leaderboard.ts';
import { ownerProcedure, router } from './trpc.ts';

/**
 * Runs with their evaluations under one protocol: of the named runs, as far as they have got, unknown ones left out; without names, of
 * every finished run, as the leaderboard has them.
 */
async function readScores(
  lab: Lab,
  ids: readonly string[] | undefined,
  filter: ProtocolFilter,
): Promise<ScoredRuns> {
  const listed = await lab.store.runs.list(ids ? { ids } : { states: ['finished'] });
  const rows = ids ? ids.flatMap((id) => listed.find((row) => row.id === id) ?? []) : listed;
  const evaluations = await lab.store.events.evaluations(rows.map(({ id }) => id));
  const entrants = rows.map((row) => entrantOf(row, evaluations.get(row.id) ?? []));
  const protocols = listProtocols(entrants, ids ? latestEvaluations : undefined);
  const protocol = chooseProtocol(protocols, filter);
  const finished = new Set(rows.filter(({ state }) => state === 'finished').map(({ id }) => id));
  return {
    protocols,
    protocol,
    runs: entrants.flatMap((run) => {
      const scored = protocol ? evaluationsUnder(run, protocol) : [];
      const last = scored.at(-1)?.iteration;
      if (last === undefined || (!ids && last !== run.config.iterations)) return [];
      const { id, ordinal, name, config } = run;
      return { id, ordinal, name, config, finished: finished.has(id), evaluations: scored };
    }),
  };
}

function entrantOf({ id, ordinal, name, config, facts }: RunRow, evaluations: Entrant['evaluations']) {
  const inOrder = evaluations.toSorted((a, b) => a.iteration - b.iteration);
  return { id, ordinal, name, config, parameters: facts?.parameters ?? 0, evaluations: inOrder };
}

/** The last evaluation of a run under each of its protocols: one each. */
function latestEvaluations({ evaluations }: Entrant): Entrant['evaluations'] {
  const key = (evaluation: Entrant['evaluations'][number]) => {
    const { split, games, stepLimit, temperature, episodes, byTaskType } = evaluation;
    return [split, games, stepLimit, temperature, episodes, ...Object.keys(byTaskType).sort()].join();
  };
  return [...new Map(evaluations.map((evaluation) => [key(evaluation), evaluation])).values()];
}

export const statisticsRouter = router({
  scores: ownerProcedure
    .input(z.object({ runIds: runIds.optional(), protocol: protocolFilter }))
    .query(async ({ ctx, input }): Promise<ScoredRuns> => readScores(ctx.lab, input.runIds, input.protocol)),
});
