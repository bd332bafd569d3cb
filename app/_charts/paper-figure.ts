import { scaleLinear, scaleLog } from 'd3-scale';
import type { YScale } from './chart-settings.ts';
import { type DrawnLine, listLines } from './drawn-lines.ts';
import { formatTick } from './format.ts';
import type { LineBand, LineSeries } from './line-series.ts';

/** A chart for a page of paper: all that it takes to be understood without the program around it. */
export interface PaperFigure {
  title: string;
  /** With their units. */
  xTitle: string;
  yTitle: string;
  xUnit: string;
  yUnit: string;
  series: readonly LineSeries[];
  bands: readonly LineBand[];
  smoothing: number;
  yScale: YScale;
  zoom: readonly [number, number] | null;
  yZoom: readonly [number, number] | null;
  /** Where it comes from: goes into the file, not into the picture. */
  source: string;
}

export const PAPER_WIDTH = 640;
const PLOT_HEIGHT = 300;
const LEFT = 62;
const RIGHT = 26;
const TOP = 40;
const AXIS = 56;
const LEGEND_ROW = 18;
/** Width of a character of the legend, about. */
const CHARACTER = 6.3;

const INK = '#14181d';
const GRID = '#dde1e5';
const MUTED = '#55606b';

/** Text for the inside of an SVG. */
export const escapeXml = (text: string) =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;');
const round = (value: number) => Number(value.toFixed(2));

/** The chart as SVG with title, legend, axes and units, light on white. `colorOf` gives colours that need no style sheet. */
export function paperSvg(figure: PaperFigure, colorOf: (color: string) => string): string {
  const { title, series, bands, smoothing, source } = figure;
  const lines = listLines(series, smoothing);
  const shown = series.filter((line) => !line.hidden && !line.faint);
  const legend = layOutLegend(shown);
  const bottom = TOP + PLOT_HEIGHT;
  const caption = explainMarks(figure);
  const height = bottom + AXIS + (legend.rows + (caption ? 1 : 0)) * LEGEND_ROW + 4;
  const { x, y } = scalesOf(figure, lines);
  const body = [
    ...axes(figure, x, y),
    '<g clip-path="url(#plot)">',
    ...bands.map((band) => bandPath(band, x, y, colorOf)),
    ...lines.map((line) => linePath(line, x, y, colorOf)),
    '</g>',
    ...legend.entries.map(({ line, left, row, text }) => {
      const top = bottom + AXIS + row * LEGEND_ROW;
      const dash = line.dash?.length ? ` stroke-dasharray="${line.dash.join(' ')}"` : '';
      return `<line x1="${left}" x2="${left + 22}" y1="${top}" y2="${top}" stroke="${colorOf(line.color)}" stroke-width="2.5"${dash}/><text x="${left + 28}" y="${top + 4}">${escapeXml(text)}</text>`;
    }),
    caption
      ? `<text x="${LEFT}" y="${bottom + AXIS + legend.rows * LEGEND_ROW + 4}" fill="${MUTED}">${escapeXml(caption)}</text>`
      : '',
  ];
  return `<svg xmlns="http://www.w3.org/2000/svg" width="${PAPER_WIDTH}" height="${height}" viewBox="0 0 ${PAPER_WIDTH} ${height}" font-family="Helvetica, Arial, sans-serif" font-size="12" fill="${INK}">
<title>${escapeXml(title)}</title>
<desc>${escapeXml(source)}</desc>
<rect width="100%" height="100%" fill="#ffffff"/>
<clipPath id="plot"><rect x="${LEFT}" y="${TOP - 2}" width="${PAPER_WIDTH - LEFT - RIGHT}" height="${PLOT_HEIGHT + 4}"/></clipPath>
<text x="${LEFT}" y="24" font-size="15" font-weight="bold">${escapeXml(title)}</text>
${body.join('\n')}
</svg>
`;
}

/** What is drawn besides the lines of the legend. */
function explainMarks({ series, bands, smoothing }: PaperFigure): string {
  const kinds = [...new Set(bands.map(({ label }) => label.replace(/ of .*$/, '')))];
  const words = [
    kinds.length > 0 ? `bands: ${kinds.join('; ')}` : '',
    series.some(({ faint, hidden }) => faint && !hidden) ? 'thin lines: single runs' : '',
    smoothing > 0 ? `lines smoothed, weight of the past ${smoothing}` : '',
  ];
  const text = words.filter(Boolean).join('; ');
  return text && `${text.charAt(0).toUpperCase()}${text.slice(1)}.`;
}

type Scale = ((value: number) => number) & { ticks(count?: number): number[] };

/** Extent of the axes: what is zoomed to, or all that is drawn. */
function scalesOf(
  { bands, yScale, zoom, yZoom }: PaperFigure,
  lines: readonly DrawnLine[],
): { x: Scale; y: Scale } {
  const isLog = yScale === 'log';
  const inSight = (at: number | null | undefined) =>
    at !== null && at !== undefined && (!zoom || (at >= zoom[0] && at <= zoom[1]));
  const xs = lines.flatMap((line) => line.x.filter((at): at is number => inSight(at)));
  const seen = [
    ...lines.flatMap((line) => line.y.filter((_, row) => inSight(line.x[row]))),
    ...bands.flatMap((band) =>
      [...band.low, ...band.high].filter((_, row) => inSight(band.x[row % band.x.length])),
    ),
  ].filter((value): value is number => Number.isFinite(value) && (!isLog || value! > 0));
  const [from, to] = zoom ?? [Math.min(0, ...xs), Math.max(...xs, 0)];
  const [low, high] = yZoom ?? yExtent(yScale, seen);
  const x = scaleLinear([from, to > from ? to : from + 1], [LEFT, PAPER_WIDTH - RIGHT]);
  const range = [TOP + PLOT_HEIGHT, TOP];
  const y = isLog
    ? scaleLog([Math.max(low, Number.MIN_VALUE), high], range)
    : scaleLinear([low, high], range);
  return { x, y };
}

/** As on the screen: shares in full, amounts from zero, the rest by the data with a little room. */
function yExtent(scale: YScale, values: readonly number[]): [number, number] {
  if (scale === 'unit' || values.length === 0) return scale === 'log' ? [0.1, 1] : [0, 1];
  const least = values.reduce((a, b) => Math.min(a, b));
  const most = values.reduce((a, b) => Math.max(a, b));
  if (scale === 'log') return [least / 1.1, most * 1.1];
  const bottom = scale === 'zero' ? Math.min(0, least) : least;
  const room = (most - bottom || Math.abs(most) || 1) * 0.08;
  return [scale === 'zero' && least >= 0 ? 0 : bottom - room, most + room];
}

function axes({ xTitle, yTitle, xUnit, yUnit }: PaperFigure, x: Scale, y: Scale): string[] {
  const bottom = TOP + PLOT_HEIGHT;
  const middle = TOP + PLOT_HEIGHT / 2;
  return [
    ...y
      .ticks(6)
      .map(
        (tick) =>
          `<line x1="${LEFT}" x2="${PAPER_WIDTH - RIGHT}" y1="${round(y(tick))}" y2="${round(y(tick))}" stroke="${GRID}"/><text x="${LEFT - 8}" y="${round(y(tick) + 4)}" text-anchor="end" fill="${MUTED}">${escapeXml(formatTick(tick, yUnit))}</text>`,
      ),
    ...x
      .ticks(7)
      .map(
        (tick) =>
          `<line x1="${round(x(tick))}" x2="${round(x(tick))}" y1="${bottom}" y2="${bottom + 4}" stroke="${MUTED}"/><text x="${round(x(tick))}" y="${bottom + 18}" text-anchor="middle" fill="${MUTED}">${escapeXml(formatTick(tick, xUnit))}</text>`,
      ),
    `<line x1="${LEFT}" x2="${PAPER_WIDTH - RIGHT}" y1="${bottom}" y2="${bottom}" stroke="${MUTED}"/>`,
    `<text x="${(LEFT + PAPER_WIDTH - RIGHT) / 2}" y="${bottom + 35}" text-anchor="middle">${escapeXml(xTitle)}</text>`,
    `<text transform="translate(14,${middle}) rotate(-90)" text-anchor="middle">${escapeXml(yTitle)}</text>`,
  ];
}

/** Points of a line in pieces without gaps. */
function pieces(line: Pick<DrawnLine, 'x' | 'y'>, x: Scale, y: Scale): string[][] {
  const all: string[][] = [];
  let piece: string[] = [];
  line.y.forEach((value, row) => {
    const at = line.x[row];
    const place = value === null || at === null || at === undefined ? Number.NaN : y(value);
    if (Number.isFinite(place)) piece.push(`${round(x(at!))},${round(place)}`);
    else if (piece.length > 0) {
      all.push(piece);
      piece = [];
    }
  });
  return piece.length > 0 ? [...all, piece] : all;
}

function linePath(line: DrawnLine, x: Scale, y: Scale, colorOf: (color: string) => string): string {
  const color = colorOf(line.color);
  const parts = pieces(line, x, y);
  const dash = line.dash.length > 0 ? ` stroke-dasharray="${line.dash.join(' ')}"` : '';
  const path = `<path d="${parts.map((points) => `M${points.join('L')}`).join('')}" fill="none" stroke="${color}" stroke-width="${line.width}" opacity="${line.alpha}"${dash}/>`;
  // A single point has no line to show it.
  const dots = line.points ? parts.flat() : parts.filter((points) => points.length === 1).flat();
  return [
    path,
    ...dots.map((point) => {
      const [cx, cy] = point.split(',');
      return `<circle cx="${cx}" cy="${cy}" r="2.5" fill="${color}" opacity="${line.alpha}"/>`;
    }),
  ].join('');
}

function bandPath(band: LineBand, x: Scale, y: Scale, colorOf: (color: string) => string): string {
  const known = band.x.flatMap((at, row) => {
    const [low, high] = [band.low[row] ?? Number.NaN, band.high[row] ?? Number.NaN];
    if (at === null || at === undefined) return [];
    const place = { x: round(x(at)), low: round(y(low)), high: round(y(high)) };
    return Number.isFinite(place.low) && Number.isFinite(place.high) ? [place] : [];
  });
  const points = [
    ...known.map((point) => `${point.x},${point.high}`),
    ...known.toReversed().map((point) => `${point.x},${point.low}`),
  ];
  return `<polygon points="${points.join(' ')}" fill="${colorOf(band.color)}" opacity="0.18"/>`;
}

/** Entries side by side while they fit, else in rows below. */
function layOutLegend(series: readonly LineSeries[]) {
  let [left, row] = [LEFT, 0];
  const entries = series.map((line) => {
    const text = [line.label, line.note].filter(Boolean).join(' · ');
    const width = 28 + text.length * CHARACTER + 16;
    if (left > LEFT && left + width > PAPER_WIDTH) [left, row] = [LEFT, row + 1];
    const entry = { line, left, row, text };
    left += width;
    return entry;
  });
  return { entries, rows: row + 1 };
}
