import { parseAsArrayOf, parseAsBoolean, parseAsFloat, parseAsString, parseAsStringLiteral } from 'nuqs';
import { METRIC_GROUPS } from '../../server/contract/metrics.ts';
import { BANDS } from '../../server/stats/band-names.ts';
import { CENTERS } from '../../server/stats/center-names.ts';
import { parseAsChartSettings } from '../_charts/chart-settings.ts';
import { parseAsBrushes } from './brush-parser.ts';
import { GROUPING_PARTS } from './run-groups.ts';
import { X_AXES } from './x-axis.ts';

/** Everything the compare page shows, in its URL: a link reproduces what its sender saw. */
export const compareParsers = {
  runs: parseAsArrayOf(parseAsString).withDefault([]),
  x: parseAsStringLiteral(X_AXES).withDefault('iteration'),
  /** Weight of the past in the moving average, 0 (off) to 0.99. */
  smooth: parseAsFloat.withDefault(0),
  /** Ids of metric choices; empty shows all. */
  metrics: parseAsArrayOf(parseAsString).withDefault([]),
  /** Shown part of the x axis: from, to; empty shows all. */
  zoom: parseAsArrayOf(parseAsFloat).withDefault([]),
  /** Runs whose lines are switched off. Their numbers stay. */
  hidden: parseAsArrayOf(parseAsString).withDefault([]),
  /** Fields that groups of runs are made by; empty: all but the seed. */
  by: parseAsArrayOf(parseAsStringLiteral(GROUPING_PARTS)).withDefault([]),
  /** What a group is told by, the band around its line, and whether its single runs stand behind. */
  center: parseAsStringLiteral(CENTERS).withDefault('mean'),
  band: parseAsStringLiteral(BANDS).withDefault('range'),
  members: parseAsBoolean.withDefault(true),
  /** Differences to the first group in place of the groups. */
  difference: parseAsBoolean.withDefault(false),
  /** What is set on single charts, by id of the metric, or of the protocol. */
  charts: parseAsChartSettings.withDefault({}),
  /** What is chosen on the parallel coordinates. */
  brush: parseAsBrushes.withDefault({}),
  /** Words to find among the metrics; only those are drawn. */
  find: parseAsString.withDefault(''),
  /** Groups of metrics that are folded up. */
  folded: parseAsArrayOf(parseAsStringLiteral(METRIC_GROUPS)).withDefault([]),
  /** Show fields in which the runs agree, too. */
  fields: parseAsStringLiteral(['changed', 'all']).withDefault('changed'),
  /** Sections of other trainers' metrics that are open. */
  open: parseAsArrayOf(parseAsString).withDefault([]),
};
