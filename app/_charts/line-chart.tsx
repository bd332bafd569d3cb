'use client';
import { EllipsisVertical, FileDown, ImageDown, Table2, ZoomOut } from 'lucide-react';
import Link from 'next/link';
import { type KeyboardEvent, type ReactNode, useEffect, useId, useMemo, useRef, useState } from 'react';
import { Hint } from '../_ui/hint.tsx';
import { IconButton, iconButtonClasses } from '../_ui/icon-button.tsx';
import { Menu, MenuItem } from '../_ui/menu.tsx';
import { type ChartAxis, X_AXIS_TITLES } from '../compare/x-axis.ts';
import { ChartData } from './chart-data.tsx';
import { ChartLegend } from './chart-legend.tsx';
import { download, fileName, linesToCsv } from './export.ts';
import { highlight } from './highlight.ts';
import { legendValue } from './legend-values.ts';
import { alignLines, type LineBand, type LineSeries } from './line-series.ts';
import type { PlotSpec, YRange } from './plot.ts';
import { summarizeLines } from './summary.ts';
import { usePlot } from './use-plot.ts';
import { describeX, isCount, X_UNITS } from './x-values.ts';

export interface LineChartProps {
  title: string;
  /** One sentence (or more) shown on hover and focus of the title. */
  definition?: ReactNode;
  unit: string;
  series: readonly LineSeries[];
  bands?: readonly LineBand[];
  xKey: ChartAxis;
  /** Charts with the same key share their crosshair. */
  sync?: string;
  /** Weight of the past in the moving average, 0 (off) to 0.99. The raw line stays, faintly. */
  smoothing?: number;
  yRange?: YRange;
  zoom?: readonly [number, number] | null;
  /** With it, dragging zooms and a double click shows all. */
  onZoom?: (range: [number, number] | null) => void;
  /** Pixels of the drawing, fixed so that nothing moves when data arrives. */
  height?: number;
  /** Words in place of lines while there are none. */
  emptyText?: string;
  /** Lines of text to keep free for the legend where it will grow. */
  legendLines?: number;
  /** Goes into names of downloaded files. */
  fileStem?: string;
  /** What lies behind a point, offered as a link once it is clicked, or Enter is pressed on it. */
  behind?: (x: number) => PointLink;
  /** Offers what lies behind the last point before any is clicked. */
  linksLast?: boolean;
}

export interface PointLink {
  text: string;
  href: string;
}

const NO_BANDS: readonly LineBand[] = [];
/** More lines than these nobody reads in a legend, and making it would hold the page up. */
const MOST_LISTED = 24;
/** A pointer that moved further than this has dragged, not clicked. */
const CLICK_PX = 4;

/** Lines over the course of training: live, themed, and readable without eyes or mouse. */
export function LineChart(props: LineChartProps) {
  const { title, definition, unit, series, bands = NO_BANDS, xKey, sync, height = 180 } = props;
  const { smoothing = 0, yRange = 'auto', zoom = null, onZoom, emptyText = 'No data yet' } = props;
  const host = useRef<HTMLDivElement>(null);
  const [row, setRow] = useState<number | null>(null);
  const [picked, setPicked] = useState<number | null>(null);
  const pressedAt = useRef(0);
  const [dataOpen, setDataOpen] = useState(false);
  const [spoken, setSpoken] = useState('');
  const id = useId();

  const spec: PlotSpec = useMemo(
    () => ({ series, bands, smoothing, unit, xUnit: X_UNITS[xKey], xWhole: isCount(xKey), yRange, zoom }),
    [series, bands, smoothing, unit, xKey, yRange, zoom],
  );
  // The rows of the plot: bands as well, so that its row numbers fit.
  const rows = useMemo(() => {
    const bandLines = bands.flatMap((band) => [
      { x: band.x, y: band.low },
      { x: band.x, y: band.high },
    ]);
    const shown = series.map((line) => (line.hidden ? { x: [], y: [] } : line));
    return alignLines([...bandLines, ...shown]).x;
  }, [series, bands]);
  const plot = usePlot(host, spec, { onCursor: setRow, onPoint: highlight, onZoom }, sync);
  const shown = useMemo(() => series.filter((line) => !line.hidden && !line.faint), [series]);
  const listed = shown.length > MOST_LISTED ? shown.slice(0, MOST_LISTED) : series;
  const left = Math.max(0, shown.length - MOST_LISTED);
  const isEmpty = rows.length === 0;
  const x = row === null ? null : (rows[row] ?? null);
  const axisEnd = rows.at(-1) ?? null;
  const describe = (at: number) => describeX(xKey, at);
  const linked = picked ?? (props.linksLast ? axisEnd : null);
  const link = linked === null ? null : (props.behind?.(linked) ?? null);
  const xTitle = X_AXIS_TITLES[xKey];
  // Values show shares and seconds themselves, some titles their unit.
  const isNamed = ['share', 's', 'rate'].includes(unit) || title.toLowerCase().endsWith(unit);
  const namedUnit = isNamed ? '' : unit;

  const describeRow = (at: number): string => {
    const values = series.flatMap((line) => {
      if (line.hidden || line.faint) return [];
      const { text, detail } = legendValue(line, rows[at]!, { unit, smoothing, axisEnd, describe });
      return [`${line.label} ${text}${detail && ` (${detail})`}`];
    });
    return `${describe(rows[at]!)}: ${values.join(', ')}`;
  };

  const moveCrosshair = (event: KeyboardEvent) => {
    if (event.target !== event.currentTarget || isEmpty || !plot.current) return;
    const last = rows.length - 1;
    const step = event.shiftKey ? 10 : 1;
    const targets: Record<string, number> = {
      ArrowLeft: (row ?? last + 1) - step,
      ArrowRight: (row ?? last - 1) + step,
      Home: 0,
      End: last,
    };
    if (event.key === 'Escape') {
      plot.current.setCursor({ left: -10, top: -10 });
      return;
    }
    if (event.key === 'Enter' && row !== null) setPicked(rows[row] ?? null);
    const wanted = targets[event.key];
    if (wanted === undefined) return;
    event.preventDefault();
    const at = Math.min(last, Math.max(0, wanted));
    plot.current.setCursor({ left: plot.current.valToPos(rows[at]!, 'x'), top: 10 });
    setSpoken(describeRow(at));
  };

  const saveImage = () =>
    plot.current?.ctx.canvas.toBlob((blob) => blob && download(`${stem}.png`, blob), 'image/png');
  const stem = fileName(props.fileStem ?? '', title);

  return (
    <figure
      aria-labelledby={`${id}-title`}
      aria-describedby={`${id}-summary`}
      // biome-ignore lint/a11y/noNoninteractiveTabindex: arrow keys move the crosshair
      tabIndex={0}
      onKeyDown={moveCrosshair}
      className="min-w-0 rounded-lg border border-line bg-surface p-3 pb-2"
    >
      <div className="flex min-h-7 items-center gap-1">
        <figcaption id={`${id}-title`} className="min-w-0 flex-1 font-semibold">
          {definition ? <Hint text={definition}>{title}</Hint> : title}
          {namedUnit && <span className="ml-1.5 font-normal text-muted">{namedUnit}</span>}
        </figcaption>
        {link && (
          <Link
            href={link.href}
            className="text-[0.9rem] font-medium whitespace-nowrap text-accent hover:underline"
          >
            {link.text}
          </Link>
        )}
        {axisEnd !== null && (
          <span className="text-[0.9rem] whitespace-nowrap text-muted">{describe(x ?? axisEnd)}</span>
        )}
        {zoom && onZoom && (
          <IconButton label="Show all" icon={<ZoomOut aria-hidden />} onClick={() => onZoom(null)} />
        )}
        <Menu
          trigger={
            <button type="button" aria-label={`${title}: menu`} className={iconButtonClasses}>
              <EllipsisVertical aria-hidden />
            </button>
          }
        >
          <MenuItem icon={<Table2 aria-hidden />} onSelect={() => setDataOpen(true)}>
            Show data
          </MenuItem>
          <MenuItem
            icon={<FileDown aria-hidden />}
            onSelect={() => download(`${stem}.csv`, linesToCsv(xTitle, series), 'text/csv')}
          >
            Download CSV
          </MenuItem>
          <MenuItem icon={<ImageDown aria-hidden />} onSelect={saveImage}>
            Download PNG
          </MenuItem>
        </Menu>
      </div>
      <ChartLegend
        title={title}
        series={listed}
        x={x}
        axisEnd={axisEnd}
        unit={unit}
        smoothing={smoothing}
        describe={describe}
        lines={props.legendLines}
      />
      {left > 0 && (
        <p className="text-[0.9rem] text-muted">
          and {left} more: their colours are in the list of runs, their values under “Show data”
        </p>
      )}
      <div className="relative mt-1">
        <div
          ref={host}
          style={{ height }}
          aria-hidden
          className="overflow-hidden"
          onPointerDown={({ clientX }) => {
            pressedAt.current = clientX;
          }}
          onClick={({ clientX }) =>
            x !== null && Math.abs(clientX - pressedAt.current) <= CLICK_PX && setPicked(x)
          }
          onPointerLeave={() => highlight([])}
        />
        {isEmpty && (
          <p className="absolute inset-0 flex items-center justify-center text-muted">{emptyText}</p>
        )}
      </div>
      <p id={`${id}-summary`} className="sr-only">
        {summarizeLines(title, series, unit)} Arrow keys move the crosshair
        {props.behind && ', Enter offers what lies behind a point'}.
      </p>
      <LiveText text={spoken} />
      <ChartData
        title={title}
        xTitle={xTitle}
        series={series}
        unit={unit}
        open={dataOpen}
        onOpenChange={setDataOpen}
      />
    </figure>
  );
}

/** Reads out the last text, once the keys rest. */
function LiveText({ text }: { text: string }) {
  const [settled, setSettled] = useState('');
  useEffect(() => {
    const timer = setTimeout(() => setSettled(text), 250);
    return () => clearTimeout(timer);
  }, [text]);
  return (
    <p aria-live="polite" className="sr-only">
      {settled}
    </p>
  );
}
