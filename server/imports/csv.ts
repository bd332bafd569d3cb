import { CsvError, parse } from 'csv-parse/sync';
import { badFile, type ImportFile, type ImportTable, textOf } from './import-file.ts';
import { type FileRecord, rowsOfRecords } from './records.ts';

/** A table with names in its first line, between commas, tabs or semicolons. Throws AppError `bad-file` naming the line. */
export async function readCsv(file: ImportFile): Promise<ImportTable> {
  const text = textOf(file);
  const [head = ''] = text.split('\n', 1);
  const delimiter = ['\t', ';', ','].find((mark) => head.includes(mark)) ?? ',';
  const [header, ...lines] = parseLines(file, text, delimiter);
  if (!header) throw badFile(file, null, 'this file is empty');
  const double = header.record.find((name, index) => header.record.indexOf(name) !== index);
  if (double !== undefined)
    throw badFile(file, 1, `two columns are called ${JSON.stringify(double)}: rename one`);
  const records = lines.map(
    ({ record, info }): FileRecord => ({
      line: info.lines,
      cells: new Map(header.record.map((name, index) => [name, record[index]])),
    }),
  );
  return rowsOfRecords(file, records);
}

interface Line {
  record: string[];
  info: { lines: number };
}

function parseLines(file: ImportFile, text: string, delimiter: string): Line[] {
  try {
    return parse(text, { delimiter, bom: true, info: true, skip_empty_lines: true }) as unknown as Line[];
  } catch (error) {
    if (!(error instanceof CsvError)) throw error;
    const line = typeof error.lines === 'number' ? error.lines : null;
    throw badFile(file, line, `${error.message.replace(/ on line \d+|at line \d+/g, '')}. Mend the line`);
  }
}
