import type { Evaluation } from '../../server/contract/events.ts';
import type { MetricSeries } from '../../server/contract/views.ts';
import type { XAxis } from '../compare/x-axis.ts';
import { formatCompact, formatSeconds } from './format.ts';

const COLUMNS: Record<Exclude<XAxis, 'iteration'>, string> = {
  episodes: 'episodes',
  tokens: 'tokens',
  time: 'trainingSeconds',
};

export const X_UNITS: Record<XAxis, string> = {
  iteration: '',
  episodes: 'episodes',
  tokens: 'tokens',
  time: 's',
};

/** What a position on an axis is called: `iteration 12`. */
export const X_NAMES: Record<XAxis, string> = {
  iteration: 'iteration',
  episodes: 'episodes',
  tokens: 'tokens',
  time: 'training time',
};

/** A position on an axis in words. */
export function describeX(axis: XAxis, value: number): string {
  return axis === 'time'
    ? `${X_NAMES.time} ${formatSeconds(value)}`
    : `${X_NAMES[axis]} ${formatCompact(value)}`;
}

/** Where the iterations of a run lie on an x axis. */
export function seriesX(series: MetricSeries, axis: XAxis): readonly (number | null)[] {
  return axis === 'iteration' ? series.iterations : (series.columns[COLUMNS[axis]] ?? []);
}

/** The iteration whose point lies nearest to a position on an axis; 0 before the first. */
export function iterationAt(series: MetricSeries, axis: XAxis, x: number): number {
  if (x <= 0) return 0;
  let nearest = 0;
  let distance = Number.POSITIVE_INFINITY;
  for (const [row, value] of seriesX(series, axis).entries()) {
    if (value === null || Math.abs(value - x) >= distance) continue;
    distance = Math.abs(value - x);
    nearest = series.iterations[row]!;
  }
  return nearest;
}

/** Where an evaluation lies on an x axis. */
export function evaluationX(evaluation: Evaluation, axis: XAxis): number {
  switch (axis) {
    case 'iteration':
      return evaluation.iteration;
    case 'episodes':
      return evaluation.trainingEpisodes;
    case 'tokens':
      return evaluation.trainingTokens;
    case 'time':
      return evaluation.trainingSeconds;
  }
}
