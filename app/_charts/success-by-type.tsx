'use client';
import { type ReactNode, useId } from 'react';
import { Hint } from '../_ui/hint.tsx';
import { wilson } from '../compare/proportion.ts';
import { formatShare } from './format.ts';
import type { Marker } from './run-colors.ts';
import { MarkerShape, MarkerSwatch } from './swatch.tsx';
import { useWidth } from './use-width.ts';

/** Successes out of episodes, for one split or one run. */
export interface ProportionDot {
  id: string;
  label: string;
  successes: number;
  episodes: number;
  color: string;
  marker: Marker;
}

export interface ProportionRow {
  id: string;
  label: string;
  dots: readonly ProportionDot[];
}

const ROW_GAP_PX = 10;
const DOT_PX = 18;
/** Rows keep room for two dots, so that a second split moves nothing. */
const LEAST_DOTS = 2;
const AXIS_PX = 22;

/** Success rates by row (a task type, or all), a dot with its 95 % Wilson interval and n for each split or run. */
export function SuccessByType({
  title,
  definition,
  rows,
  minRows = 0,
  emptyText = 'No evaluation yet',
  actions,
}: {
  title: string;
  definition?: ReactNode;
  rows: readonly ProportionRow[];
  /** Rows to leave room for before data arrives. */
  minRows?: number;
  emptyText?: string;
  actions?: ReactNode;
}) {
  const id = useId();
  const { ref, width } = useWidth();
  const legend = new Map(rows.flatMap((row) => row.dots.map((dot) => [dot.id, dot])));
  const narrow = width < 420;
  const labelWidth = narrow ? 0 : 132;
  const valueWidth = 118;
  const start = labelWidth + 8;
  const end = Math.max(labelWidth + 60, width - valueWidth - 8);
  const scale = (share: number) => start + share * (end - start);
  const headHeight = narrow ? 18 : 0;
  const dotsHeight = (row: ProportionRow) => Math.max(LEAST_DOTS, row.dots.length) * DOT_PX;
  const rowHeight = (row: ProportionRow) => headHeight + dotsHeight(row) + ROW_GAP_PX;
  /** Fewer dots than there is room for are centred. */
  const inset = (row: ProportionRow) => (dotsHeight(row) - row.dots.length * DOT_PX) / 2;
  const tops: number[] = [];
  let height = 4;
  for (const row of rows) {
    tops.push(height);
    height += rowHeight(row);
  }
  const emptyHeight = minRows * (DOT_PX * LEAST_DOTS + ROW_GAP_PX) + AXIS_PX + 4;
  return (
    <figure
      aria-labelledby={`${id}-title`}
      className="flex min-w-0 flex-col rounded-lg border border-line bg-surface p-3 pb-2"
    >
      <div className="flex min-h-7 items-center gap-2">
        <figcaption id={`${id}-title`} className="flex-1 font-semibold">
          {definition ? <Hint text={definition}>{title}</Hint> : title}
        </figcaption>
        {actions}
      </div>
      <ul className="flex min-h-5 flex-wrap gap-x-4 text-[0.9rem] text-muted">
        {[...legend.values()].map((dot) => (
          <li key={dot.id} className="flex items-center gap-1.5">
            <MarkerSwatch marker={dot.marker} color={dot.color} />
            {dot.label}
          </li>
        ))}
      </ul>
      <div ref={ref} className="mt-1" style={{ minHeight: rows.length === 0 ? emptyHeight : undefined }}>
        {rows.length === 0 && <p className="py-10 text-center text-muted">{emptyText}</p>}
        {rows.length > 0 && width > 0 && (
          <svg width={width} height={height + AXIS_PX} aria-hidden="true" className="block text-[12px]">
            {[0, 0.25, 0.5, 0.75, 1].map((tick) => (
              <g key={tick} transform={`translate(${scale(tick)},0)`}>
                <line y2={height} stroke="var(--line)" />
                <text y={height + 14} textAnchor="middle" fill="var(--muted)">
                  {tick * 100} %
                </text>
              </g>
            ))}
            {rows.map((row, index) => (
              <g key={row.id} transform={`translate(0,${tops[index]})`}>
                <text
                  x={0}
                  y={narrow ? 11 : dotsHeight(row) / 2 + 4}
                  fill="var(--ink)"
                  stroke="var(--surface)"
                  strokeWidth={narrow ? 4 : 0}
                  paintOrder="stroke"
                >
                  {row.label}
                </text>
                {row.dots.map((dot, place) => (
                  <DotWithInterval
                    key={dot.id}
                    dot={dot}
                    y={headHeight + inset(row) + place * DOT_PX + DOT_PX / 2}
                    scale={scale}
                    right={width}
                  />
                ))}
              </g>
            ))}
          </svg>
        )}
      </div>
      <div className="sr-only">
        <table>
          <caption>{title}</caption>
          <tbody>
            {rows.flatMap((row) =>
              row.dots.map((dot) => {
                const { rate, low, high } = wilson(dot.successes, dot.episodes);
                return (
                  <tr key={`${row.id} ${dot.id}`}>
                    <th scope="row">
                      {row.label}, {dot.label}
                    </th>
                    <td>
                      {formatShare(rate)}, 95 % interval {formatShare(low)} to {formatShare(high)},{' '}
                      {dot.successes} of {dot.episodes}
                    </td>
                  </tr>
                );
              }),
            )}
          </tbody>
        </table>
      </div>
    </figure>
  );
}

function DotWithInterval({
  dot,
  y,
  scale,
  right,
}: {
  dot: ProportionDot;
  y: number;
  scale: (share: number) => number;
  right: number;
}) {
  const { rate, low, high, n } = wilson(dot.successes, dot.episodes);
  return (
    <g>
      {n > 0 && (
        <>
          <line x1={scale(low)} x2={scale(high)} y1={y} y2={y} stroke={dot.color} strokeWidth={2} />
          <MarkerShape marker={dot.marker} color={dot.color} x={scale(rate)} y={y} />
        </>
      )}
      <text x={right} y={y + 4} textAnchor="end" fill="var(--muted)">
        <tspan fill="var(--ink)" fontWeight={500}>
          {n > 0 ? formatShare(rate, 0) : 'NaN'}
        </tspan>
        <tspan dx={8}>
          {dot.successes} of {n}
        </tspan>
      </text>
    </g>
  );
}
