import type { Evaluation } from '../../server/contract/events.ts';
import type { MetricSeries } from '../../server/contract/views.ts';
import type { ChartAxis, EvaluationAxis, XAxis } from '../compare/x-axis.ts';
import { formatCompact, formatSeconds, formatShare } from './format.ts';

const COLUMNS: Record<Exclude<XAxis, 'iteration'>, string> = {
  episodes: 'episodes',
  turns: 'turns',
  tokens: 'tokens',
  time: 'trainingSeconds',
  wall: 'wallSeconds',
};

export const X_UNITS: Record<ChartAxis, string> = {
  iteration: '',
  episodes: 'episodes',
  turns: 'turns',
  tokens: 'tokens',
  time: 's',
  wall: 's',
  threshold: 'share',
};

/** Axes that count: no ticks between whole numbers. */
export const isCount = (axis: ChartAxis) => !['time', 'wall', 'threshold'].includes(axis);

/** What a position on an axis is called: `iteration 12`. */
const X_NAMES: Record<ChartAxis, string> = {
  iteration: 'iteration',
  episodes: 'episodes',
  turns: 'environment steps',
  tokens: 'tokens',
  time: 'training time',
  wall: 'wall time',
  threshold: 'τ =',
};

/** A position on an axis in words. */
export function describeX(axis: ChartAxis, value: number): string {
  const text =
    X_UNITS[axis] === 's'
      ? formatSeconds(value)
      : axis === 'threshold'
        ? formatShare(value, 0)
        : formatCompact(value);
  return `${X_NAMES[axis]} ${text}`;
}

/** Where the iterations of a run lie on an x axis; nowhere on one that the run says nothing of. */
export function seriesX(series: MetricSeries, axis: XAxis): readonly (number | null)[] {
  if (axis === 'iteration') return series.iterations;
  return series.columns[COLUMNS[axis]] ?? series.iterations.map(() => null);
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

/** Where an evaluation lies on an axis that evaluations tell themselves. */
export function evaluationPlace(evaluation: Evaluation, axis: EvaluationAxis): number {
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

/**
 * Where an evaluation of a run lies on an x axis: of environment steps and wall time, where the curve of the run was after the same
 * iteration, on the straight line between the two nearest of its rows. Null where that is not known.
 */
export function evaluationX(evaluation: Evaluation, axis: XAxis, series: MetricSeries): number | null {
  if (axis !== 'turns' && axis !== 'wall') return evaluationPlace(evaluation, axis);
  const { iteration } = evaluation;
  if (iteration === 0) return axis === 'turns' ? 0 : null;
  const places = seriesX(series, axis);
  const after = series.iterations.findIndex((at) => at >= iteration);
  const [end, place] = [series.iterations[after], places[after] ?? null];
  if (end === iteration || place === null) return place;
  const [start, before] = [series.iterations[after - 1], places[after - 1] ?? null];
  if (start === undefined || before === null) return null;
  return before + ((iteration - start) / (end! - start)) * (place - before);
}
