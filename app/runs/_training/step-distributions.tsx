'use client';
import { countOf } from '../../../server/contract/histogram.ts';
import { LEVELS, type Level } from '../../../server/contract/metrics.ts';
import { LONGEST_SEGMENT } from '../../../server/contract/tally.ts';
import type { TrainingColumn } from '../../../server/contract/training.ts';
import { formatCount, formatShare, formatValue } from '../../_charts/format.ts';
import { LEVEL_STYLES } from '../../_charts/level-styles.ts';
import { Table, Td, Th } from '../../_ui/table.tsx';
import { type Heat, momentsOf } from './heat.ts';

const HEIGHT = 64;

/** The distributions of one step, over those of all training as an outline. */
export function StepDistributions({
  title,
  column,
  heats,
}: {
  /** The step in words. */
  title: string;
  /** Undefined: it was not counted. */
  column: TrainingColumn | undefined;
  heats: readonly [Level, Heat][];
}) {
  if (!column) return <p className="text-muted">{title} was not counted.</p>;
  const segments = column.segmentLengths.reduce((sum, count) => sum + count, 0);
  return (
    <div className="flex flex-col gap-3">
      <div className="grid gap-3 sm:grid-cols-2 xl:grid-cols-4">
        {heats.map(([level, heat]) => {
          const own = column.advantages[level];
          const bins = Array.from({ length: heat.to - heat.from }, (_, index) => heat.from + index);
          return (
            <Bars
              key={level}
              title={LEVEL_STYLES[level].label}
              color={LEVEL_STYLES[level].color}
              bars={bins.map(
                (bin) => (own?.counts[bin - own.first] ?? 0) / Math.max(1, own ? countOf(own) : 0),
              )}
              outline={bins.map((bin) => (heat.all.counts[bin - heat.all.first] ?? 0) / countOf(heat.all))}
              ends={[
                formatValue(heat.from * heat.width, 'reward'),
                formatValue(heat.to * heat.width, 'reward'),
              ]}
            />
          );
        })}
        {segments > 0 && (
          <Bars
            title="segment length"
            color="var(--ink)"
            bars={column.segmentLengths.map((count) => count / segments)}
            ends={[
              '1',
              `${column.segmentLengths.length}${column.segmentLengths.length === LONGEST_SEGMENT ? ' or more' : ''} turns`,
            ]}
          />
        )}
      </div>
      <Table caption={`Advantages by level, ${title}`}>
        <thead>
          <tr>
            <Th>Level</Th>
            <Th numeric>Decisions</Th>
            <Th numeric>Mean</Th>
            <Th numeric>Spread</Th>
            <Th numeric>Exactly 0</Th>
            <Th numeric>Middle 90 %</Th>
          </tr>
        </thead>
        <tbody>
          {LEVELS.flatMap((level) => {
            const own = column.advantages[level];
            const moments = own && momentsOf(own);
            if (!moments) return [];
            const { n, mean, deviation, zero, middle } = moments;
            return (
              <tr key={level}>
                <Th scope="row">{LEVEL_STYLES[level].label}</Th>
                <Td numeric>{formatCount(n)}</Td>
                <Td numeric>{formatValue(mean, 'reward')}</Td>
                <Td numeric>{formatValue(deviation, 'reward')}</Td>
                <Td numeric>{formatShare(zero)}</Td>
                <Td numeric>
                  {formatValue(middle[0], 'reward')} to {formatValue(middle[1], 'reward')}
                </Td>
              </tr>
            );
          })}
        </tbody>
      </Table>
    </div>
  );
}

/** Shares as bars, with those of all training as a line over them. The numbers stand in the table. */
function Bars({
  title,
  color,
  bars,
  outline,
  ends,
}: {
  title: string;
  color: string;
  bars: readonly number[];
  outline?: readonly number[];
  ends: readonly [string, string];
}) {
  const most = Math.max(...bars, ...(outline ?? []), 1e-9);
  const y = (share: number) => HEIGHT - Math.sqrt(share / most) * (HEIGHT - 2);
  const steps = outline?.flatMap((share, at) => [`${at},${y(share)}`, `${at + 1},${y(share)}`]);
  return (
    <figure className="min-w-0">
      <figcaption className="mb-1 text-[0.86rem] font-medium">{title}</figcaption>
      <svg
        aria-hidden
        viewBox={`0 0 ${Math.max(1, bars.length)} ${HEIGHT}`}
        preserveAspectRatio="none"
        className="block h-16 w-full border-b border-line-strong"
      >
        {bars.map((share, at) => (
          <rect
            // biome-ignore lint/suspicious/noArrayIndexKey: bins keep their places
            key={at}
            {...{ x: at + 0.05, width: 0.9, y: y(share), height: HEIGHT - y(share) }}
            fill={color}
            opacity={0.75}
          />
        ))}
        {steps && (
          <polyline
            points={steps.join(' ')}
            fill="none"
            stroke="var(--muted)"
            strokeWidth={1}
            vectorEffect="non-scaling-stroke"
          />
        )}
      </svg>
      <p className="flex justify-between text-[0.79rem] text-muted">
        <span>{ends[0]}</span>
        <span>{ends[1]}</span>
      </p>
    </figure>
  );
}
