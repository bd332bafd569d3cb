import { stripVTControlCharacters } from 'node:util';

/** A column of a table. */
export interface Column<Row> {
  title: string;
  cell: (row: Row) => string;
  /** Numbers stand at the right. */
  right?: boolean;
}

const GAP = '  ';
/** Longer cells lose their end. */
const LONGEST_CELL = 64;

/** A text of somebody else in one line, that can do nothing to a terminal. */
export function printable(text: string): string {
  return stripVTControlCharacters(text)
    .replaceAll(/[\r\n\t]+/g, ' ')
    .replaceAll(/\p{Cc}/gu, '�');
}

const width = (text: string) => [...text].length;

function shorten(text: string): string {
  const characters = [...text];
  return characters.length > LONGEST_CELL ? `${characters.slice(0, LONGEST_CELL - 1).join('')}…` : text;
}

/** Rows as plain text in columns, with a line of titles; columns that are empty everywhere are left out. */
export function textTable<Row>(columns: readonly Column<Row>[], rows: readonly Row[]): string {
  const cells = columns.map((column) => rows.map((row) => shorten(printable(column.cell(row)))));
  const shown = columns
    .map((column, index) => ({ ...column, cells: cells[index]! }))
    .filter((column) => column.cells.some((cell) => cell !== ''));
  const padded = shown.map(({ title, right, cells }) => {
    const all = [title, ...cells];
    const widest = Math.max(...all.map(width));
    return all.map((cell) => {
      const blanks = ' '.repeat(widest - width(cell));
      return right ? blanks + cell : cell + blanks;
    });
  });
  return Array.from({ length: rows.length + 1 }, (_, line) =>
    `${padded.map((column) => column[line]).join(GAP)}`.trimEnd(),
  )
    .map((line) => `${line}\n`)
    .join('');
}
