'use client';
import { type PointerEvent, useState } from 'react';
import { highlightProps, useIsLit } from '../_charts/highlight.ts';
import type { RunStyle } from '../_charts/run-colors.ts';
import { useWidth } from '../_charts/use-width.ts';
import { type Brushes, type ParallelAxis, type ParallelRun, setRange, toggleValue } from './parallel-axes.ts';

const HEIGHT = 220;
const TOP = 46;
/** Where runs pass that stand nowhere on an axis. */
const NOWHERE = HEIGHT + 22;
const SIDE = 70;
const LEAST_GAP = 110;

export interface PlottedRun extends ParallelRun {
  name: string;
  style: RunStyle;
}

const heightOf = (position: number | null) => TOP + (position === null ? NOWHERE : (1 - position) * HEIGHT);

/** One line a run across upright axes; values are ticked, parts of axes dragged over. */
export function ParallelPlot({
  runs,
  axes,
  brushes,
  onBrushes,
  isChosen,
}: {
  runs: readonly PlottedRun[];
  axes: readonly ParallelAxis[];
  brushes: Brushes;
  onBrushes: (brushes: Brushes) => void;
  isChosen: (run: PlottedRun) => boolean;
}) {
  const { ref, width } = useWidth();
  const gap = Math.max(LEAST_GAP, (width - 2 * SIDE) / Math.max(1, axes.length - 1));
  const left = (index: number) => SIDE + index * gap;
  const hasNowhere = runs.some((run) => axes.some((axis) => axis.positionOf(run) === null));
  const height = TOP + (hasNowhere ? NOWHERE : HEIGHT) + 14;
  const drawn = [...runs].sort((a, b) => Number(isChosen(a)) - Number(isChosen(b)));
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard
    <section ref={ref} className="relative overflow-x-auto" aria-label="Axes and lines" tabIndex={0}>
      <div className="relative" style={{ width: 2 * SIDE + (axes.length - 1) * gap, height }}>
        <svg aria-hidden="true" width="100%" height={height} className="absolute inset-0">
          {drawn.map((run) => (
            <RunPath
              key={run.id}
              run={run}
              chosen={isChosen(run)}
              points={axes.map((axis, index) => [left(index), heightOf(axis.positionOf(run))] as const)}
            />
          ))}
          {axes.map((axis, index) => (
            <line
              key={axis.id}
              x1={left(index)}
              x2={left(index)}
              y1={TOP}
              y2={TOP + HEIGHT}
              stroke="var(--line-strong)"
            />
          ))}
          {hasNowhere && (
            <text x={4} y={TOP + NOWHERE + 4} fill="var(--muted)" className="text-[11px]">
              none
            </text>
          )}
        </svg>
        {axes.map((axis, index) => (
          <Axis key={axis.id} axis={axis} left={left(index)} brushes={brushes} onBrushes={onBrushes} />
        ))}
      </div>
    </section>
  );
}

function RunPath({
  run,
  chosen,
  points,
}: {
  run: PlottedRun;
  chosen: boolean;
  points: readonly (readonly [x: number, y: number])[];
}) {
  const isLit = useIsLit([run.id]);
  const path = `M${points.map((point) => point.join(',')).join('L')}`;
  return (
    <g {...highlightProps([run.id])}>
      <path d={path} fill="none" stroke="transparent" strokeWidth={10} />
      <path
        d={path}
        fill="none"
        stroke={chosen ? run.style.color : 'var(--line-strong)'}
        strokeDasharray={run.style.dash.join(' ')}
        strokeWidth={isLit ? 3 : 1.5}
        opacity={isLit ? 1 : chosen ? 0.8 : 0.2}
      />
    </g>
  );
}

function Axis({
  axis,
  left,
  brushes,
  onBrushes,
}: {
  axis: ParallelAxis;
  left: number;
  brushes: Brushes;
  onBrushes: (brushes: Brushes) => void;
}) {
  const brush = brushes[axis.id];
  const chosen = brush !== undefined && !('low' in brush) ? brush : [];
  return (
    <>
      <span
        className="absolute top-0 w-28 -translate-x-1/2 text-center text-[0.9rem] leading-4 font-medium break-words"
        style={{ left }}
      >
        {axis.title}
      </span>
      {axis.values.length > 0
        ? axis.ticks.map(({ position, label }) => (
            <button
              key={label}
              type="button"
              aria-pressed={chosen.includes(label)}
              aria-label={`${axis.title}: ${label}`}
              onClick={() => onBrushes(toggleValue(brushes, axis.id, label))}
              className="absolute max-w-24 -translate-x-1/2 -translate-y-1/2 truncate rounded border border-line bg-surface px-1.5 py-0.5 text-[0.86rem] hover:bg-sunken aria-pressed:border-accent aria-pressed:bg-accent-soft aria-pressed:text-accent-strong"
              style={{ left, top: heightOf(position) }}
            >
              {label}
            </button>
          ))
        : axis.ticks.map(({ position, label }) => (
            <span
              key={label}
              className="absolute -translate-y-1/2 pl-3 text-[0.86rem] text-muted"
              style={{ left, top: heightOf(position) }}
            >
              {label}
            </span>
          ))}
      {axis.values.length === 0 && (
        <RangeBrush
          title={axis.title}
          left={left}
          range={brush !== undefined && 'low' in brush ? brush : { low: 0, high: 1 }}
          onRange={(low, high) => onBrushes(setRange(brushes, axis.id, low, high))}
        />
      )}
    </>
  );
}

const STEP = 0.02;
const KEYS: Record<string, number> = { ArrowUp: STEP, ArrowDown: -STEP, PageUp: 0.1, PageDown: -0.1 };

/** A part of an axis: dragged over with the pointer, or its two ends moved by keys. */
function RangeBrush({
  title,
  left,
  range,
  onRange,
}: {
  title: string;
  left: number;
  range: { low: number; high: number };
  onRange: (low: number, high: number) => void;
}) {
  const [drag, setDrag] = useState<{ from: number; to: number } | null>(null);
  const shown = drag ? { low: Math.min(drag.from, drag.to), high: Math.max(drag.from, drag.to) } : range;
  const place = (event: PointerEvent<HTMLElement>) => {
    const box = event.currentTarget.getBoundingClientRect();
    return Math.min(1, Math.max(0, 1 - (event.clientY - box.top) / box.height));
  };
  const isAll = shown.low === 0 && shown.high === 1;
  return (
    <div
      className="absolute w-6 -translate-x-1/2 cursor-ns-resize touch-none"
      style={{ left, top: TOP, height: HEIGHT }}
      onPointerDown={(event) => {
        event.currentTarget.setPointerCapture(event.pointerId);
        setDrag({ from: place(event), to: place(event) });
      }}
      onPointerMove={(event) => drag && setDrag({ ...drag, to: place(event) })}
      onPointerUp={() => {
        // A click lets go of what was chosen.
        if (drag && shown.high - shown.low > STEP) onRange(shown.low, shown.high);
        else onRange(0, 1);
        setDrag(null);
      }}
    >
      {!isAll && (
        <span
          className="absolute inset-x-1 rounded border border-accent bg-accent/25"
          style={{ top: `${(1 - shown.high) * 100}%`, bottom: `${shown.low * 100}%` }}
        />
      )}
      {(['low', 'high'] as const).map((end) => (
        <span
          key={end}
          role="slider"
          tabIndex={0}
          aria-label={`${title}: ${end === 'low' ? 'from' : 'to'}`}
          aria-orientation="vertical"
          aria-valuemin={0}
          aria-valuemax={100}
          aria-valuenow={Math.round(range[end] * 100)}
          onKeyDown={(event) => {
            const step = KEYS[event.key];
            if (step === undefined) return;
            event.preventDefault();
            const next = { ...range, [end]: range[end] + step };
            if (next.low < next.high) onRange(next.low, next.high);
          }}
          className="absolute left-1/2 h-1.5 w-4 -translate-x-1/2 translate-y-1/2 rounded-full bg-line-strong"
          style={{ bottom: `${shown[end] * 100}%` }}
        />
      ))}
    </div>
  );
}
