import { latestEvaluation } from '../contract/evaluations.ts';
import type { RunState } from '../contract/events.ts';
import { FIELD_NAMES, type RunConfig } from '../contract/run-config.ts';
import type { HalvingOptions, SweepPlan } from '../contract/sweep-plan.ts';
import type { RunSummary } from '../contract/views.ts';
import { directionOf, metricOf } from '../stats/board-metrics.ts';
import { planSweep, type RungPlan } from './halving.ts';

/** What is read of a run to say how its configuration stands. */
export type LookedAt = Pick<
  RunSummary,
  'id' | 'name' | 'state' | 'iteration' | 'config' | 'finalEvaluations'
>;

/** How a configuration stands on a rung. */
export interface Standing {
  /** Its place among the choices of the sweep. */
  configuration: number;
  /** Mean of the metric over its seeds; not a number where a run has none, or is not there. */
  value: number;
  /** One a seed; undefined where there is none. */
  runs: (LookedAt | undefined)[];
}

/** A rung as it stands. */
export interface RungLook {
  /** In the order of the sweep; the best first once all have ended. */
  standings: Standing[];
  ended: boolean;
  /** Configurations that go on to the next. */
  goOn: number[];
}

/** A run that a rung wants and that is not there yet. */
export interface Wanted {
  config: RunConfig;
  /** What it goes on from; null: it begins anew. */
  parent: LookedAt | null;
}

/** Where a sweep stands, and what is to be done about it. */
export interface Look {
  plan: RungPlan;
  /** Those that have begun, and the one that is to begin. */
  rungs: RungLook[];
  next:
    | { kind: 'start'; rung: number; wanted: Wanted[] }
    | { kind: 'wait' }
    /** No configuration of the last rung has a result. */
    | { kind: 'stuck'; rung: number }
    | { kind: 'done' };
}

export const ENDED: readonly RunState[] = ['finished', 'failed', 'cancelled'];

/** What configurations are ranked by. */
export function rankedBy({ halving }: SweepPlan): HalvingOptions['metric'] {
  return halving?.metric ?? 'success';
}

/**
 * Looks at the runs of a sweep, of which the first `started` rungs have been launched whole: what of those is missing was deleted, and
 * its configuration is out. A configuration of which a run failed or was cancelled is out, too.
 */
export function lookAt(sweep: SweepPlan, runs: readonly LookedAt[], started: number): Look {
  const plan = planSweep(sweep);
  const metric = rankedBy(sweep);
  const looks: RungLook[] = [];
  const answer = (next: Look['next']): Look => ({ plan, rungs: looks, next });
  for (const [rung, configs] of plan.configs.entries()) {
    const found = configs.map((ofSeeds) => ofSeeds.map((config) => findRun(runs, config)));
    const entered = enteredRung(rung, started, found, looks.at(-1));
    const standings = entered.map((configuration): Standing => {
      const own = found[configuration]!;
      return { configuration, value: scoreOf(own, metric), runs: own };
    });
    const present = standings.flatMap((standing) => standing.runs).filter((run) => run !== undefined);
    const ended = rung < started && present.every(({ state }) => ENDED.includes(state));
    const ranked = rank(standings, metric);
    const room = plan.rungs[rung + 1]?.configurations ?? 0;
    const goOn = ended ? ranked.slice(0, room).map(({ configuration }) => configuration) : [];
    const others = standings.filter((standing) => !ranked.includes(standing));
    looks.push({ standings: ended ? [...ranked, ...others] : standings, ended, goOn });
    if (rung >= started) return answer({ kind: 'start', rung, wanted: wantedOf(standings, configs, looks) });
    if (!ended) return answer({ kind: 'wait' });
    const isOver = sweep.halving === null && present.some(({ state }) => state === 'finished');
    if (ranked.length === 0 && !isOver) return answer({ kind: 'stuck', rung });
  }
  return answer({ kind: 'done' });
}

/** Of a rung that was launched, what is there; it goes on with that, whatever was deleted of the one before since. */
function enteredRung(
  rung: number,
  started: number,
  found: readonly (readonly (LookedAt | undefined)[])[],
  before: RungLook | undefined,
): number[] {
  const all = found.map((_, configuration) => configuration);
  if (!before) return all;
  if (rung >= started) return before.goOn;
  before.goOn = all.filter((configuration) => found[configuration]!.some((run) => run !== undefined));
  return before.goOn;
}

function wantedOf(
  standings: readonly Standing[],
  configs: readonly (readonly RunConfig[])[],
  looks: readonly RungLook[],
): Wanted[] {
  const parents = looks.at(-2)?.standings;
  return standings.flatMap(({ configuration, runs }) =>
    configs[configuration]!.flatMap((config, seed) => {
      if (runs[seed]) return [];
      const parent = parents?.find((standing) => standing.configuration === configuration)?.runs[seed];
      return [{ config, parent: parent ?? null }];
    }),
  );
}

/** The first of several. `runs` come newest first. */
function findRun(runs: readonly LookedAt[], config: RunConfig): LookedAt | undefined {
  return runs.findLast((run) => run.config !== null && isSame(run.config, config));
}

function isSame(a: RunConfig, b: RunConfig): boolean {
  return FIELD_NAMES.every((name) => JSON.stringify(a[name]) === JSON.stringify(b[name]));
}

/** The mean of a metric over the runs of a configuration, at their end; not a number unless all of them have it. */
function scoreOf(runs: readonly (LookedAt | undefined)[], metric: HalvingOptions['metric']): number {
  const values = runs.map((run) => {
    const final = run?.state === 'finished' ? latestEvaluation(run.finalEvaluations) : null;
    return (final && metricOf(metric, final)) ?? Number.NaN;
  });
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

/** The best first; of equals the one that the sweep names first. Those without a value are out. */
function rank(standings: readonly Standing[], metric: HalvingOptions['metric']): Standing[] {
  const direction = directionOf(metric);
  return standings
    .filter(({ value }) => !Number.isNaN(value))
    .sort((a, b) => direction * (b.value - a.value) || a.configuration - b.configuration);
}
