'use client';
import { useQueryStates } from 'nuqs';
import { memo, useCallback, useDeferredValue, useMemo } from 'react';
import type { MetricGroup } from '../../server/contract/metrics.ts';
import type { RunSummary } from '../../server/contract/views.ts';
import { type ChartSettings, changeSettings, roundForUrl, withoutPins } from '../_charts/chart-settings.ts';
import type { LiveRun } from '../_live/run-feed.ts';
import { useLiveRuns } from '../_live/use-live-run.ts';
import { useContentShown } from '../_ui/later.ts';
import { Panel } from '../_ui/panel.tsx';
import { ChartControls } from './chart-controls.tsx';
import { MetricGroups, SuccessCharts } from './compare-charts.tsx';
import { ConfigDifference } from './config-difference.tsx';
import { EvaluationTable } from './evaluation-table.tsx';
import { GroupControls } from './group-controls.tsx';
import { GroupLegend } from './group-legend.tsx';
import type { Brushes } from './parallel-axes.ts';
import { ParallelPanel } from './parallel-panel.tsx';
import { RunLegend } from './run-legend.tsx';
import { toggleId } from './toggle-id.ts';
import { useDrawnRuns } from './use-drawn-runs.ts';
import { compareParsers } from './view-state.ts';

const { runs: _runs, ...viewParsers } = compareParsers;

interface ComparisonProps {
  /** In the order of the page: differences are to the first. */
  summaries: readonly RunSummary[];
  /** With it the view is read-only: no links into the app, no choice of runs. */
  shareToken?: string;
  onRemove?: (id: string) => void;
  onMakeFirst?: (id: string) => void;
}

const NOTHING: readonly LiveRun[] = [];

/** Runs over each other, live. What is shown is in the URL; the choice of runs is the caller's. */
export function Comparison(props: ComparisonProps) {
  const { summaries, shareToken } = props;
  const live = useLiveRuns(
    summaries.map(({ id }) => id),
    shareToken,
  );
  useContentShown(live.some(({ series }) => series.iterations.length > 0));
  // React draws what has arrived between two inputs of the reader: two hundred runs do not stop the page.
  return <ComparisonBody {...props} live={useDeferredValue<readonly LiveRun[]>(live, NOTHING)} />;
}

const ComparisonBody = memo(function ComparisonBody({
  summaries,
  shareToken,
  onRemove,
  onMakeFirst,
  live,
}: ComparisonProps & { live: readonly LiveRun[] }) {
  const [view, setView] = useQueryStates(viewParsers, { history: 'replace' });
  const ids = summaries.map(({ id }) => id);
  const idKey = ids.join();
  const { runs, chartRuns, groups, drawing, zoom } = useDrawnRuns(summaries, live, view, shareToken);
  const { by, center, band, members, difference } = view;
  const onZoom = useCallback(
    (range: [number, number] | null) =>
      void setView({ zoom: range === null ? null : range.map(roundForUrl) }),
    [setView],
  );
  const onSettings = useCallback(
    (id: string, changes: Partial<ChartSettings>) =>
      void setView(({ charts }) => ({ charts: changeSettings(charts, id, changes) })),
    [setView],
  );
  const onFold = useCallback(
    (group: MetricGroup) =>
      void setView(({ folded }) => ({
        folded: folded.includes(group) ? folded.filter((other) => other !== group) : [...folded, group],
      })),
    [setView],
  );
  const onBrushes = useCallback((brush: Brushes) => void setView({ brush }), [setView]);
  const onShowOnly = useCallback(
    (shown: readonly string[]) =>
      void setView({ hidden: idKey.split(',').filter((id) => !shown.includes(id)) }),
    [setView, idKey],
  );
  const actions = useMemo(
    () => ({
      toggleHidden: (id: string) => void setView(({ hidden }) => ({ hidden: toggleId(hidden, id) })),
      showAll: (ids: readonly string[], shown: boolean) =>
        void setView(({ hidden }) => ({
          hidden: [...hidden.filter((id) => !ids.includes(id)), ...(shown ? [] : ids)],
        })),
      remove: onRemove,
      makeFirst: onMakeFirst,
    }),
    [setView, onRemove, onMakeFirst],
  );
  const toggleOpen = useCallback(
    (section: string) => void setView(({ open }) => ({ open: toggleId(open, section) })),
    [setView],
  );
  const showFields = useCallback((fields: 'changed' | 'all') => void setView({ fields }), [setView]);
  const bin = chartRuns[0]?.series.bin ?? 1;
  const evaluationBin = Math.max(1, ...chartRuns.map((run) => run.evaluationBin));
  const chartView = useMemo(
    () => ({
      bin,
      evaluationBin,
      groups,
      drawing,
      x: view.x,
      smooth: view.smooth,
      zoom,
      onZoom,
      ...{ settings: view.charts, onSettings, find: view.find, folded: view.folded, onFold },
      ...{ open: view.open, toggleOpen },
    }),
    [
      bin,
      evaluationBin,
      groups,
      drawing,
      view.x,
      view.smooth,
      zoom,
      onZoom,
      view.charts,
      onSettings,
      view.find,
      view.folded,
      onFold,
      view.open,
      toggleOpen,
    ],
  );
  const problems = live.flatMap(({ problem, runId }) => (problem ? [{ runId, problem }] : []));

  return (
    <div className="flex flex-col gap-4">
      <Panel
        title={groups ? `${groups.length} groups of ${runs.length} runs` : `Runs (${runs.length})`}
        flush
      >
        {groups && <GroupLegend groups={groups} hidden={view.hidden} actions={actions} />}
        {/* Many runs scroll, so that the charts stay in reach; rows out of sight are not laid out. */}
        <div className="max-h-96 overflow-y-auto px-3 [&_li]:[contain-intrinsic-size:auto_3rem] [&_li]:[content-visibility:auto]">
          <RunLegend runs={runs} linked={shareToken === undefined} actions={actions} />
        </div>
        {problems.map(({ runId, problem }) => (
          <p key={runId} role="alert" className="px-3 py-2 text-danger">
            {runs.find(({ id }) => id === runId)?.name}: {problem}
          </p>
        ))}
      </Panel>
      <ConfigDifference runs={runs} show={view.fields} onShow={showFields} />
      <ChartControls
        x={view.x}
        smooth={view.smooth}
        bin={bin}
        evaluationBin={evaluationBin}
        metrics={view.metrics}
        zoomed={chartView.zoom !== null}
        groups={
          summaries.length > 1 && (
            <GroupControls
              configs={summaries.flatMap(({ config }) => config ?? [])}
              choice={{ by, center, band, members, difference }}
              onChoice={(choice) => void setView(choice)}
            />
          )
        }
        find={view.find}
        onFind={(find) => void setView({ find })}
        // A part of one axis, or a place on it, means nothing on another.
        onX={(x) => void setView(({ charts }) => ({ x, zoom: null, charts: withoutPins(charts) }))}
        onSmooth={(smooth) => void setView({ smooth })}
        onMetrics={(metrics) => void setView({ metrics })}
        onShowAll={() => onZoom(null)}
      />
      <SuccessCharts runs={chartRuns} metrics={view.metrics} view={chartView} />
      <EvaluationTable runs={runs} groups={groups} center={center} />
      <ParallelPanel runs={chartRuns} brushes={view.brush} onBrushes={onBrushes} onShowOnly={onShowOnly} />
      <MetricGroups runs={chartRuns} metrics={view.metrics} view={chartView} />
    </div>
  );
});
