import { alignLines, type LineSeries } from './line-series.ts';

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

/** The data behind a chart, unsmoothed, one column a line. */
export function linesToCsv(xTitle: string, series: readonly LineSeries[]): string {
  const { x, columns } = alignLines(series);
  return toCsv(
    [xTitle, ...series.map((line) => line.label)],
    x.map((value, row) => [value, ...columns.map((column) => column[row])]),
  );
}
