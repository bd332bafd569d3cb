import type { RunAlert } from '../../../server/contract/alerts.ts';
import { bestEvaluation, finalEvaluation } from '../../../server/contract/evaluations.ts';
import type { Evaluation, RunState } from '../../../server/contract/events.ts';
import { ACTIVE_STATES } from '../../../server/contract/run-states.ts';
import type { RunSummary } from '../../../server/contract/views.ts';
import { lastValue } from '../../_charts/line-series.ts';
import type { LiveRun } from '../../_live/run-feed.ts';
import type { STATE_FILTERS } from './list-state.ts';

/** One line of the runs table. */
export interface RunRow {
  run: RunSummary;
  state: RunState;
  iteration: number;
  /** Share of iterations done; null where it is not known how many there will be. */
  done: number | null;
  phase: string | null;
  /** Training success of the last iteration; undefined sorts last. */
  success: number | undefined;
  best: Evaluation | null;
  final: Evaluation | null;
  alerts: readonly RunAlert[];
}

/** A run of the list, overtaken by what has arrived live. */
export function makeRow(run: RunSummary, live: LiveRun | undefined): RunRow {
  const newer = live && live.status === 'live' && live.lastSeq >= run.lastSeq ? live : undefined;
  const state = newer?.state ?? run.state;
  const iteration = newer?.series.iterations.at(-1) ?? run.iteration;
  const success = newer ? lastSuccess(run, newer) : run.lastSuccess;
  return {
    run,
    state,
    iteration,
    done: state === 'finished' ? 1 : run.config ? Math.min(1, iteration / run.config.iterations) : null,
    phase: state === 'running' ? (live?.progress?.phase ?? run.progress?.phase ?? null) : null,
    success: success ?? undefined,
    best: newer ? bestEvaluation(newer.evaluations) : run.bestEvaluation,
    final: run.config
      ? finalEvaluation(newer?.evaluations ?? run.finalEvaluations, run.config.iterations)
      : null,
    alerts: newer?.alerts ?? run.alerts,
  };
}

/** Another trainer may log success on some of its steps only. */
export function lastSuccess(run: Pick<RunSummary, 'config'>, { series }: LiveRun): number | null | undefined {
  const column = series.columns.success ?? [];
  return run.config ? column.at(-1) : lastValue(column);
}

/** The run as the row shows it, for the filter: what one filters by is what one sees. */
export function shownRun({ run, state, iteration, success }: RunRow): RunSummary {
  return { ...run, state, iteration, lastSuccess: success ?? null };
}

/** Whether a run belongs to a choice of the state filter; those archived are seen only where they are asked for. */
export function fitsState({ run, state }: RunRow, filter: (typeof STATE_FILTERS)[number]): boolean {
  if (run.archived || filter === 'archived') return run.archived && filter === 'archived';
  if (filter === 'all') return true;
  return filter === 'active' ? ACTIVE_STATES.includes(state) : state === filter;
}
