import uPlot from 'uplot';
import type { YScale } from './chart-settings.ts';
import { type DrawnLine, emphasized, listLines } from './drawn-lines.ts';
import { formatTick } from './format.ts';
import { emphasisOf } from './highlight.ts';
import { type LineDrawing, LinePicture, pictureOf } from './line-picture.ts';
import { alignLines, type LineBand, type LineSeries } from './line-series.ts';
import { addPanning } from './pan.ts';
import { resolveColor } from './theme.ts';

export interface PlotSpec {
  series: readonly LineSeries[];
  bands: readonly LineBand[];
  /** Weight of the past, 0 is off. */
  smoothing: number;
  unit: string;
  xUnit: string;
  /** The x axis counts: no ticks between whole numbers. */
  xWhole: boolean;
  yRange: YScale;
  /** Shown part of the y axis; null is what `yRange` says. */
  yZoom: readonly [number, number] | null;
  /** Position on the x axis that is marked. */
  pin: number | null;
  /** Shown part of the x axis; null is all. */
  zoom: readonly [number, number] | null;
}

export interface PlotEvents {
  /** Row under the crosshair, null when it left. */
  onCursor: (row: number | null) => void;
  /** Ids of the line nearest to the pointer: its own, or with those that it stands for; none where it is far from all. */
  onPoint: (ids: readonly string[]) => void;
  onZoom?: (range: [number, number] | null) => void;
  onYZoom?: (range: [number, number] | null) => void;
  /** Clicked at this position. */
  onPin?: (x: number) => void;
}

/** 1, 2, 5, 10 … for an axis that counts. */
const WHOLE_STEPS = Array.from({ length: 12 }, (_, power) =>
  [1, 2, 5].map((step) => step * 10 ** power),
).flat();

/** What of a spec needs a new plot; everything else is new data. */
export function plotShape(spec: PlotSpec): string {
  const lines = spec.series.map((line) => [
    line.id,
    line.color,
    line.dash,
    line.points,
    line.hidden,
    line.faint,
    line.y.length > 1,
  ]);
  const bands = spec.bands.map((band) => [band.id, band.color]);
  return JSON.stringify([lines, bands, spec.smoothing > 0, spec.unit, spec.xUnit, spec.xWhole, spec.yRange]);
}

/** Columns as uPlot wants them: x, then low and high of each band, then the lines. What is not finite becomes a gap, and is marked. */
export function plotData(spec: PlotSpec): uPlot.AlignedData {
  const bandLines = spec.bands.flatMap((band) => [
    { x: band.x, y: band.low },
    { x: band.x, y: band.high },
  ]);
  const { x, columns } = alignLines([...bandLines, ...listLines(spec.series, spec.smoothing)]);
  const drawn = columns.map((column) =>
    column.map((value) => (value === undefined || isShown(value, spec.yRange) ? value : null)),
  );
  return [x, ...drawn] as uPlot.AlignedData;
}

/** Whether an axis has a place for a value. */
function isShown(value: number | null, scale: YScale): boolean {
  return Number.isFinite(value) && (scale !== 'log' || value! > 0);
}

function yLimits(
  { yRange: range, yZoom }: PlotSpec,
  low: number | null,
  high: number | null,
): [number, number] {
  if (yZoom) return [yZoom[0], yZoom[1]];
  if (range === 'unit') return [0, 1];
  if (range === 'log') return low === null || high === null ? [0.1, 1] : [low / 1.1, high * 1.1];
  if (low === null || high === null) return [0, 1];
  const bottom = range === 'zero' ? Math.min(0, low) : low;
  const spread = high - bottom || Math.abs(high) || 1;
  const isFloor = range === 'zero' && low >= 0;
  return [isFloor ? 0 : bottom - spread * 0.08, high + spread * 0.08];
}

function xLimits(
  plot: uPlot,
  zoom: PlotSpec['zoom'],
  low: number | null,
  high: number | null,
): [number, number] {
  if (zoom) return [zoom[0], zoom[1]];
  if (low === null || high === null) return [0, 1];
  // From 0 in every figure, where the warm start is evaluated, so that figures lie under each other.
  const start = Math.min(0, low);
  // uPlot surrounds a single x with room of its own choosing.
  const x = plot.data[0];
  const end = x.length === 1 ? x[0]! : high;
  return [start, end > start ? end : start + 1];
}

function isSinglePoint(column: uPlot.AlignedData[number] | undefined): boolean {
  let points = 0;
  for (const value of column ?? []) if (value !== null && value !== undefined && ++points > 1) return false;
  return points === 1;
}

/** Small crosses where a line is not a number, or infinite: at the foot of the chart, for +∞ at its top. */
function drawNotANumber(plot: uPlot, spec: PlotSpec): void {
  const { ctx, bbox } = plot;
  const size = 3 * devicePixelRatio;
  ctx.save();
  ctx.lineWidth = 1.5 * devicePixelRatio;
  ctx.setLineDash([]);
  for (const line of spec.series) {
    if (line.hidden || line.faint) continue;
    ctx.strokeStyle = resolveColor(line.color);
    line.y.forEach((value, index) => {
      const at = line.x[index];
      if (value === null || Number.isFinite(value) || at === null || at === undefined) return;
      const x = plot.valToPos(at, 'x', true);
      if (x < bbox.left || x > bbox.left + bbox.width) return;
      const y = value === Number.POSITIVE_INFINITY ? bbox.top + size * 2 : bbox.top + bbox.height - size * 2;
      ctx.beginPath();
      ctx.moveTo(x - size, y - size);
      ctx.lineTo(x + size, y + size);
      ctx.moveTo(x + size, y - size);
      ctx.lineTo(x - size, y + size);
      ctx.stroke();
    });
  }
  ctx.restore();
}

/** Row under the crosshair of a plot; null where it has none. */
export function cursorRow({ cursor }: uPlot): number | null {
  return cursor.left === undefined || cursor.left < 0 ? null : (cursor.idx ?? null);
}

/** Pixels from the pointer within which a line is meant. */
const REACH_PX = 14;

function nearestIds(plot: uPlot, lines: readonly DrawnLine[], first: number): readonly string[] {
  const { idx, top } = plot.cursor;
  if (idx === null || idx === undefined || top === undefined || top < 0) return [];
  let nearest: DrawnLine | null = null;
  let least = REACH_PX;
  lines.forEach((line, index) => {
    const value = plot.data[first + index]![idx];
    if (value === null || value === undefined) return;
    const distance = Math.abs(plot.valToPos(value, 'y') - top);
    if (distance > least) return;
    least = distance;
    nearest = line;
  });
  const found = nearest as DrawnLine | null;
  return found ? [found.id, ...found.owns] : [];
}

/** Brings out what the reader points at, here as everywhere: the picture of all lines steps back, and what is meant is drawn over it. */
export function showEmphasis(plot: uPlot, { series, bands, smoothing }: PlotSpec): void {
  const picture = pictureOf(plot);
  if (picture.isMoving) return;
  const isPlain = emphasisOf([]) === 'plain';
  const isPictured = isPlain && picture.keep();
  if (!isPlain) picture.dim();
  else if (!isPictured) picture.rest();
  const first = 1 + bands.length * 2;
  listLines(series, smoothing).forEach((line, index) => {
    const drawn = plot.series[first + index];
    if (drawn) Object.assign(drawn, isPictured ? { width: 0 } : emphasized(line));
  });
  plot.redraw(false);
}

/** An upright line where the reader has pinned the values. */
function drawPin(plot: uPlot, { pin }: PlotSpec): void {
  if (pin === null) return;
  const { ctx, bbox } = plot;
  const x = plot.valToPos(pin, 'x', true);
  if (x < bbox.left || x > bbox.left + bbox.width) return;
  ctx.save();
  ctx.strokeStyle = resolveColor('var(--accent)');
  ctx.lineWidth = 1.5 * devicePixelRatio;
  ctx.setLineDash([]);
  ctx.beginPath();
  ctx.moveTo(x, bbox.top);
  ctx.lineTo(x, bbox.top + bbox.height);
  ctx.stroke();
  ctx.restore();
}

const NOTHING_STANDS_IN = () => false;

/**
 * The series of a plot: x, low and high of each band, the lines. `standsInFor`: whether a picture shows a line of such a width, or
 * without one the bands, so that they are not drawn.
 */
function lineDrawing(
  { bands }: PlotSpec,
  lines: readonly DrawnLine[],
  standsInFor: (width?: number) => boolean = NOTHING_STANDS_IN,
): Omit<LineDrawing, 'y'> {
  const linear = uPlot.paths.linear!();
  const edgePaths: uPlot.Series.PathBuilder = (...rows) => (standsInFor() ? null : linear(...rows));
  const linePaths: uPlot.Series.PathBuilder = (plot, index, ...rows) =>
    standsInFor(plot.series[index]!.width) ? null : linear(plot, index, ...rows);
  const edge = { stroke: 'transparent', width: 0, points: { show: false }, spanGaps: true, paths: edgePaths };
  return {
    series: [
      {},
      ...bands.flatMap(() => [edge, edge]),
      ...lines.map((line) => ({
        stroke: resolveColor(line.color),
        width: line.width,
        alpha: line.alpha,
        dash: line.dash.length > 0 ? [...line.dash] : undefined,
        paths: linePaths,
        points: {
          // A single point has no line to show it.
          show: (plot: uPlot, index: number) =>
            !standsInFor(plot.series[index]!.width) && (line.points || isSinglePoint(plot.data[index])),
          size: 6,
          fill: resolveColor(line.color),
        },
      })),
    ],
    bands: bands.map((band, index) => ({
      series: [2 + index * 2, 1 + index * 2],
      fill: `color-mix(in srgb, ${resolveColor(band.color)} 18%, transparent)`,
    })),
  };
}

/**
 * Makes a uPlot in `host`. `current` gives the spec of the moment, so that new data needs no new plot.
 * `syncKey` moves the crosshairs of plots with the same key together, by x value.
 */
export function createPlot(
  host: HTMLElement,
  current: () => PlotSpec,
  events: PlotEvents,
  size: { width: number; height: number },
  syncKey: string | undefined,
): uPlot {
  const spec = current();
  const muted = resolveColor('var(--muted)');
  const grid = resolveColor('var(--line)');
  const font = `11px ${getComputedStyle(document.body).fontFamily}`;
  const axis = { stroke: muted, font, grid: { stroke: grid, width: 1 }, ticks: { show: false } };
  const lines = listLines(spec.series, spec.smoothing);
  const first = 1 + spec.bands.length * 2;
  let picture: LinePicture | undefined;
  const y: uPlot.Scale = {
    ...(spec.yRange === 'log' ? { distr: 3 as const, log: 10 as const } : {}),
    range: (_plot, low, high) => yLimits(current(), low, high),
  };
  const options: uPlot.Options = {
    ...size,
    legend: { show: false },
    padding: [8, 16, 0, 0],
    scales: {
      x: {
        time: false,
        range: (plot, low, high) => {
          const { zoom } = current();
          return xLimits(plot, picture?.rangeOver(zoom) ?? zoom, low, high);
        },
      },
      y: { ...y, range: (_plot, low, high) => picture?.yRange ?? yLimits(current(), low, high) },
    },
    axes: [
      {
        ...axis,
        size: 24,
        gap: 4,
        ...(spec.xWhole ? { incrs: WHOLE_STEPS } : {}),
        values: (_plot, ticks) => ticks.map((tick) => formatTick(tick, spec.xUnit)),
      },
      {
        ...axis,
        size: 52,
        gap: 6,
        values: (_plot, ticks) => ticks.map((tick) => (tick === null ? '' : formatTick(tick, spec.unit))),
      },
    ],
    ...lineDrawing(spec, lines, (width) => picture?.standsInFor(width) ?? false),
    cursor: {
      y: false,
      points: { size: (_plot, index) => (index < first || !lines[index - first]?.hasDot ? 0 : 7), width: 0 },
      // Along one axis, or a rectangle.
      drag: { x: Boolean(events.onZoom), y: Boolean(events.onYZoom), uni: 24, setScale: false },
      bind: {
        dblclick: () => () => {
          events.onZoom?.(null);
          events.onYZoom?.(null);
          return null;
        },
      },
      sync: syncKey
        ? {
            key: syncKey,
            scales: ['x', null],
            // Only the crosshair moves together: the chart one drags over decides the zoom, once.
            filters: { pub: (type) => type !== 'mousedown' && type !== 'mouseup' && type !== 'dblclick' },
          }
        : undefined,
    },
    hooks: {
      setCursor: [
        (plot) => {
          events.onCursor(cursorRow(plot));
          // The crosshair of a chart beside moves along, but nobody points into that one.
          if (plot.over.matches(':hover')) events.onPoint(nearestIds(plot, lines, first));
        },
      ],
      setSelect: [
        (plot) => {
          const { left, top, width, height } = plot.select;
          if (width < 4 || height < 4) return;
          const x: [number, number] = [plot.posToVal(left, 'x'), plot.posToVal(left + width, 'x')];
          const y: [number, number] = [plot.posToVal(top + height, 'y'), plot.posToVal(top, 'y')];
          const { clientWidth, clientHeight } = plot.over;
          plot.setSelect({ left: 0, top: 0, width: 0, height: 0 }, false);
          if (width < clientWidth - 1) events.onZoom?.(x);
          if (height < clientHeight - 1) events.onYZoom?.(y);
        },
      ],
      // Over the bands, under the lines.
      drawAxes: [() => first === 1 && picture?.draw()],
      drawSeries: [(_plot, index) => index === first - 1 && picture?.draw()],
      draw: [(plot) => drawNotANumber(plot, current()), (plot) => drawPin(plot, current())],
    },
  };
  const plot = new uPlot(options, plotData(spec), host);
  picture = new LinePicture(
    plot,
    () => ({ ...lineDrawing(spec, lines), y }),
    () => showEmphasis(plot, current()),
  );
  const { onZoom } = events;
  if (onZoom) addPanning(plot, () => current().zoom, syncKey, onZoom);
  // A click that ends a drag never gets here: uPlot stops it.
  plot.over.addEventListener('click', () => {
    const { idx } = plot.cursor;
    const x = idx === null || idx === undefined ? undefined : plot.data[0][idx];
    if (x !== undefined) events.onPin?.(x);
  });
  return plot;
}
