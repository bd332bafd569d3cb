'use client';
import { Info } from 'lucide-react';
import dynamic from 'next/dynamic';
import { useMemo } from 'react';
import type { FieldName } from '../../server/contract/run-config.ts';
import type { ScoredRun } from '../../server/contract/views.ts';
import { CURVE_REPETITIONS, type StatisticsRequest } from '../../server/stats/score-statistics.ts';
import type { ChartSettings, SettingsOfCharts } from '../_charts/chart-settings.ts';
import { formatCount } from '../_charts/format.ts';
import { LineChart } from '../_charts/line-chart.tsx';
import { assignRunStyles } from '../_charts/run-colors.ts';
import { taskTypeTitle } from '../_charts/task-types.ts';
import { ErrorState } from '../_ui/error-state.tsx';
import { later } from '../_ui/later.ts';
import { Panel } from '../_ui/panel.tsx';
import type { GroupingPart } from '../compare/run-groups.ts';
import { groupRuns } from '../compare/run-groups.ts';
import type { EvaluationAxis } from '../compare/x-axis.ts';
import { AggregateTable } from './aggregate-table.tsx';
import { estimateLines } from './estimate-lines.ts';
import { groupNote } from './group-note.ts';
import { ImprovementTable } from './improvement-table.tsx';
import { pairsOf, scoreGroups, THRESHOLDS, taskTypesOf } from './score-groups.ts';
import { chooseMetric, type ScoreMetric } from './score-metric.ts';
import { useStatistics } from './use-statistics.ts';

const StatisticsMenu = dynamic(
  later(() => import('./statistics-menu.tsx').then((module) => module.StatisticsMenu)),
  { ssr: false, loading: () => <span aria-hidden className="h-7 w-28" /> },
);

const FEW_RUNS = 5;

const PROFILED = {
  runs: 'the success rates of all runs and task types',
  tasks: 'the task types whose mean success rate is',
  scores: 'the scores of all runs',
};

export interface StatisticsView {
  metric: ScoreMetric;
  by: readonly GroupingPart[];
  seed: number;
  repetitions: number;
  x: EvaluationAxis;
  profile: 'runs' | 'tasks';
  charts: SettingsOfCharts;
}

/** All figures of the runs of one protocol; the numbers are computed beside the page. */
export function StatisticsBody({
  runs: all,
  view,
  onSettings,
}: {
  runs: readonly ScoredRun[];
  view: StatisticsView;
  onSettings: (id: string, changes: Partial<ChartSettings>) => void;
}) {
  const { by, seed, repetitions, x, charts } = view;
  const { metric, runs } = useMemo(() => chooseMetric(all, view.metric), [all, view.metric]);
  const profile = metric === 'score' ? 'runs' : view.profile;
  const byKey = by.join();
  const groups = useMemo(() => {
    const parts = byKey.split(',').filter(Boolean) as GroupingPart[];
    const styles = assignRunStyles(runs);
    const made = parts.includes('run')
      ? runs.flatMap((run) => groupRuns([run], styles).map((group) => ({ ...group, label: run.name })))
      : groupRuns(runs, styles, parts as FieldName[]);
    const isStated = (id: string) => runs.some((run) => run.id === id && run.stated);
    return made.map((group) =>
      group.runIds.some(isStated) ? { ...group, label: `${group.label} (imported)` } : group,
    );
  }, [runs, byKey]);
  const notes = useMemo(
    () =>
      new Map(groups.map(({ id, runIds }) => [id, groupNote(runs.filter((run) => runIds.includes(run.id)))])),
    [groups, runs],
  );
  const pairs = useMemo(() => pairsOf(groups.map(({ id }) => id)), [groups]);
  const request = useMemo(
    (): StatisticsRequest => ({
      groups: scoreGroups(runs, groups, x, metric),
      ...{ pairs, thresholds: THRESHOLDS, profileOf: profile, seed, repetitions },
    }),
    [runs, groups, pairs, x, metric, profile, seed, repetitions],
  );
  const { parts, error } = useStatistics(request);
  const { aggregates, improvement, profiles, curves } = parts;
  const profileLines = useMemo(
    () =>
      estimateLines(groups, ({ id }) =>
        profiles?.[id]?.map((estimate, index) => ({ x: THRESHOLDS[index]!, estimate })),
      ),
    [groups, profiles],
  );
  const curveLines = useMemo(() => estimateLines(groups, ({ id }) => curves?.[id], true), [groups, curves]);
  const computed = useMemo(
    () =>
      aggregates && improvement && profiles && curves
        ? { metric, groups, request, result: { aggregates, improvement, profiles, curves } }
        : null,
    [metric, groups, request, aggregates, improvement, profiles, curves],
  );
  const tasks = taskTypesOf(runs);
  const hasFew = groups.some(({ trainings }) => new Set(trainings).size < FEW_RUNS);
  const stated = runs.filter((run) => run.stated).length;
  const unfinished = runs.filter(({ finished }) => !finished).length;
  if (error) return <ErrorState title="The statistics could not be computed" message={error} />;
  return (
    <div className="flex flex-col gap-4" data-computed={curves !== undefined || undefined}>
      <p className="max-w-prose text-[0.93rem] text-muted">
        {metric === 'success'
          ? `Success at the latest evaluation of each run, by task type (${tasks.map(taskTypeTitle).join(', ')}). Brackets: 95 % percentile intervals of the stratified bootstrap, runs resampled within each task type: `
          : 'Mean score of the episodes at the latest evaluation of each run, of all task types together. Brackets: 95 % percentile intervals of the bootstrap, runs resampled: '}
        {formatCount(repetitions)} resamples for tables, {formatCount(CURVE_REPETITIONS)} for curves, seed{' '}
        {seed}. They cover the luck of training. Runs of one method and one seed count once, with their mean.
        {stated > 0 &&
          ` ${stated} imported run${stated === 1 ? ' has' : 's have'} one rate over all task types, at the end, as the owner states it: nobody here has seen the games played. Such groups stand by themselves and are held against others by the rate over all task types.`}
      </p>
      {runs.length < all.length && (
        <p className="text-muted">
          Without a score and left out: {all.length - runs.length} of {all.length} runs.
        </p>
      )}
      {(unfinished > 0 || hasFew) && (
        <p className="flex items-start gap-2 text-muted">
          <Info aria-hidden className="mt-0.5 size-4 shrink-0 text-warning" />
          <span>
            {unfinished > 0 &&
              `${unfinished} of ${runs.length} runs ${unfinished === 1 ? 'is' : 'are'} not finished: they count as far as they have got. `}
            {hasFew &&
              `Groups of fewer than ${FEW_RUNS} runs say little about a method: their intervals are too narrow.`}
          </span>
        </p>
      )}
      <Panel title="Aggregates" flush actions={<StatisticsMenu computed={computed} />}>
        <AggregateTable metric={metric} groups={groups} notes={notes} aggregates={aggregates} />
      </Panel>
      <div className="grid gap-3 lg:grid-cols-2">
        <LineChart
          title="Performance profile"
          yName={`Share of ${profile === 'runs' ? 'runs' : 'task types'} above τ`}
          definition={`Share of ${PROFILED[metric === 'score' ? 'scores' : profile]} above τ. A line that lies above another everywhere is the better one; where it crosses 50 % is the median.`}
          unit="share"
          xKey="threshold"
          settings={charts.profile}
          onSettings={(changes) => onSettings('profile', changes)}
          series={profileLines.series}
          bands={profileLines.bands}
          yRange="unit"
          height={280}
          emptyText="Computing …"
          fileStem="statistics"
        />
        <LineChart
          title="Sample efficiency"
          yName={`IQM of ${metric}`}
          definition={`IQM of all ${metric === 'success' ? 'success rates' : 'scores'} at every evaluation that all runs of a group have had. Bands: 95 % bootstrap interval.`}
          unit="share"
          xKey={x}
          settings={charts.efficiency}
          onSettings={(changes) => onSettings('efficiency', changes)}
          series={curveLines.series}
          bands={curveLines.bands}
          yRange="unit"
          height={280}
          emptyText={curves ? 'No evaluation that all runs of a group have had' : 'Computing …'}
          fileStem="statistics"
        />
      </div>
      {pairs.length > 0 && (
        <Panel title="Probability of improvement" flush>
          <ImprovementTable metric={metric} groups={groups} pairs={pairs} improvement={improvement} />
        </Panel>
      )}
    </div>
  );
}
