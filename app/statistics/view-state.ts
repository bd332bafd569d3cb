import { createSerializer, parseAsArrayOf, parseAsInteger, parseAsString, parseAsStringLiteral } from 'nuqs';
import type { EvaluationProtocol } from '../../server/contract/board.ts';
import { parseAsChartSettings } from '../_charts/chart-settings.ts';
import type { GroupingPart } from '../compare/run-groups.ts';
import { compareParsers } from '../compare/view-state.ts';
import { EVALUATION_AXES } from '../compare/x-axis.ts';
import { protocolParsers } from '../leaderboard/protocol.ts';
import { SCORE_METRICS } from './score-metric.ts';

/** Resamples behind an interval: what suits a look, and what a final table takes (Agarwal et al. 2021). */
export const REPETITIONS = ['2000', '10000', '50000'] as const;

/** Everything the statistics page shows, in its URL: a link reproduces its numbers to the last digit. */
export const statisticsParsers = {
  ...protocolParsers,
  /** What scores are. */
  metric: parseAsStringLiteral(SCORE_METRICS).withDefault('success'),
  /** Empty: every finished run, as on the leaderboard. */
  runs: parseAsArrayOf(parseAsString).withDefault([]),
  by: compareParsers.by,
  /** Of the resampling. */
  seed: parseAsInteger.withDefault(1),
  resamples: parseAsStringLiteral(REPETITIONS).withDefault('2000'),
  /** Of the sample-efficiency curve. */
  x: parseAsStringLiteral(EVALUATION_AXES).withDefault('iteration'),
  /** What is set on its two charts. */
  charts: parseAsChartSettings.withDefault({}),
  /** What the performance profile counts. */
  profile: parseAsStringLiteral(['runs', 'tasks']).withDefault('runs'),
};

const serialize = createSerializer(statisticsParsers);

/** The address of the statistics of these runs, grouped by these fields. */
export function statisticsHref(runIds: readonly string[], by: readonly GroupingPart[]): string {
  return `/statistics${serialize({ runs: [...runIds], by: [...by] })}`;
}

/** And of all finished runs of a board. */
export function boardStatisticsHref(protocol: EvaluationProtocol): string {
  return `/statistics${serialize({ ...protocol })}`;
}
