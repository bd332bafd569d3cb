import { formatLegendValue } from './format.ts';
import { type LineSeries, lastValue, valueAt } from './line-series.ts';
import { LineSwatch } from './swatch.tsx';

const LINE_PX = 20;

/** The lines of a chart with their value under the crosshair, or the last one. Values keep their place before they come. */
export function ChartLegend({
  title,
  series,
  columns,
  row,
  unit,
  lines = 1,
}: {
  /** A single line named like its chart needs no label. */
  title: string;
  series: readonly LineSeries[];
  /** Aligned values, a column for each of `series`. */
  columns: readonly (readonly (number | null | undefined)[])[];
  row: number | null;
  unit: string;
  lines?: number;
}) {
  const shown = series.filter((line) => !line.hidden);
  return (
    <ul
      className="flex flex-wrap content-start gap-x-3 text-[0.9rem] leading-5"
      style={{ minHeight: lines * LINE_PX }}
    >
      {series.map((line, index) => {
        if (line.hidden) return null;
        const value = row === null ? lastValue(line.y) : valueAt(columns[index] ?? [], row);
        const isNamed = shown.length > 1 || line.label !== title;
        return (
          <li key={line.id} className="flex max-w-full min-w-0 items-center gap-1.5">
            <LineSwatch color={line.color} dash={line.dash} />
            {isNamed && <span className="truncate text-muted">{line.label}</span>}
            {line.note && <span className="whitespace-nowrap text-muted">({line.note})</span>}
            <span className="min-w-12 font-medium whitespace-nowrap">{formatLegendValue(value, unit)}</span>
          </li>
        );
      })}
    </ul>
  );
}
