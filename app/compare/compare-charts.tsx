'use client';
import { ChevronDown } from 'lucide-react';
import { memo, type ReactNode, useMemo } from 'react';
import {
  foreignKeys,
  foreignMetric,
  METRIC_GROUPS,
  type Metric,
  type MetricGroup,
} from '../../server/contract/metrics.ts';
import { seriesKeys } from '../../server/contract/series.ts';
import type { ChartSettings, SettingsOfCharts } from '../_charts/chart-settings.ts';
import { InView } from '../_charts/in-view.tsx';
import { LineChart } from '../_charts/line-chart.tsx';
import { MetricSections } from '../_charts/metric-sections.tsx';
import { evaluationSummaryWords, summaryWords } from '../_charts/summary-note.tsx';
import { tasksTitle } from '../_charts/task-types.ts';
import { gameListTitle } from '../leaderboard/protocol.ts';
import { type ChartRun, curveProtocols } from './chart-run.ts';
import { evaluationFigure, metricFigure } from './compare-figures.ts';
import { EVALUATION_CHOICE, isChosen, METRIC_CHOICES, OTHER_CHOICE } from './figures.ts';
import { explainDifferences, explainGroups } from './group-words.ts';
import type { GroupDrawing } from './merge-groups.ts';
import { type ProtocolRow, protocolRows } from './protocols.ts';
import type { RunGroup } from './run-groups.ts';
import type { XAxis } from './x-axis.ts';

/** What all charts of the page share. */
export interface ChartView {
  /** Iterations that a bin of the curves summarises. */
  bin: number;
  /** And those whose evaluations are summarised. */
  evaluationBin: number;
  /** With them charts draw one line a group. */
  groups: readonly RunGroup[] | null;
  drawing: GroupDrawing;
  x: XAxis;
  smooth: number;
  zoom: readonly [number, number] | null;
  onZoom: (range: [number, number] | null) => void;
  /** Of single charts. */
  settings: SettingsOfCharts;
  onSettings: (id: string, changes: Partial<ChartSettings>) => void;
  /** Words that the charts shown are found by; empty shows all. */
  find: string;
  folded: readonly MetricGroup[];
  onFold: (group: MetricGroup) => void;
  /** Sections of other trainers' metrics. */
  open: readonly string[];
  toggleOpen: (section: string) => void;
}

const SYNC = 'compare';

function emptyWords(runs: readonly ChartRun[], otherwise: string): string {
  return runs.every(({ hidden }) => hidden) ? 'Every run is hidden' : otherwise;
}

const explainDrawing = ({ center, band, members, difference }: GroupDrawing) =>
  difference ? explainDifferences(center, band) : explainGroups(center, band, members);

const NO_BASELINE = 'The first group says nothing of this';

const LEVEL_TITLES = {
  switch: 'Switch level',
  high: 'Sub-goal level (high)',
  low: 'Action level (low)',
} as const;

/** Training success and evaluation success, one chart a protocol. */
export const SuccessCharts = memo(function SuccessCharts({
  runs,
  metrics,
  view,
}: {
  runs: readonly ChartRun[];
  metrics: readonly string[];
  view: ChartView;
}) {
  const protocols = useMemo(() => curveProtocols(protocolRows(runs), runs), [runs]);
  const success = METRIC_CHOICES.find(({ id }) => id === 'success')?.metrics[0];
  const showsEvaluation = isChosen(metrics, EVALUATION_CHOICE) && isFound('evaluation success', view.find);
  return (
    <div className="grid gap-3 md:grid-cols-[repeat(auto-fit,minmax(26rem,1fr))]">
      {success &&
        isChosen(metrics, 'success') &&
        isFound(`in training ${metricWords(success)}`, view.find) && (
          <MetricChart title="Success in training" metric={success} runs={runs} view={view} height={240} />
        )}
      {showsEvaluation && protocols.length === 0 && (
        <LineChart
          title="Evaluation success"
          unit="share"
          series={[]}
          xKey={view.x}
          yRange="unit"
          height={240}
          emptyText="The first evaluation comes after the warm start"
        />
      )}
      {showsEvaluation &&
        protocols.map((protocol) => (
          <InView key={protocol.key} height={340}>
            {() => <EvaluationChart protocol={protocol} runs={runs} view={view} />}
          </InView>
        ))}
    </div>
  );
});

const EvaluationChart = memo(function EvaluationChart({
  protocol,
  runs,
  view,
}: {
  protocol: ProtocolRow;
  runs: readonly ChartRun[];
  view: ChartView;
}) {
  const { x, groups, drawing } = view;
  const figure = useMemo(
    () => evaluationFigure(protocol, runs, { x, groups, drawing }),
    [runs, protocol, x, groups, drawing],
  );
  const { split, episodes, games, tasks, gamesHash, decoding, stepLimit, temperature } = protocol;
  return (
    <LineChart
      title={`Success on ${split}`}
      definition={`Share of ${episodes} fixed ${games} games of ${split} (task types: ${tasksTitle(tasks)}; game list: ${gameListTitle(gamesHash)}) that were won within ${stepLimit} turns, at temperature ${temperature}, with ${decoding} decoding. ${view.groups ? explainDrawing(view.drawing) : 'Bands: 95 % Wilson interval.'} ${evaluationSummaryWords(view.evaluationBin)}`.trim()}
      unit={figure.unit}
      paperTitle={figure.title}
      figureId={figure.id}
      series={figure.series}
      bands={figure.bands}
      xKey={view.x}
      sync={SYNC}
      yRange={figure.yRange}
      settings={view.settings[protocol.key]}
      onSettings={(changes) => view.onSettings(protocol.key, changes)}
      zoom={view.zoom}
      onZoom={view.onZoom}
      height={240}
      emptyText={emptyWords(runs, groups && drawing.difference ? NO_BASELINE : 'No data yet')}
      fileStem="compare"
    />
  );
});

/** Every other metric chosen, by group; one chart a level where a metric has levels. */
export const MetricGroups = memo(function MetricGroups({
  runs,
  metrics,
  view,
}: {
  runs: readonly ChartRun[];
  metrics: readonly string[];
  view: ChartView;
}) {
  return METRIC_GROUPS.map((group) => (
    <GroupCharts key={group} group={group} runs={runs} metrics={metrics} view={view} />
  ));
});

function GroupCharts({
  group,
  runs,
  metrics,
  view,
}: {
  group: MetricGroup;
  runs: readonly ChartRun[];
  metrics: readonly string[];
  view: ChartView;
}) {
  // Before the first iteration every chart keeps its place; afterwards those that nobody reports go.
  const isWaiting = runs.some(({ series }) => series.iterations.length === 0);
  const reported = new Set(runs.flatMap(({ series }) => seriesKeys(series)));
  const isReported = ({ key }: Metric) => isWaiting || reported.has(key);
  // Metrics of other trainers are chosen together, and found one by one.
  const own =
    group === 'Other' && isChosen(metrics, OTHER_CHOICE.id)
      ? foreignKeys([...reported]).filter((key) => isFound(metricWords(foreignMetric(key)), view.find))
      : [];
  const choices = METRIC_CHOICES.filter(
    (choice) =>
      choice.group === group &&
      choice.id !== 'success' &&
      isChosen(metrics, choice.id) &&
      choice.metrics.some(isReported) &&
      choice.metrics.some((metric) => isFound(metricWords(metric), view.find)),
  );
  const plain = choices.flatMap(({ metrics: list }) => (list.length === 1 ? list : []));
  const leveled = choices.filter(({ metrics: list }) => list.length > 1);
  const count = plain.length + leveled.length + own.length;
  if (count === 0) return null;
  // What is looked for shows, folded up or not.
  const isOpen = view.find !== '' || !view.folded.includes(group);
  return (
    <section aria-label={group}>
      <FoldButton isOpen={isOpen} count={count} onClick={() => view.onFold(group)}>
        {group === 'Other' ? 'Other metrics' : group}
      </FoldButton>
      {isOpen && (
        <div className="flex flex-col gap-4">
          {leveled.map((choice) => (
            <div key={choice.id}>
              <h3 className="mb-1.5 text-muted">
                {/by level$/.test(choice.title) ? choice.title : `${choice.title}, by level`}
              </h3>
              <ChartGrid columns="lg:grid-cols-3">
                {choice.metrics.filter(isReported).map((metric) => (
                  <MetricChart
                    key={metric.key}
                    title={metric.level ? LEVEL_TITLES[metric.level] : metric.title}
                    metric={metric}
                    runs={runs}
                    view={view}
                  />
                ))}
              </ChartGrid>
            </div>
          ))}
          {plain.length > 0 && (
            <ChartGrid columns="md:grid-cols-2 2xl:grid-cols-3">
              {plain.map((metric) => (
                <MetricChart key={metric.key} title={metric.title} metric={metric} runs={runs} view={view} />
              ))}
            </ChartGrid>
          )}
          {own.length > 0 && (
            <MetricSections keys={own} open={view.open} isFlat={view.find !== ''} onToggle={view.toggleOpen}>
              {(key) => <MetricChart title={key} metric={foreignMetric(key)} runs={runs} view={view} />}
            </MetricSections>
          )}
        </div>
      )}
    </section>
  );
}

/** Whether every word looked for stands in a text. */
function isFound(text: string, find: string): boolean {
  const lower = text.toLowerCase();
  return find
    .toLowerCase()
    .split(/\s+/)
    .every((word) => lower.includes(word));
}

const metricWords = ({ key, title, figure, group }: Metric) => `${key} ${title} ${figure} ${group}`;

function FoldButton({
  isOpen,
  count,
  onClick,
  children,
}: {
  isOpen: boolean;
  count: number;
  onClick: () => void;
  children: ReactNode;
}) {
  return (
    <h2 className="mb-2 text-lg font-semibold">
      <button
        type="button"
        aria-expanded={isOpen}
        onClick={onClick}
        className="inline-flex items-center gap-1.5 rounded hover:text-accent"
      >
        <ChevronDown aria-hidden className={`size-4 transition-transform ${isOpen ? '' : '-rotate-90'}`} />
        {children}
        {!isOpen && <span className="text-base font-normal text-muted">{count} folded up</span>}
      </button>
    </h2>
  );
}

function ChartGrid({ columns, children }: { columns: string; children: ReactNode }) {
  return <div className={`grid gap-3 ${columns}`}>{children}</div>;
}

interface MetricChartProps {
  title: string;
  metric: Metric;
  runs: readonly ChartRun[];
  view: ChartView;
  height?: number;
}

/** A chart that is drawn once it comes into view. */
function MetricChart(props: MetricChartProps) {
  return <InView height={(props.height ?? 180) + 100}>{() => <DrawnMetricChart {...props} />}</InView>;
}

const DrawnMetricChart = memo(function DrawnMetricChart({
  title,
  metric,
  runs,
  view,
  height,
}: MetricChartProps) {
  const { x, groups, drawing } = view;
  const figure = useMemo(
    () => metricFigure(metric, runs, { x, groups, drawing }),
    [runs, metric, x, groups, drawing],
  );
  return (
    <LineChart
      title={title}
      definition={[metric.definition, view.groups && explainDrawing(view.drawing), summaryWords(view.bin)]
        .filter(Boolean)
        .join(' ')}
      unit={figure.unit}
      paperTitle={figure.title}
      figureId={figure.id}
      series={figure.series}
      bands={figure.bands}
      xKey={view.x}
      sync={SYNC}
      smoothing={view.smooth}
      yRange={figure.yRange}
      settings={view.settings[metric.key]}
      onSettings={(changes) => view.onSettings(metric.key, changes)}
      zoom={view.zoom}
      onZoom={view.onZoom}
      height={height}
      emptyText={emptyWords(runs, groups && drawing.difference ? NO_BASELINE : 'After the first iteration')}
      fileStem="compare"
    />
  );
});
