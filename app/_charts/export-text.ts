import { alignLines, type LineBand, type LineSeries } from './line-series.ts';
import type { PaperFigure } from './paper-figure.ts';

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
  /** What the y axis shows, where the title does not say it. */
  yName?: string | undefined;
};

/** A column of the table behind a chart; undefined where a line has no point of its own. */
interface LineColumn {
  label: string;
  values: (number | null | undefined)[];
}

/** The data behind a chart, unsmoothed: x, then a column a line, and two a band. */
export function linesToColumns(
  xTitle: string,
  series: readonly LineSeries[],
  bands: readonly LineBand[],
): LineColumn[] {
  const edges = bands.flatMap(({ label, x, low, high }) => [
    { label: `${label}, low`, x, y: low },
    { label: `${label}, high`, x, y: high },
  ]);
  const all = [...series, ...edges];
  const { x, columns } = alignLines(all);
  return [
    { label: xTitle, values: x },
    ...all.map(({ label }, index) => ({ label, values: columns[index]! })),
  ];
}

/** The same as CSV. */
export function linesToCsv(
  xTitle: string,
  series: readonly LineSeries[],
  bands: readonly LineBand[] = [],
): string {
  const columns = linesToColumns(xTitle, series, bands);
  return toCsv(
    columns.map(({ label }) => label),
    columns[0]!.values.map((_, row) => columns.map(({ values }) => values[row])),
  );
}

/** The same as JSON, with what a line says of itself. Not-a-number is written as a word. */
export function linesToJson({ title, xTitle, unit, series, bands }: ExportedChart, source: string): string {
  const lines = series.map(({ label, note, x, y, counts, faint }) => ({
    ...{ label, note, single: faint, x, y, n: counts },
  }));
  const areas = bands.map(({ label, x, low, high }) => ({ label, x, low, high }));
  const written = { title, x: xTitle, unit, source, lines, bands: areas };
  return `${JSON.stringify(written, (_, value) => (typeof value === 'number' && !Number.isFinite(value) ? String(value) : value))}\n`;
}

/** `Gradient norm`, `Reward (reward)`, `Success rate (%)`. */
export function yTitleOf({
  title,
  unit,
  yName = title,
  yScale,
}: Pick<ExportedChart, 'title' | 'unit' | 'yName' | 'yScale'>): string {
  const named = unit === 'share' ? '%' : yName.toLowerCase().includes(unit) ? '' : unit;
  const words = [named, yScale === 'log' ? 'logarithmic' : ''].filter(Boolean).join(', ');
  return words ? `${yName} (${words})` : yName;
}
