'use client';
import { useMemo } from 'react';
import { METRIC_GROUPS, type MetricGroup } from '../../../server/contract/metrics.ts';
import { changeSettings, roundForUrl, withoutPins } from '../../_charts/chart-settings.ts';
import { InView } from '../../_charts/in-view.tsx';
import { LineChart } from '../../_charts/line-chart.tsx';
import { MetricSections } from '../../_charts/metric-sections.tsx';
import { runStyle } from '../../_charts/run-colors.ts';
import { SummaryNote } from '../../_charts/summary-note.tsx';
import { iterationAt } from '../../_charts/x-values.ts';
import type { LiveRun } from '../../_live/run-feed.ts';
import { useZoomed } from '../../_live/use-zoomed.ts';
import { Select } from '../../_ui/select.tsx';
import { toggleId } from '../../compare/toggle-id.ts';
import { X_AXES, X_AXIS_TITLES } from '../../compare/x-axis.ts';
import { runHref } from '../_episodes/episode-words.ts';
import { episodesHref } from '../_episodes/list-state.ts';
import { EvaluationByType } from './evaluation-by-type.tsx';
import { withParentLines } from './parent-lines.ts';
import { type RunFigure, runFigures } from './run-figures.ts';
import type { CurrentRun } from './run-model.ts';
import { SmoothingSlider } from './smoothing-slider.tsx';
import { SuccessMapFigure } from './success-map-figure.tsx';
import { useParent } from './use-parent.ts';
import type { RunViewState, SetRunViewState } from './view-state.ts';

const GROUP_TITLES: Record<MetricGroup, { title: string; about: string }> = {
  Outcome: { title: 'Outcome', about: 'Does the agent win?' },
  Advantage: { title: 'Advantage by level', about: 'The credit each kind of decision gets.' },
  Critic: { title: 'Critic by level', about: 'How well the value heads predict the return.' },
  Hierarchy: { title: 'Hierarchy', about: 'How the planner cuts episodes into segments.' },
  'Policy update': { title: 'Policy update', about: 'How far each update moves the policy.' },
  Speed: { title: 'Speed', about: 'Where the time goes.' },
  Progress: { title: 'Progress', about: '' },
  Endpoint: { title: 'Endpoint', about: 'What it was asked, and what that cost.' },
  Other: { title: 'Other metrics', about: 'Under the names that its trainer gave them.' },
};

/** Columns on a wide page by the number of charts, so that no row is left half empty. */
const WIDE_COLUMNS: Record<number, string> = {
  2: '',
  4: 'xl:grid-cols-4',
  7: 'xl:grid-cols-4',
  8: 'xl:grid-cols-4',
};

/** All charts of a run by group of the metric catalogue, with one x axis, smoothing and zoom for all. */
export function FiguresPanel({
  run,
  live,
  view,
  setView,
  shareToken,
  linksEpisodes,
}: {
  run: CurrentRun;
  live: LiveRun;
  view: RunViewState;
  setView: SetRunViewState;
  shareToken?: string;
  /** Whether its episodes can be read from here. */
  linksEpisodes: boolean;
}) {
  const { config, evaluations } = run;
  const { color } = runStyle(run);
  const [from, to] = view.zoom ?? [];
  const zoom = useMemo(
    (): readonly [number, number] | null => (from === undefined || to === undefined ? null : [from, to]),
    [from, to],
  );
  const curves = useMemo(() => [live.series], [live.series]);
  const series = useZoomed(curves, view.x, zoom, shareToken)[0] ?? live.series;
  const parent = useParent(shareToken === undefined ? run.parent : null);
  const figures = useMemo(() => {
    const own = runFigures(config, series, evaluations, view.x, color);
    if (!parent) return own;
    return withParentLines(own, runFigures(config, parent.series, parent.evaluations, view.x, color));
  }, [config, series, evaluations, view.x, color, parent]);
  const emptyText = live.status === 'loading' ? 'Loading …' : describeEmpty(run);
  const behind = (x: number) => {
    const iteration = view.x === 'iteration' ? Math.round(x) : iterationAt(series, view.x, x);
    return {
      text: `Episodes of iteration ${iteration}`,
      href: episodesHref(runHref({ runId: run.id, token: shareToken }), iteration, series.bin),
    };
  };
  const ofGroup = (group: MetricGroup) => figures.filter((figure) => figure.group === group);
  const [success, ...outcome] = ofGroup('Outcome');
  const others = new Map(ofGroup('Other').map((figure) => [figure.title, figure]));
  const draw = (figure: RunFigure, height: number) => (
    <LineChart
      key={figure.title}
      title={figure.title}
      definition={<Definitions figure={figure} />}
      unit={figure.unit}
      series={figure.series}
      bands={figure.bands}
      xKey={view.x}
      sync={`run ${run.id} ${view.x}`}
      smoothing={view.smooth}
      yRange={figure.yRange}
      settings={view.charts[figure.title]}
      onSettings={(changes) =>
        void setView(({ charts }) => ({ charts: changeSettings(charts, figure.title, changes) }))
      }
      zoom={zoom}
      onZoom={(range) => void setView({ zoom: range?.map(roundForUrl) ?? null })}
      height={height}
      emptyText={figure.series.length === 0 ? 'Not reported by this run' : emptyText}
      fileStem={run.name}
      legendLines={figure.title === success?.title ? 2 : 1}
      behind={run.config && linksEpisodes ? behind : undefined}
      linksLast={figure.title === success?.title}
    />
  );
  return (
    <div className="flex flex-col gap-6">
      <div className="flex flex-wrap items-center gap-x-5 gap-y-2">
        <Select
          label="X axis"
          size="sm"
          value={view.x}
          onChange={(x) => void setView(({ charts }) => ({ x, zoom: null, charts: withoutPins(charts) }))}
          options={X_AXES.map((value) => ({ value, label: X_AXIS_TITLES[value] }))}
        />
        <SmoothingSlider value={view.smooth} onChange={(smooth) => void setView({ smooth })} />
        <p className="text-[0.9rem] text-muted max-sm:hidden">
          Drag over a chart to zoom, along its x axis to move, double-click to show all, click to pin its
          values and reach its episodes.
        </p>
        <SummaryNote bin={series.bin} evaluationBin={live.evaluationBin} />
      </div>
      {(run.config || success) && (
        <FigureGroup group="Outcome">
          <div className={run.config ? 'grid gap-3 lg:grid-cols-[3fr_2fr]' : ''}>
            {success && draw(success, 328)}
            {(run.config || evaluations.length > 0) && (
              <EvaluationByType run={run} view={view} setView={setView} />
            )}
          </div>
          <div className="mt-3 grid gap-3 md:grid-cols-2">{outcome.map((figure) => draw(figure, 160))}</div>
          {run.config && (
            <SuccessMapFigure
              evaluations={evaluations}
              taskTypes={run.config.taskTypes}
              view={view}
              setView={setView}
            />
          )}
        </FigureGroup>
      )}
      {!run.config && figures.length === 0 && (
        <p className="py-10 text-center text-muted">
          {live.status === 'loading' ? 'Loading …' : 'Its trainer has logged no metric yet.'}
        </p>
      )}
      {METRIC_GROUPS.filter(
        (group) => group !== 'Outcome' && group !== 'Other' && ofGroup(group).length > 0,
      ).map((group) => (
        <FigureGroup key={group} group={group}>
          <div
            className={`grid gap-3 md:grid-cols-2 ${WIDE_COLUMNS[ofGroup(group).length] ?? 'xl:grid-cols-3'}`}
          >
            {ofGroup(group).map((figure) => draw(figure, 160))}
          </div>
        </FigureGroup>
      ))}
      {others.size > 0 && (
        <FigureGroup group="Other">
          <MetricSections
            keys={[...others.keys()]}
            open={view.open}
            onToggle={(section) => void setView(({ open }) => ({ open: toggleId(open, section) }))}
          >
            {(key) => <InView height={260}>{() => draw(others.get(key)!, 160)}</InView>}
          </MetricSections>
        </FigureGroup>
      )}
    </div>
  );
}

function FigureGroup({ group, children }: { group: MetricGroup; children: React.ReactNode }) {
  const { title, about } = GROUP_TITLES[group];
  return (
    <section aria-label={title}>
      <h2 className="mb-2 text-base font-semibold">
        {title} <span className="ml-1 font-normal text-muted">{about}</span>
      </h2>
      {children}
    </section>
  );
}

/** The definition of each line of a figure; one sentence where they share it. */
function Definitions({ figure }: { figure: RunFigure }) {
  const [first, ...others] = figure.definitions;
  if (others.length === 0) return <>{first?.text}</>;
  return (
    <span className="flex flex-col gap-1.5">
      {figure.definitions.map(({ title, text }) => (
        <span key={title}>
          <b className="font-medium">{title}:</b> {text}
        </span>
      ))}
    </span>
  );
}

/** Why there is nothing in the charts yet. */
function describeEmpty(run: CurrentRun): string {
  if (run.state === 'queued') return 'Waiting for a free trainer';
  if (run.state === 'starting') return 'The trainer is starting';
  if (!run.config) return 'No value on this axis';
  if (!run.isActive) return 'The run ended before its first iteration';
  if (run.progress?.phase === 'warm start') return 'Warm start: the first iteration comes after it';
  return 'The first iteration is on its way';
}
