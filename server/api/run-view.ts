import type { RunAlert } from '../contract/alerts.ts';
import { bestEvaluation } from '../contract/evaluations.ts';
import type { Evaluation } from '../contract/events.ts';
import type { ForeignDetail } from '../contract/origin.ts';
import { distinctProvenance } from '../contract/provenance.ts';
import { shortenMiddle } from '../contract/text.ts';
import type { RunDetail, RunSummary } from '../contract/views.ts';
import type { Lab } from '../lab.ts';
import type { RunRow } from '../store/runs.ts';

/** Characters of a param's value in lists. */
const LISTED_PARAM = 200;
const TRAINS = ['starting', 'running', 'paused'];

/** The part of a run that may be shown to anybody but for `failure`. */
export function summarize(
  lab: Lab,
  run: RunRow,
  evaluations: readonly Evaluation[],
  alerts: RunAlert[],
): RunSummary {
  const progress = TRAINS.includes(run.state) ? lab.bus.progressOf(run.id) : null;
  const {
    id,
    ordinal,
    name,
    state,
    desired,
    origin,
    config,
    preset,
    parent,
    importedFrom,
    tags,
    starred,
    archived,
    createdAt,
    startedAt,
    endedAt,
  } = run;
  const { iteration, lastSuccess, failure, lastCheckpoint, lastSeq } = run;
  return {
    id,
    ordinal,
    name,
    state,
    desired,
    origin,
    config,
    foreign: run.foreign && { ...run.foreign, params: shortParams(run.foreign.params) },
    tags,
    starred,
    archived,
    preset,
    parent,
    importedFrom,
    createdAt,
    startedAt,
    endedAt,
    iteration,
    progress: progress && {
      phase: progress.phase,
      done: progress.done,
      total: progress.total,
      secondsLeft: progress.secondsLeft,
    },
    stalledSince: TRAINS.includes(run.state) ? lab.bus.stalledSince(run.id) : null,
    facts: run.facts && {
      games: run.facts.games,
      engine: run.facts.engine,
      threads: run.facts.threads,
      parameters: run.facts.parameters,
      trainedParameters: run.facts.trainedParameters,
    },
    lastSuccess,
    finalEvaluations: config ? evaluations.filter(({ iteration }) => iteration === config.iterations) : [],
    bestEvaluation: bestEvaluation(evaluations),
    alerts,
    failure,
    lastCheckpoint,
    lastSeq,
  };
}

/** Lists hold many runs, and some trainers write whole files into a param. */
function shortParams(params: Record<string, string>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(params).map(([name, value]) => [name, shortenMiddle(value, LISTED_PARAM)]),
  );
}

export async function viewSummaries(lab: Lab, runs: readonly RunRow[]): Promise<RunSummary[]> {
  const [milestones, alerts] = await Promise.all([
    lab.store.events.milestones(runs),
    lab.store.events.alerts(runs.map(({ id }) => id)),
  ]);
  return runs.map((run) => summarize(lab, run, milestones.get(run.id) ?? [], alerts.get(run.id) ?? []));
}

/** What came with a run of another trainer. Throws AppError `not-found`. */
export async function viewForeign(lab: Lab, id: string): Promise<ForeignDetail> {
  const [{ tags, latest }, artifacts] = await Promise.all([
    lab.store.foreign.require(id),
    lab.store.artifacts.all(id),
  ]);
  const renamed = Object.entries(latest).flatMap(([name, { key }]) => (key ? { key, name } : []));
  return { tags, artifacts, renamed: renamed.sort((a, b) => (a.key < b.key ? -1 : 1)) };
}

/** A run without what was done to it: who did it is not the run's, and leaves the lab in no export. */
export async function viewDetail(lab: Lab, run: RunRow): Promise<Omit<RunDetail, 'actions'>> {
  const [evaluations, alerts, transitions, provenance, sweepName] = await Promise.all([
    lab.store.events.evaluationsUpTo(run.id, run.lastSeq),
    lab.store.events.alerts([run.id]),
    lab.store.events.transitions(run.id),
    lab.store.events.provenance(run.id),
    run.sweepId === null ? null : lab.store.sweeps.titleOf(run.sweepId),
  ]);
  return {
    ...summarize(lab, run, evaluations, alerts.get(run.id) ?? []),
    note: run.note,
    sweep: sweepName === null ? null : { id: run.sweepId!, title: sweepName },
    evaluations,
    foreign: run.foreign,
    transitions: transitions.map(({ time, from, to, reason }) => ({ time, from, to, reason })),
    provenance: distinctProvenance(provenance),
  };
}
