'use client';
import { ZoomOut } from 'lucide-react';
import dynamic from 'next/dynamic';
import Link from 'next/link';
import { type KeyboardEvent, type ReactNode, useEffect, useId, useMemo, useRef, useState } from 'react';
import { patiently } from '../_ui/ahead.ts';
import { Hint } from '../_ui/hint.tsx';
import { IconButton } from '../_ui/icon-button.tsx';
import { iconButtonClasses } from '../_ui/icon-button-classes.ts';
import { later } from '../_ui/later.ts';
import { type ChartAxis, X_AXIS_TITLES } from '../compare/x-axis.ts';
import { ChartLegend } from './chart-legend.tsx';
import { type ChartSettings, NO_SETTINGS, type YScale } from './chart-settings.ts';
import { type Crosshair, useCrosshair, useCrosshairX } from './crosshair.ts';
import { fileName } from './export-text.ts';
import { highlight } from './highlight.ts';
import { legendValue } from './legend-values.ts';
import { alignLines, type LineBand, type LineSeries } from './line-series.ts';
import { pinnedRows } from './pinned-rows.ts';
import { PinnedTable } from './pinned-table.tsx';
import type { PlotSpec } from './plot.ts';
import { summarizeLines } from './summary.ts';
import { usePlot } from './use-plot.ts';
import { describeX, isCount, X_UNITS } from './x-values.ts';

const ChartMenu = dynamic(
  later(() => import('./chart-menu.tsx').then((module) => module.ChartMenu)),
  { ssr: false, loading: () => <span aria-hidden className={iconButtonClasses} /> },
);
const ChartData = dynamic(
  patiently(() => import('./chart-data.tsx').then((module) => module.ChartData)),
  { ssr: false },
);

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
  yRange?: YScale;
  /** What the reader has set on this chart; goes before `smoothing` and `yRange`. */
  settings?: ChartSettings;
  /** With it, it can be set: smoothing, y axis, and what is pinned. */
  onSettings?: (changes: Partial<ChartSettings>) => void;
  zoom?: readonly [number, number] | null;
  /** With it, dragging zooms and a double click shows all. */
  onZoom?: (range: [number, number] | null) => void;
  /** Pixels of the drawing, fixed so that nothing moves when data arrives. */
  height?: number;
  /** Words in place of lines while there are none. */
  emptyText?: string;
  /** Lines of text to keep free for the legend where it will grow. */
  legendLines?: number;
  /** For files, where the page around it does not say what it is. */
  paperTitle?: string;
  /** What the y axis of a file is called; the title where that says it. */
  yName?: string;
  /** With it, `npm run figure` draws the chart, too. */
  figureId?: string;
  /** Goes into names of downloaded files. */
  fileStem?: string;
  /** Position that is marked from outside, e.g. by a slider; with `onMark` a click asks for another. */
  mark?: number;
  onMark?: (x: number) => void;
  /** What lies behind a point, offered as a link once it is pinned. */
  behind?: (x: number) => PointLink;
  /** Offers what lies behind the last point before any is pinned. */
  linksLast?: boolean;
}

export interface PointLink {
  text: string;
  href: string;
}

const NO_BANDS: readonly LineBand[] = [];
/** More lines than these nobody reads in a legend, and making it would hold the page up. */
const MOST_LISTED = 24;

/** Lines over the course of training: live, themed, and readable without eyes or mouse. */
export function LineChart(props: LineChartProps) {
  const { title, definition, unit, series, bands = NO_BANDS, xKey, sync, height = 180 } = props;
  const { zoom = null, onZoom, emptyText = 'No data yet', settings = NO_SETTINGS, onSettings } = props;
  const { mark = null, onMark } = props;
  const { yZoom, pin, order } = settings;
  const smoothing = settings.smooth ?? props.smoothing ?? 0;
  const yRange = settings.y ?? props.yRange ?? 'auto';
  const host = useRef<HTMLDivElement>(null);
  const crosshair = useCrosshair();
  const [dataOpen, setDataOpen] = useState(false);
  const [spoken, setSpoken] = useState('');
  const id = useId();

  const spec: PlotSpec = useMemo(
    () => ({
      series,
      bands,
      smoothing,
      unit,
      xUnit: X_UNITS[xKey],
      xWhole: isCount(xKey),
      yRange,
      zoom,
      yZoom,
      pin: pin ?? mark,
    }),
    [series, bands, smoothing, unit, xKey, yRange, zoom, yZoom, pin, mark],
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
  const plot = usePlot(
    host,
    spec,
    {
      ...{ onCursor: crosshair.move, onPoint: highlight, onZoom },
      ...(onSettings && {
        onYZoom: (range) => onSettings({ yZoom: range }),
        onPin: (at) => onSettings({ pin: at }),
      }),
      ...(onMark && { onPin: onMark }),
    },
    sync,
  );
  const shown = useMemo(() => series.filter((line) => !line.hidden && !line.faint), [series]);
  const listed = shown.length > MOST_LISTED ? shown.slice(0, MOST_LISTED) : series;
  const left = Math.max(0, shown.length - MOST_LISTED);
  const isEmpty = rows.length === 0;
  // Runs stored before an axis was: their values have no place on it.
  const isPlaceless = isEmpty && shown.some(({ y }) => y.length > 0);
  const axisEnd = rows.at(-1) ?? null;
  const describe = (at: number) => describeX(xKey, at);
  const linked = pin ?? (props.linksLast ? axisEnd : null);
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
    const { row } = crosshair;
    const x = row === null ? mark : (rows[row] ?? null);
    const step = event.shiftKey ? 10 : 1;
    const targets: Record<string, number> = {
      ArrowLeft: (row ?? last + 1) - step,
      ArrowRight: (row ?? last - 1) + step,
      Home: 0,
      End: last,
    };
    if (event.key === 'Escape') {
      plot.current.setCursor({ left: -10, top: -10 });
      onSettings?.({ pin: null });
      return;
    }
    if (event.key === 'Enter' && x !== null) {
      onSettings?.({ pin: x });
      onMark?.(x);
      return;
    }
    const wanted = targets[event.key];
    if (wanted === undefined) return;
    event.preventDefault();
    const at = Math.min(last, Math.max(0, wanted));
    plot.current.setCursor({ left: plot.current.valToPos(rows[at]!, 'x'), top: 10 });
    setSpoken(describeRow(at));
  };

  const pinned = useMemo(
    () =>
      pin === null
        ? null
        : pinnedRows(series, pin, { unit, smoothing, describe: (at) => describeX(xKey, at) }, order),
    [series, pin, unit, smoothing, xKey, order],
  );
  const leftOut = yRange === 'log' ? countBelowZero(shown) : 0;
  const stem = fileName(props.fileStem ?? '', props.paperTitle ?? title);

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
          <span className="text-[0.9rem] whitespace-nowrap text-muted">
            <UnderCrosshair {...{ crosshair, rows, mark }}>{(x) => describe(x ?? axisEnd)}</UnderCrosshair>
          </span>
        )}
        {((zoom && onZoom) || yZoom) && (
          <IconButton
            label="Show all"
            icon={<ZoomOut aria-hidden />}
            onClick={() => {
              onZoom?.(null);
              onSettings?.({ yZoom: null });
            }}
          />
        )}
        <ChartMenu
          name={title}
          figure={{
            ...{
              title: props.paperTitle ?? title,
              unit,
              yName: props.yName,
              yUnit: unit,
              xTitle: X_UNITS[xKey] === 's' ? `${xTitle} (s)` : xTitle,
              xUnit: X_UNITS[xKey],
              series,
              bands,
            },
            ...{ smoothing, yScale: yRange, zoom, yZoom },
          }}
          stem={stem}
          settings={settings}
          onSettings={onSettings}
          onShowData={() => setDataOpen(true)}
          figureId={props.figureId}
        />
      </div>
      <UnderCrosshair {...{ crosshair, rows, mark }}>
        {(x) => (
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
        )}
      </UnderCrosshair>
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
          onPointerLeave={() => highlight([])}
        />
        {isEmpty && (
          <p className="absolute inset-0 flex items-center justify-center text-muted">
            {isPlaceless ? `Not known over ${xTitle.toLowerCase()}` : emptyText}
          </p>
        )}
      </div>
      {leftOut > 0 && (
        <p className="text-[0.9rem] text-muted">
          {leftOut} {leftOut === 1 ? 'value' : 'values'} of 0 or below {leftOut === 1 ? 'has' : 'have'} no
          place on a logarithmic axis.
        </p>
      )}
      {pinned && (
        <PinnedTable
          title={title}
          position={describe(pin!)}
          rows={pinned}
          smoothing={smoothing}
          order={order}
          onOrder={(next) => onSettings?.({ order: next })}
          onClose={() => onSettings?.({ pin: null })}
        />
      )}
      <p id={`${id}-summary`} className="sr-only">
        {summarizeLines(title, series, unit)} Arrow keys move the crosshair
        {onSettings ? ', Enter pins it' : ''}.
      </p>
      <LiveText text={spoken} />
      {dataOpen && (
        <ChartData
          title={title}
          xTitle={xTitle}
          series={series}
          unit={unit}
          open={dataOpen}
          onOpenChange={setDataOpen}
        />
      )}
    </figure>
  );
}

/** What follows the crosshair, and is rendered alone as it moves. */
function UnderCrosshair({
  crosshair,
  rows,
  mark,
  children,
}: {
  crosshair: Crosshair;
  rows: readonly number[];
  mark: number | null;
  children: (x: number | null) => ReactNode;
}) {
  return children(useCrosshairX(crosshair, rows, mark));
}

/** Values that a logarithmic axis cannot show. */
function countBelowZero(series: readonly LineSeries[]): number {
  return series.reduce((sum, { y }) => sum + y.filter((value) => value !== null && value <= 0).length, 0);
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
