import { foreignMetric, METRICS, type Metric } from '../../server/contract/metrics.ts';
import type { YScale } from '../_charts/chart-settings.ts';
import type { LineBand, LineSeries } from '../_charts/line-series.ts';
import { type ChartRun, evaluationLines, metricLines } from './chart-run.ts';
import { type GroupDrawing, mergeGroups } from './merge-groups.ts';
import { type ProtocolRow, protocolRows } from './protocols.ts';
import type { RunGroup } from './run-groups.ts';
import type { XAxis } from './x-axis.ts';

/** A chart of the compare page before anything was set on it. */
export interface CompareFigure {
  /** That the page's address and `npm run figure` call it by. */
  id: string;
  /** Understood on its own. */
  title: string;
  unit: string;
  yRange: YScale;
  series: LineSeries[];
  bands: LineBand[];
}

/** How runs become lines. */
export interface LineView {
  x: XAxis;
  /** With them one line a group. */
  groups: readonly RunGroup[] | null;
  drawing: GroupDrawing;
}

const ZERO_BASED = new Set(['s', 'MB', 'turns', 'tokens/s', 'steps/s']);

/** Range of the y axis: shares between 0 and 1 in full, amounts from zero, the rest by the data. */
function yRangeOf(metric: Metric): YScale {
  if (metric.key === 'success' || metric.key === 'validActions') return 'unit';
  return ZERO_BASED.has(metric.unit) || (metric.unit === 'share' && !metric.level) ? 'zero' : 'auto';
}

/** Differences of shares are told in percentage points, and none of them keeps within 0 and 1. */
function asDifferences(figure: CompareFigure, { groups, drawing }: LineView): CompareFigure {
  if (!groups || !drawing.difference) return figure;
  const told = {
    ...figure,
    title: `${figure.title}, difference to ${groups[0]!.label}`,
    yRange: 'auto' as const,
  };
  if (figure.unit !== 'share') return told;
  const points = (values: readonly (number | null)[]) =>
    values.map((value) => (value === null ? null : 100 * value));
  return {
    ...told,
    unit: 'points',
    series: figure.series.map((line) => ({ ...line, y: points(line.y) })),
    bands: figure.bands.map((band) => ({ ...band, low: points(band.low), high: points(band.high) })),
  };
}

/** A metric over training. */
export function metricFigure(metric: Metric, runs: readonly ChartRun[], view: LineView): CompareFigure {
  const lines = metricLines(runs, metric.key, view.x);
  const title = metric.key === 'success' ? 'Success in training' : metric.title;
  const figure: CompareFigure = {
    ...{ id: metric.key, title, unit: metric.unit, yRange: yRangeOf(metric) },
    ...(view.groups ? mergeGroups(lines, view.groups, view.drawing) : { series: lines, bands: [] }),
  };
  return asDifferences(figure, view);
}

/** Evaluations under one protocol. */
export function evaluationFigure(
  protocol: ProtocolRow,
  runs: readonly ChartRun[],
  view: LineView,
): CompareFigure {
  const lines = evaluationLines(runs, protocol, view.x);
  const figure: CompareFigure = {
    ...{ id: protocol.key, title: `Success on ${protocol.split}`, unit: 'share', yRange: 'unit' },
    ...(view.groups ? mergeGroups(lines.series, view.groups, view.drawing) : lines),
  };
  return asDifferences(figure, view);
}

/** What a trainer elsewhere reports under a name of its own. */
function reportedMetric(key: string, runs: readonly ChartRun[]): Metric | undefined {
  return runs.some(({ series }) => series.columns[key]) ? foreignMetric(key) : undefined;
}

/** The chart of this id: a metric's key, a protocol's, or a split's of which there is one protocol. Undefined for none. */
export function findFigure(id: string, runs: readonly ChartRun[], view: LineView): CompareFigure | undefined {
  const metric = METRICS.find(({ key }) => key === id) ?? reportedMetric(id, runs);
  if (metric) return metricFigure(metric, runs, view);
  const rows = protocolRows(runs);
  const ofSplit = rows.filter(({ split }) => split === id);
  const protocol = rows.find(({ key }) => key === id) ?? (ofSplit.length === 1 ? ofSplit[0] : undefined);
  return protocol && evaluationFigure(protocol, runs, view);
}
