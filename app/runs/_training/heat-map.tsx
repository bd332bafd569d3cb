'use client';
import { type PointerEvent, useEffect, useRef } from 'react';
import type { Level } from '../../../server/contract/metrics.ts';
import { formatShare, formatValue } from '../../_charts/format.ts';
import { LEVEL_STYLES } from '../../_charts/level-styles.ts';
import { resolveColor, useThemeName } from '../../_charts/theme.ts';
import type { Heat } from './heat.ts';

/** How the advantages of a level are spread, iteration by iteration: the deeper, the more of the decisions. A click moves the step. */
export function HeatMap({
  level,
  heat,
  column,
  describe,
  onColumn,
}: {
  level: Level;
  heat: Heat;
  /** The place one is on. */
  column: number;
  /** A place in words. */
  describe: (column: number) => string;
  onColumn: (column: number) => void;
}) {
  const { from, to, width, columns, means, outside } = heat;
  const { label, color } = LEVEL_STYLES[level];
  const canvas = useHeatCanvas(heat, color);
  const rows = to - from;
  const y = (value: number) => ((to - value / width) / rows) * 100;
  const choose = (event: PointerEvent<HTMLDivElement>) => {
    if (event.type === 'pointermove' && event.buttons !== 1) return;
    const box = event.currentTarget.getBoundingClientRect();
    const at = Math.floor(((event.clientX - box.left) / box.width) * columns);
    onColumn(Math.min(columns - 1, Math.max(0, at)));
  };
  const mean = means[column];
  return (
    <figure className="min-w-0">
      <figcaption className="mb-1 flex flex-wrap items-baseline gap-x-3 text-[0.93rem]">
        <span className="border-l-3 pl-2 font-medium" style={{ borderColor: color }}>
          {label}
        </span>
        <span className="text-muted">
          {describe(column)}: mean {mean === null ? '–' : formatValue(mean, 'reward')}
        </span>
      </figcaption>
      <div className="flex gap-1.5">
        <div aria-hidden className="relative w-11 shrink-0 text-right text-[0.79rem] text-muted">
          <span className="absolute top-0 right-0">{formatValue(to * width, 'reward')}</span>
          <span className="absolute right-0 -translate-y-1/2" style={{ top: `${y(0)}%` }}>
            {rows > 4 && y(0) > 15 && y(0) < 85 ? '0' : ''}
          </span>
          <span className="absolute right-0 bottom-0">{formatValue(from * width, 'reward')}</span>
        </div>
        <div
          role="img"
          aria-label={summarize(level, heat)}
          className="relative h-36 min-w-0 flex-1 cursor-crosshair touch-pan-y overflow-hidden rounded-sm bg-sunken/60"
          onPointerDown={choose}
          onPointerMove={choose}
        >
          <canvas ref={canvas} className="absolute inset-0 size-full [image-rendering:pixelated]" />
          <svg
            aria-hidden
            viewBox={`0 0 ${columns} 100`}
            preserveAspectRatio="none"
            className="absolute inset-0 size-full"
          >
            <line
              {...{ x1: 0, x2: columns, y1: y(0), y2: y(0) }}
              stroke="var(--line-strong)"
              strokeDasharray="3 3"
              vectorEffect="non-scaling-stroke"
            />
            {linesOf(means).map((line) => (
              <polyline
                key={line[0]!.at}
                points={line.map(({ at, mean }) => `${at + 0.5},${y(mean)}`).join(' ')}
                fill="none"
                stroke="var(--ink)"
                strokeWidth={1.5}
                vectorEffect="non-scaling-stroke"
              />
            ))}
            <rect
              {...{ x: column, y: 0, width: 1, height: 100 }}
              fill="none"
              stroke="var(--accent)"
              strokeWidth={1.5}
              vectorEffect="non-scaling-stroke"
            />
          </svg>
        </div>
      </div>
      {outside > 0 && (
        <p className="mt-0.5 pl-12.5 text-[0.79rem] text-muted">
          {formatShare(outside, outside < 0.001 ? 3 : 1)} of the decisions lie outside of what is drawn
        </p>
      )}
    </figure>
  );
}

/** Paints a pixel a cell. */
function useHeatCanvas(heat: Heat, color: string) {
  const canvas = useRef<HTMLCanvasElement>(null);
  const theme = useThemeName();
  // biome-ignore lint/correctness/useExhaustiveDependencies: the theme changes what the colour is
  useEffect(() => {
    const element = canvas.current;
    const context = element?.getContext('2d');
    if (!element || !context) return;
    const { columns, from, to, shares, most } = heat;
    element.width = columns;
    element.height = to - from;
    context.fillStyle = resolveColor(color);
    shares.forEach((share, cell) => {
      if (!(share > 0)) return;
      // By its root: the many that are nearly 0 would hide the rest.
      context.globalAlpha = Math.sqrt(share / most);
      context.fillRect(cell % columns, Math.floor(cell / columns), 1, 1);
    });
  }, [heat, color, theme]);
  return canvas;
}

/** The means as lines, broken where nothing was counted. */
function linesOf(means: readonly (number | null)[]): { at: number; mean: number }[][] {
  const lines: { at: number; mean: number }[][] = [[]];
  means.forEach((mean, at) => {
    if (mean !== null) lines.at(-1)!.push({ at, mean });
    else if (lines.at(-1)!.length > 0) lines.push([]);
  });
  return lines.filter((line) => line.length > 0);
}

function summarize(level: Level, { means, all }: Heat): string {
  const known = means.filter((mean) => mean !== null);
  const [first, last] = [known[0], known.at(-1)];
  const n = all.counts.reduce((sum, count) => sum + count, 0);
  return `Advantages of the ${LEVEL_STYLES[level].label} decisions by iteration: ${n} of them, mean ${formatValue(first, 'reward')} at first and ${formatValue(last, 'reward')} at last; the table below has the numbers of one step`;
}
