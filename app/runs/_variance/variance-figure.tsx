'use client';
import { scaleLinear, scaleLog } from 'd3-scale';
import { GRADIENT_LEVELS } from '../../../server/contract/gradient-levels.ts';
import type {
  GradientLevel,
  IntervalEstimate,
  LevelGradient,
  VarianceReport,
} from '../../../server/contract/variance.ts';
import { Table, Td, Th } from '../../_ui/table.tsx';
import { estimatorRows, RowHead } from './estimator-rows.tsx';
import type { FigureStatistic } from './figure-statistics.ts';
import {
  axisRange,
  figureEstimate,
  formatStatistic,
  isLostInNoise,
  levelStyle,
  STATISTIC_WORDS,
} from './statistics.ts';

const WIDTH = 150;
const HEIGHT = 18;
const INSET = 6;

/** One statistic of every estimator (rows) on every level (columns): a mark with its 95 % interval. */
export function VarianceFigure({
  report,
  statistic,
}: {
  report: VarianceReport;
  statistic: FigureStatistic;
}) {
  const words = STATISTIC_WORDS[statistic];
  const rows = estimatorRows(report);
  const columns = GRADIENT_LEVELS.flatMap((level) => {
    const reference = report.reference[level];
    if (!reference) return [];
    const estimates = rows.map(({ levels }) => read(statistic, levels[level], reference));
    return [{ level, reference, estimates, range: axisRange(estimates, words) }];
  });
  return (
    <Table caption={`${words.title} of every estimator on every level, with 95 % intervals`}>
      <thead>
        <tr>
          <Th className="sticky left-0 z-10 bg-surface">Estimator</Th>
          {columns.map(({ level, reference }) => (
            <Th key={level}>
              <LevelName level={level} />
              {isLostInNoise(reference) && (
                <span
                  className="ml-1.5 font-normal"
                  title="The interval of the reference’s own squared norm reaches 0"
                >
                  (weak signal)
                </span>
              )}
            </Th>
          ))}
        </tr>
      </thead>
      <tbody>
        {rows.map((row, index) => (
          <tr key={row.id}>
            <RowHead label={row.label} />
            {columns.map(({ level, estimates, range }) => (
              <Td key={level} className="py-1">
                <EstimateMark
                  estimate={estimates[index] ?? EMPTY}
                  range={range}
                  words={words}
                  color={levelStyle(level).color}
                />
              </Td>
            ))}
          </tr>
        ))}
      </tbody>
    </Table>
  );
}

const EMPTY: IntervalEstimate = { value: null, low: null, high: null };

function read(
  statistic: FigureStatistic,
  own: LevelGradient | undefined,
  reference: LevelGradient,
): IntervalEstimate {
  return own ? figureEstimate(statistic, own, reference) : EMPTY;
}

/** A level with its colour. */
export function LevelName({ level }: { level: GradientLevel }) {
  const { color, label } = levelStyle(level);
  return (
    <span className="inline-flex items-center gap-1.5">
      <svg aria-hidden="true" width="9" height="9">
        <circle cx="4.5" cy="4.5" r="4.5" fill={color} />
      </svg>
      {label}
    </span>
  );
}

function EstimateMark({
  estimate: { value, low, high },
  range,
  words: { scale, mark },
  color,
}: {
  estimate: IntervalEstimate;
  range: [number, number];
  words: { scale: 'linear' | 'log'; mark: number };
  color: string;
}) {
  const axis = (scale === 'log' ? scaleLog() : scaleLinear())
    .domain(range)
    .range([INSET, WIDTH - INSET])
    .clamp(true);
  const place = (x: number) => axis(scale === 'log' ? Math.max(x, range[0]) : x);
  const interval = low === null || high === null ? null : ([low, high] as const);
  return (
    <div className="flex items-center gap-2">
      <svg aria-hidden="true" width={WIDTH} height={HEIGHT} className="block shrink-0">
        <line x1={0} x2={WIDTH} y1={HEIGHT / 2} y2={HEIGHT / 2} stroke="var(--line)" />
        <line x1={place(mark)} x2={place(mark)} y1={0} y2={HEIGHT} stroke="var(--line-strong)" />
        {value !== null && (
          <>
            {interval && (
              <line
                x1={place(interval[0])}
                x2={place(interval[1])}
                y1={HEIGHT / 2}
                y2={HEIGHT / 2}
                stroke={color}
                strokeWidth={5}
                opacity={0.4}
              />
            )}
            <circle cx={place(value)} cy={HEIGHT / 2} r={4} fill={color} />
          </>
        )}
      </svg>
      <span className="w-14 text-right">
        {formatStatistic(value)}
        {interval && (
          <span className="sr-only">
            , 95 % interval {formatStatistic(interval[0])} to {formatStatistic(interval[1])}
          </span>
        )}
      </span>
    </div>
  );
}
