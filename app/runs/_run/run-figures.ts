import { ENVIRONMENT_FACTS } from '../../../server/contract/environments.ts';
import { ESTIMATOR_FACTS, hasCritic } from '../../../server/contract/estimators.ts';
import type { Evaluation } from '../../../server/contract/events.ts';
import { readsField } from '../../../server/contract/fields-read.ts';
import {
  foreignKeys,
  foreignMetric,
  type Level,
  METRICS,
  type Metric,
  type MetricGroup,
  type MetricNeed,
} from '../../../server/contract/metrics.ts';
import type { RunConfig } from '../../../server/contract/run-config.ts';
import type { MetricSeries } from '../../../server/contract/views.ts';
import type { YScale } from '../../_charts/chart-settings.ts';
import { LEVEL_STYLES, SPLIT_STYLES } from '../../_charts/level-styles.ts';
import type { LineBand, LineSeries } from '../../_charts/line-series.ts';
import { evaluationX, seriesX } from '../../_charts/x-values.ts';
import { wilson } from '../../compare/proportion.ts';
import type { XAxis } from '../../compare/x-axis.ts';

/** One chart of the run page. */
export interface RunFigure {
  title: string;
  group: MetricGroup;
  unit: string;
  definitions: { title: string; text: string }[];
  series: LineSeries[];
  bands: LineBand[];
  yRange: YScale;
}

/** Colours without a meaning of their own, for further lines of a figure that has no levels; the first has the run's. */
const FURTHER_LINES = [
  { color: 'var(--muted)', dash: [7, 4] },
  { color: 'var(--ink)', dash: [2, 3] },
];

/** Metrics that can go below zero, or whose zero says nothing. */
const FREE_RANGE = new Set([
  'reward',
  'advantageMean',
  'explainedVariance',
  'valueLoss',
  'kl',
  'klReference',
  'policyLoss',
]);

function chooseRange(metric: Metric): YScale {
  if (metric.group === 'Other') return 'auto';
  const [base] = metric.key.split('.');
  if (base === 'success' || base === 'score') return 'unit';
  return FREE_RANGE.has(base!) ? 'auto' : 'zero';
}

const HAS: Record<MetricNeed, (config: RunConfig) => boolean> = {
  scores: ({ environment }) => ENVIRONMENT_FACTS[environment].hasScore,
  critic: ({ estimator }) => hasCritic(estimator),
  groups: ({ estimator }) => ESTIMATOR_FACTS[estimator].groups,
  'sub-goals': ({ format }) => format === 'plan-execute',
  strategies: ({ estimator }) => ESTIMATOR_FACTS[estimator].strategies,
  judge: (config) => config.judge !== 'none' && readsField(config, 'judge'),
  teacher: ({ estimator }) => ESTIMATOR_FACTS[estimator].teacher,
  'reference policy': ({ klCoefficient }) => klCoefficient > 0,
  'free text': ({ decoding }) => decoding === 'free',
  endpoint: ({ policy }) => policy === 'endpoint',
  'another server': ({ environment }) => ENVIRONMENT_FACTS[environment].isElsewhere ?? false,
};

/** The high level of a run that says a strategy once an episode is that strategy. */
function levelStyle(level: Level, config: RunConfig | null): (typeof LEVEL_STYLES)[Level] {
  const style = LEVEL_STYLES[level];
  return level === 'high' && config?.format === 'strategy' ? { ...style, label: 'strategy (high)' } : style;
}

/** Whether a run with this configuration can report a metric at all. */
function isReported({ needs }: Metric, config: RunConfig): boolean {
  return needs === undefined || HAS[needs](config);
}

/** Evaluations of one split and step limit, in order of iteration. */
function groupEvaluations(evaluations: readonly Evaluation[]): Evaluation[][] {
  const groups = new Map<string, Evaluation[]>();
  for (const evaluation of evaluations) {
    const key = `${evaluation.split} ${evaluation.stepLimit}`;
    groups.set(key, [...(groups.get(key) ?? []), evaluation]);
  }
  return [...groups.values()].map((group) => group.sort((a, b) => a.iteration - b.iteration));
}

/** Lines and 95 % Wilson bands of the evaluations of a run; mean scores have no band. */
export function evaluationLines(
  evaluations: readonly Evaluation[],
  axis: XAxis,
  run: MetricSeries,
  measure: 'success' | 'score' = 'success',
): { series: LineSeries[]; bands: LineBand[] } {
  const groups = groupEvaluations(evaluations);
  const limits = new Set(evaluations.map(({ stepLimit }) => stepLimit));
  const series: LineSeries[] = [];
  const bands: LineBand[] = [];
  for (const group of groups) {
    const last = group.at(-1)!;
    const style = SPLIT_STYLES[last.split];
    const id = `${last.split} ${last.stepLimit}`;
    const label = limits.size > 1 ? `${style.label}, ${last.stepLimit} steps` : style.label;
    const x = group.map((evaluation) => evaluationX(evaluation, axis, run));
    const rates = group.map(({ successes, episodes }) => wilson(successes, episodes));
    series.push({
      id,
      label,
      x,
      y: measure === 'score' ? group.map(({ score }) => score ?? null) : rates.map(({ rate }) => rate),
      color: style.color,
      dash: style.dash,
      points: true,
      smooth: false,
      note: `n = ${last.episodes}`,
    });
    // A single interval has no area: the figure by task type shows it.
    if (group.length > 1 && measure === 'success')
      bands.push({
        id,
        label: `${label}, 95 % interval`,
        x,
        low: rates.map(({ low }) => low),
        high: rates.map(({ high }) => high),
        color: style.color,
      });
  }
  return { series, bands };
}

/** Lines a figure has before any evaluation: nothing, so that the legend keeps its place. */
function trainingLine(
  metric: Metric,
  series: MetricSeries,
  axis: XAxis,
  config: RunConfig | null,
): LineSeries {
  return {
    id: metric.key,
    label: 'training',
    x: seriesX(series, axis),
    y: series.columns[metric.key] ?? [],
    bin: series.bin,
    color: 'var(--split-train)',
    ...(config && { note: `n = ${config.episodesPerIteration} an iteration` }),
  };
}

/**
 * Every chart of a run in page order, from the metric catalogue, with those of another trainer's own names behind; `color` is the
 * run's own. Such a run (`config` null) has no charts but of what it reports.
 */
export function runFigures(
  config: RunConfig | null,
  series: MetricSeries,
  evaluations: readonly Evaluation[],
  axis: XAxis,
  color: string,
): RunFigure[] {
  const figures = new Map<string, RunFigure>();
  const x = seriesX(series, axis);
  const hasData = series.iterations.length > 0;
  const others = foreignKeys(Object.keys(series.columns)).map(foreignMetric);
  for (const metric of [...METRICS, ...others]) {
    if (metric.group === 'Progress') continue;
    if (config ? !isReported(metric, config) : !series.columns[metric.key]) continue;
    const key = `${metric.group} ${metric.figure}`;
    const figure: RunFigure = figures.get(key) ?? {
      title: metric.figure,
      group: metric.group,
      unit: metric.unit,
      definitions: [],
      series: [],
      bands: [],
      yRange: chooseRange(metric),
    };
    figures.set(key, figure);
    figure.definitions.push({ title: metric.title, text: metric.definition });
    if (metric.key === 'success' || metric.key === 'score') {
      const evaluated = evaluationLines(evaluations, axis, series, metric.key);
      figure.series.push(trainingLine(metric, series, axis, config), ...evaluated.series);
      figure.bands.push(...evaluated.bands);
      continue;
    }
    const column = series.columns[metric.key];
    // A flat estimator has no line for the levels it does not know.
    if (hasData && !column) continue;
    const further = figure.series.length % (FURTHER_LINES.length + 1);
    const plain = FURTHER_LINES[further - 1] ?? { color, dash: [] };
    const style = metric.level ? levelStyle(metric.level, config) : { ...plain, label: metric.title };
    figure.series.push({
      id: metric.key,
      label: style.label,
      x,
      y: column ?? [],
      bin: series.bin,
      color: style.color,
      dash: style.dash,
    });
  }
  return [...figures.values()];
}
