import type { Estimate, ScoreStatistics, StatisticsRequest } from '../../server/stats/score-statistics.ts';
import { toCsv } from '../_charts/export-text.ts';
import type { RunGroup } from '../compare/run-groups.ts';
import { AGGREGATE_TITLES, aggregatesShown } from './aggregate-words.ts';
import type { PaperPanel } from './interval-paper.ts';
import type { ScoreMetric } from './score-metric.ts';

/** What a page of statistics has computed. */
export interface ComputedStatistics {
  metric: ScoreMetric;
  groups: readonly RunGroup[];
  request: StatisticsRequest;
  result: ScoreStatistics;
}

const numbers = ({ value, interval }: Estimate) => [value, interval?.[0], interval?.[1]];

/** One row a number: which, of what, on which axis, with its interval. */
export function statisticsCsv({ metric, groups, request, result }: ComputedStatistics): string {
  const label = new Map(groups.map((group) => [group.id, group.label]));
  const rows = groups.flatMap(({ id }) => [
    ...aggregatesShown(metric).map((name) => [
      name,
      label.get(id)!,
      '',
      '',
      ...numbers(result.aggregates[id]![name]),
    ]),
    ...result.profiles[id]!.map((estimate, index) => [
      ...['profile', label.get(id)!, '', request.thresholds[index]],
      ...numbers(estimate),
    ]),
    ...result.curves[id]!.map(({ x, estimate }) => [
      'efficiency',
      label.get(id)!,
      '',
      x,
      ...numbers(estimate),
    ]),
  ]);
  const improvement = result.improvement.map(({ pair: [a, b], estimate }) => [
    ...['improvement', label.get(a)!, label.get(b)!, ''],
    ...numbers(estimate),
  ]);
  return toCsv(['statistic', 'group', 'over', 'x', 'value', 'low', 'high'], [...rows, ...improvement]);
}

/** Scores and all that was made of them. */
export function statisticsJson(
  { metric, groups, request, result }: ComputedStatistics,
  source: string,
): string {
  const described = groups.map(({ id, label, runIds }) => ({ id, label, runIds }));
  return `${JSON.stringify({ source, metric, groups: described, request, result }, null, 1)}\n`;
}

/** The aggregates as panels of a figure. */
export function aggregatePanels({ metric, groups, result }: ComputedStatistics): PaperPanel[] {
  return aggregatesShown(metric).map((name) => ({
    title: AGGREGATE_TITLES[name],
    rows: groups.map(({ id, label, style }) => ({
      label,
      color: style.color,
      ...result.aggregates[id]![name],
    })),
  }));
}

/** And how likely one group improves on another. */
export function improvementPanels({ groups, result }: ComputedStatistics): PaperPanel[] {
  const byId = new Map(groups.map((group) => [group.id, group]));
  const rows = result.improvement.map(({ pair: [a, b], estimate }) => ({
    ...estimate,
    label: `${byId.get(a)!.label} > ${byId.get(b)!.label}`,
    color: byId.get(a)!.style.color,
  }));
  return [{ title: 'P(X > Y)', rows, mark: 0.5 }];
}
