import { highlightProps } from './highlight.ts';
import { legendValue } from './legend-values.ts';
import type { LineSeries } from './line-series.ts';
import { LineSwatch } from './swatch.tsx';

const LINE_PX = 20;
/** A longer legend scrolls, so that the lines keep the room. */
const MOST_AT_ONCE = 8;

/** The lines of a chart with their value under the crosshair, or the last one. Values keep their place before they come. */
export function ChartLegend({
  title,
  series,
  x,
  axisEnd,
  unit,
  smoothing,
  describe,
  lines = 1,
}: {
  /** A single line named like its chart needs no label. */
  title: string;
  series: readonly LineSeries[];
  /** Under the crosshair; null: none, the last values. */
  x: number | null;
  /** The last position of the chart. */
  axisEnd: number | null;
  unit: string;
  smoothing: number;
  /** A position in words. */
  describe: (x: number) => string;
  lines?: number;
}) {
  const shown = series.filter((line) => !line.hidden && !line.faint);
  const isLong = shown.length > MOST_AT_ONCE;
  return (
    <ul
      // What scrolls must be reachable by keyboard.
      {...(isLong && { tabIndex: 0, 'aria-label': `Lines of ${title}` })}
      className={`flex flex-wrap content-start gap-x-3 text-[0.9rem] leading-5 ${isLong ? 'max-h-25 overflow-y-auto' : ''}`}
      style={{ minHeight: lines * LINE_PX }}
    >
      {shown.map((line) => {
        const { text, detail } = legendValue(line, x, { unit, smoothing, axisEnd, describe });
        const isNamed = shown.length > 1 || line.label !== title;
        return (
          <li
            key={line.id}
            {...highlightProps([line.id, ...(line.owns ?? [])])}
            className="flex max-w-full min-w-0 flex-wrap items-center gap-x-1.5"
          >
            <span className="flex max-w-full items-center gap-x-1.5">
              <LineSwatch color={line.color} dash={line.dash} />
              {isNamed && (
                <span title={line.label} className="truncate text-muted">
                  {line.label}
                </span>
              )}
            </span>
            {line.note && (
              <span className="text-muted">
                {isNamed && '· '}
                {line.note}
              </span>
            )}
            <span className="min-w-12 font-medium whitespace-nowrap">{text}</span>
            {detail && <span className="text-muted">{detail}</span>}
          </li>
        );
      })}
    </ul>
  );
}
