import type { GradientLevel, IntervalEstimate, LevelGradient } from '../../../server/contract/variance.ts';
import { withMinus } from '../../_charts/format.ts';
import { LEVEL_STYLES } from '../../_charts/level-styles.ts';
import type { FigureStatistic } from './figure-statistics.ts';

export interface StatisticWords {
  title: string;
  definition: string;
  /** In a few words, what is good. */
  better: string;
  scale: 'linear' | 'log';
  /** Where the line stands that values are read against. */
  mark: number;
}

export const STATISTIC_WORDS: Record<FigureStatistic, StatisticWords> = {
  cosine: {
    title: 'Cosine to the true gradient',
    definition:
      'Mean cosine of a sub-batch’s gradient with the Monte-Carlo gradient of all other sub-batches: what an update gets out of its episodes, noise and bias together. It knows no scale.',
    better: 'More is better',
    scale: 'linear',
    mark: 0,
  },
  variance: {
    title: 'Variance against turn-level GAE',
    definition:
      'Total variance of a sub-batch’s gradient (trace of its covariance), divided by that of turn-level GAE on the same episodes. Estimators that divide by a deviation have a scale of their own: compare those by cosine.',
    better: 'Less is better, below 1 is what the theorem promises',
    scale: 'log',
    mark: 1,
  },
  bias: {
    title: 'Squared bias',
    definition:
      'Squared distance between the mean gradient and the Monte-Carlo reference’s, in units of the reference’s squared norm; 1 = as large as the gradient itself. The noise of both is taken out, so it may be negative.',
    better: '0 is unbiased',
    scale: 'linear',
    mark: 0,
  },
};

/** The estimate that the figure draws; bias in units of the reference's squared norm, empty where noise hides that. */
export function figureEstimate(
  statistic: FigureStatistic,
  own: LevelGradient,
  reference: LevelGradient,
): IntervalEstimate {
  if (statistic === 'cosine') return own.cosine;
  if (statistic === 'variance') return own.againstFlat.variance;
  return relativeTo(own.squaredBias, reference);
}

/** In units of the squared norm of the mean reference gradient. */
export function relativeTo(estimate: IntervalEstimate, { signal }: LevelGradient): IntervalEstimate {
  const unit = signal.value;
  const divide = (x: number | null) => (x === null || unit === null || unit <= 0 ? null : x / unit);
  return { value: divide(estimate.value), low: divide(estimate.low), high: divide(estimate.high) };
}

/** Whether noise may be all there is of the reference's gradient. */
export function isLostInNoise({ signal }: LevelGradient): boolean {
  return signal.low === null || signal.low <= 0;
}

/** Range of an axis: all values and their intervals, but none stretched far beyond the values by a wide interval. */
export function axisRange(
  estimates: readonly IntervalEstimate[],
  { scale, mark }: Pick<StatisticWords, 'scale' | 'mark'>,
): [number, number] {
  const known = estimates.filter(({ value }) => value !== null);
  const values = [mark, ...known.map(({ value }) => Number(value))];
  const lows = known.map(({ low, value }) => low ?? Number(value));
  const highs = known.map(({ high, value }) => high ?? Number(value));
  const [least, most] = [Math.min(...values), Math.max(...values)];
  if (scale === 'log') {
    const positive = values.filter((x) => x > 0);
    return [Math.min(...positive) / 1.25, Math.max(...positive) * 1.25];
  }
  const room = Math.max(most - least, 1e-9);
  return [
    Math.max(Math.min(least, ...lows), least - room / 2),
    Math.min(Math.max(most, ...highs), most + room / 2),
  ];
}

/** How a level of gradients is drawn: as the level everywhere; all together in ink. */
export function levelStyle(level: GradientLevel): { color: string; label: string } {
  return level === 'all' ? { color: 'var(--ink)', label: 'all levels' } : LEVEL_STYLES[level];
}

/** Three significant digits; a dash where there is no number. */
export function formatStatistic(value: number | null): string {
  if (value === null) return '–';
  const size = Math.abs(value);
  if (size !== 0 && (size < 0.001 || size >= 10_000)) return withMinus(value.toExponential(1));
  return withMinus(String(Number(value.toPrecision(size >= 1 ? 3 : 2))));
}
