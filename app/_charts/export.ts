import { pagePalette, paletteColor } from './light-colors.ts';
import { alignLines, type LineBand, type LineSeries } from './line-series.ts';
import { type PaperFigure, paperSvg } from './paper-figure.ts';

/** Hands a file to the reader. */
export function download(name: string, content: string | Blob, type = 'text/plain'): void {
  const blob = typeof content === 'string' ? new Blob([content], { type }) : content;
  const link = document.createElement('a');
  link.href = URL.createObjectURL(blob);
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 10_000);
}

/** A name safe in every file system. */
export function fileName(...parts: string[]): string {
  return parts
    .join(' ')
    .trim()
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, '-')
    .replaceAll(/^-|-$/g, '');
}

function quote(cell: string): string {
  return /[",\n]/.test(cell) ? `"${cell.replaceAll('"', '""')}"` : cell;
}

/** Rows of a CSV; null and undefined are empty, NaN is written out. */
export function toCsv(
  header: readonly string[],
  rows: readonly (readonly (string | number | null | undefined)[])[],
): string {
  const lines = rows.map((row) =>
    row.map((cell) => (cell === null || cell === undefined ? '' : quote(String(cell)))),
  );
  return `${[header.map(quote), ...lines].map((cells) => cells.join(',')).join('\n')}\n`;
}

/** What of a chart goes into files. */
export type ExportedChart = Omit<PaperFigure, 'source' | 'yTitle'> & {
  /** Of the values; `share` is drawn in percent. */
  unit: string;
};

/** The data behind a chart, unsmoothed: a column a line, and two a band. */
export function linesToCsv(
  xTitle: string,
  series: readonly LineSeries[],
  bands: readonly LineBand[] = [],
): string {
  const edges = bands.flatMap(({ label, x, low, high }) => [
    { label: `${label}, low`, x, y: low },
    { label: `${label}, high`, x, y: high },
  ]);
  const all = [...series, ...edges];
  const { x, columns } = alignLines(all);
  return toCsv(
    [xTitle, ...all.map((line) => line.label)],
    x.map((value, row) => [value, ...columns.map((column) => column[row])]),
  );
}

/** The same as JSON, with what a line says of itself. Not-a-number is written as a word. */
export function linesToJson({ title, xTitle, unit, series, bands }: ExportedChart): string {
  const lines = series.map(({ label, note, x, y, counts, faint }) => ({
    ...{ label, note, single: faint, x, y, n: counts },
  }));
  const areas = bands.map(({ label, x, low, high }) => ({ label, x, low, high }));
  const written = { title, x: xTitle, unit, source: location.href, lines, bands: areas };
  return `${JSON.stringify(written, (_, value) => (typeof value === 'number' && !Number.isFinite(value) ? String(value) : value))}\n`;
}

/** Dots of a PNG for every unit of the SVG: 300 dpi at 5.3 inches. */
const PNG_SCALE = 2.5;

/** Saves a chart for a page of paper. */
export async function saveFigure(figure: ExportedChart, stem: string, kind: 'svg' | 'png'): Promise<void> {
  const palette = pagePalette();
  const svg = paperSvg({ ...figure, yTitle: yTitleOf(figure), source: location.href }, (color) =>
    paletteColor(palette, color),
  );
  if (kind === 'svg') return download(`${stem}.svg`, svg, 'image/svg+xml');
  const image = new Image();
  image.src = URL.createObjectURL(new Blob([svg], { type: 'image/svg+xml' }));
  await image.decode();
  const canvas = document.createElement('canvas');
  canvas.width = image.naturalWidth * PNG_SCALE;
  canvas.height = image.naturalHeight * PNG_SCALE;
  canvas.getContext('2d')!.drawImage(image, 0, 0, canvas.width, canvas.height);
  URL.revokeObjectURL(image.src);
  canvas.toBlob((blob) => blob && download(`${stem}.png`, blob), 'image/png');
}

/** `Gradient norm`, `Reward (reward)`, `Success rate (%)`. */
export function yTitleOf({ title, unit, yScale }: Pick<ExportedChart, 'title' | 'unit' | 'yScale'>): string {
  const named = unit === 'share' ? '%' : title.toLowerCase().includes(unit) ? '' : unit;
  const words = [named, yScale === 'log' ? 'logarithmic' : ''].filter(Boolean).join(', ');
  return words ? `${title} (${words})` : title;
}
