import { z } from 'zod';
import { type EvaluationProtocol, protocolKey } from '../contract/board.ts';
import type { ScoredRun, ScoredRuns } from '../contract/views.ts';
import type { Lab } from '../lab.ts';
import {
  chooseProtocol,
  evaluationsUnder,
  latestEvaluations,
  listProtocols,
  withStated,
} from '../stats/board-protocols.ts';
import type { StatedEntrant } from '../stats/board-stated.ts';
import { runIds } from './inputs.ts';
import { protocolChoice, readStated } from './leaderboard.ts';
import { ownerProcedure, router } from './trpc.ts';

/**
 * Runs with their evaluations under one protocol: of the named runs, as far as they have got, unknown ones left out; without names, of
 * every finished run that is not archived, as the leaderboard has them. Runs of other trainers have what their owner states for a
 * board, where that is so.
 */
export async function readScores(
  lab: Lab,
  ids: readonly string[] | undefined,
  choice: Partial<EvaluationProtocol>,
): Promise<ScoredRuns> {
  const listed = await lab.store.runs.listNative(ids ? { ids } : { states: ['finished'] });
  const rows = ids
    ? ids.flatMap((id) => listed.find((row) => row.id === id) ?? [])
    : listed.filter(({ archived }) => !archived);
  const stated = await readStated(lab, ids);
  const evaluations = await lab.store.events.evaluations(rows.map(({ id }) => id));
  const entrants = rows.map(({ id, ordinal, name, config, state, importedFrom }) => ({
    ...{ id, ordinal, name, config, foreign: null, isImported: importedFrom !== null, stated: null },
    finished: state === 'finished',
    evaluations: (evaluations.get(id) ?? []).toSorted((a, b) => a.iteration - b.iteration),
  }));
  const protocols = withStated(listProtocols(entrants, ids ? latestEvaluations : undefined), stated);
  const protocol = chooseProtocol(protocols, choice);
  const played = entrants.flatMap((run) => {
    const scored = protocol ? evaluationsUnder(run, protocol) : [];
    const last = scored.at(-1)?.iteration;
    if (last === undefined || (!ids && last !== run.config.iterations)) return [];
    return { ...run, evaluations: scored };
  });
  const key = protocol && protocolKey(protocol);
  const entered = stated.filter((run) => protocolKey(run.protocol) === key);
  return { protocols, protocol, runs: [...played, ...(await viewStated(lab, entered))] };
}

/** Runs of other trainers as statistics have them. */
async function viewStated(lab: Lab, entered: readonly StatedEntrant[]): Promise<ScoredRun[]> {
  const rows = await lab.store.runs.list({ ids: entered.map(({ id }) => id) });
  return entered.map(({ id, ordinal, name, rate, metric, protocol }) => ({
    ...{ id, ordinal, name, config: null, isImported: true, finished: true, evaluations: [] },
    foreign: rows.find((row) => row.id === id)?.foreign ?? null,
    stated: { rate, metric, episodes: protocol.episodes },
  }));
}

export const statisticsRouter = router({
  scores: ownerProcedure
    .meta({
      summary: 'Runs with their evaluations under one protocol: the named ones, or every finished one',
    })
    .input(z.object({ runIds: runIds.optional(), protocol: protocolChoice }))
    .query(async ({ ctx, input }): Promise<ScoredRuns> => readScores(ctx.lab, input.runIds, input.protocol)),
});
