'use client';
import { parseAsArrayOf, parseAsFloat, parseAsString, parseAsStringLiteral, useQueryStates } from 'nuqs';
import { SPLITS } from '../../../server/contract/environments.ts';
import { GRADIENT_LEVELS } from '../../../server/contract/gradient-levels.ts';
import { parseAsChartSettings } from '../../_charts/chart-settings.ts';
import { X_AXES } from '../../compare/x-axis.ts';
import { FIGURE_STATISTICS } from '../_variance/figure-statistics.ts';

export const RUN_TABS = [
  'figures',
  'training',
  'episodes',
  'variance',
  'checkpoints',
  'logs',
  'config',
  'history',
] as const;
export type RunTab = (typeof RUN_TABS)[number];
export const LOG_LEVELS = ['all', 'warning', 'error'] as const;

/** Everything the run page shows, in its URL: a link reproduces what its sender saw. */
export const runParsers = {
  tab: parseAsStringLiteral(RUN_TABS).withDefault('figures'),
  x: parseAsStringLiteral(X_AXES).withDefault('iteration'),
  /** Weight of the past in the moving average, 0 (off) to 0.99. */
  smooth: parseAsFloat.withDefault(0),
  /** Shown part of the x axis. */
  zoom: parseAsArrayOf(parseAsFloat),
  /** What is set on single charts, by title. */
  charts: parseAsChartSettings.withDefault({}),
  /** Iteration of the evaluation shown by task type; null is the latest. */
  eval: parseAsFloat,
  /** Split of the heat-map; null is the first evaluated. */
  map: parseAsStringLiteral(SPLITS),
  level: parseAsStringLiteral(LOG_LEVELS).withDefault('all'),
  /** Words to find in the log. */
  find: parseAsString.withDefault(''),
  /** What the variance figure compares by, and the level of its table. */
  statistic: parseAsStringLiteral(FIGURE_STATISTICS).withDefault('cosine'),
  gradient: parseAsStringLiteral(GRADIENT_LEVELS).withDefault('all'),
  /** Fields of the configuration: those changed from their defaults, or all. */
  fields: parseAsStringLiteral(['changed', 'all']).withDefault('all'),
  /** Sections of another trainer's metrics that are open. */
  open: parseAsArrayOf(parseAsString).withDefault([]),
};

/** View state of the run page. */
export function useRunView() {
  return useQueryStates(runParsers, { history: 'replace', throttleMs: 150 });
}

export type RunViewState = ReturnType<typeof useRunView>[0];
export type SetRunViewState = ReturnType<typeof useRunView>[1];
