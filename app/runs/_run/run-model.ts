import { bestEvaluation } from '../../../server/contract/evaluations.ts';
import type { Evaluation, RunState } from '../../../server/contract/events.ts';
import type { RunDetail, RunSummary } from '../../../server/contract/views.ts';
import type { LiveRun } from '../../_live/run-feed.ts';
import { lastSuccess } from '../_list/run-row.ts';

/** What the run page knows from the API; a share link leaves out note and history. */
export type KnownRun = RunSummary & {
  evaluations: Evaluation[];
} & Partial<Pick<RunDetail, 'note' | 'sweep' | 'transitions' | 'actions' | 'provenance'>>;

/** A run as the page shows it: what the API said, overtaken by what has arrived since. */
export interface CurrentRun extends KnownRun {
  isActive: boolean;
}

const ACTIVE: readonly RunState[] = ['starting', 'running', 'paused'];

/** The newer of both: live once its first fill is complete, the API's before. */
export function currentRun(known: KnownRun, live: LiveRun): CurrentRun {
  const newer = live.status === 'live' && live.lastSeq >= known.lastSeq;
  const state = newer && live.state ? live.state : known.state;
  const evaluations = newer ? live.evaluations : known.evaluations;
  return {
    ...known,
    state,
    isActive: ACTIVE.includes(state),
    iteration: newer ? (live.series.iterations.at(-1) ?? known.iteration) : known.iteration,
    progress: live.progress ?? known.progress,
    facts: live.facts ?? known.facts,
    alerts: newer ? live.alerts : known.alerts,
    evaluations,
    bestEvaluation: bestEvaluation(evaluations),
    finalEvaluations: evaluations.filter(({ iteration }) => iteration === known.config?.iterations),
    lastSuccess: newer ? (lastSuccess(known, live) ?? null) : known.lastSuccess,
    lastCheckpoint: newer ? live.lastCheckpoint : known.lastCheckpoint,
    failure: state === 'failed' ? (known.failure ?? live.reason) : null,
  };
}

/** What going on with a run is called: without a checkpoint training starts again; a run behind an endpoint keeps its episodes. */
export function resumeLabel({
  state,
  lastCheckpoint,
  config,
}: Pick<CurrentRun, 'state' | 'lastCheckpoint' | 'config'>): string {
  if (config?.policy === 'endpoint') return 'Resume';
  if (state !== 'failed' && state !== 'cancelled') return 'Resume';
  return lastCheckpoint === null ? 'Start again' : 'Resume from checkpoint';
}

/** Seconds until the last iteration at the pace of the last few, with the spread of the sum; null while unknown. */
export function timeLeft(
  live: Pick<LiveRun, 'pace'>,
  iteration: number,
  iterations: number,
): { seconds: number; spread: number; n: number } | null {
  if (!live.pace) return null;
  const left = Math.max(0, iterations - iteration);
  const { mean, deviation, n } = live.pace;
  // Spread of the estimated mean and of the iterations to come, both.
  return { seconds: mean * left, spread: deviation * Math.sqrt(left + (left * left) / n), n };
}

/** Share of a run of so many iterations that is done, the current phase not counted. */
export function doneShare(run: CurrentRun, iterations: number): number {
  if (run.state === 'finished') return 1;
  if (run.config?.policy === 'endpoint')
    return run.progress ? run.progress.done / Math.max(1, run.progress.total) : 0;
  return Math.min(1, run.iteration / iterations);
}
