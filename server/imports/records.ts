import { setImmediate as nextTurn } from 'node:timers/promises';
import {
  badFile,
  type ImportFile,
  type ImportRow,
  type ImportTable,
  READ_AT_ONCE,
  readNumber,
} from './import-file.ts';

/** A line of a table or an object of JSON lines: texts, numbers, nothing. */
export interface FileRecord {
  line: number;
  cells: Map<string, unknown>;
}

const STEP_NAMES = [
  'iteration',
  'step',
  '_step',
  'global_step',
  'train/global_step',
  'training/global_step',
  'trainer/global_step',
  'steps',
];
const TIME_NAMES = ['timestamp', '_timestamp', 'wall_time', 'time', 'date', 'datetime'];
/** Seconds and milliseconds since 1970 of our times; what is smaller is a duration. */
const EARLIEST_SECONDS = 1e9;
const EARLIEST_MS = 1e11;

function findName(names: readonly string[], wanted: readonly string[]): string | undefined {
  for (const name of wanted) {
    const found = names.find((each) => each.trim().toLowerCase() === name);
    if (found !== undefined) return found;
  }
  return undefined;
}

function readTime(value: unknown): number | null {
  const number = typeof value === 'number' ? value : readNumber(String(value));
  if (number !== undefined) {
    if (number >= EARLIEST_MS) return Math.round(number);
    return number >= EARLIEST_SECONDS ? Math.round(number * 1000) : null;
  }
  const time = Date.parse(String(value));
  return Number.isNaN(time) ? null : time;
}

function readCell(value: unknown): number | undefined {
  if (typeof value === 'number') return value;
  if (typeof value === 'boolean') return Number(value);
  return typeof value === 'string' ? readNumber(value) : undefined;
}

const isEmpty = (value: unknown) =>
  value === null || value === undefined || (typeof value === 'string' && value.trim() === '');

/**
 * Records as rows: one column is the step, one may be the time. A column without a single number is left out and said so; one that
 * has some, and texts, is refused. Throws AppError `bad-file` naming the line and the column.
 */
export async function rowsOfRecords(file: ImportFile, records: readonly FileRecord[]): Promise<ImportTable> {
  const names = [...new Set(records.flatMap(({ cells }) => [...cells.keys()]))];
  const stepName = findName(names, STEP_NAMES);
  if (stepName === undefined)
    throw badFile(
      file,
      records[0]?.line ?? null,
      `there is no step: call one of ${names.slice(0, 8).join(', ') || 'its columns'} “step” or “iteration”`,
    );
  const timeName = findName(
    names.filter((name) => records.some(({ cells }) => readTime(cells.get(name)) !== null)),
    TIME_NAMES,
  );
  const isMetric = (name: string) => name !== stepName && name !== timeName;
  const numeric = new Set(
    names.filter(
      (name) => isMetric(name) && records.some(({ cells }) => readCell(cells.get(name)) !== undefined),
    ),
  );
  const rows: ImportRow[] = [];
  for (const [index, { line, cells }] of records.entries()) {
    if (index % READ_AT_ONCE === READ_AT_ONCE - 1) await nextTurn();
    const step = readCell(cells.get(stepName));
    if (step === undefined || !Number.isInteger(step) || step < 0)
      throw badFile(
        file,
        line,
        `${stepName} is ${JSON.stringify(cells.get(stepName) ?? '')}: write a whole number from 0 on`,
      );
    const values = new Map<string, number>();
    for (const [name, cell] of cells) {
      if (!numeric.has(name) || isEmpty(cell)) continue;
      const value = readCell(cell);
      if (value === undefined)
        throw badFile(
          file,
          line,
          `${name} is ${JSON.stringify(String(cell).slice(0, 80))}, which is not a number: mend it, or leave the column out`,
        );
      values.set(name.trim(), value);
    }
    const time = timeName === undefined ? null : readTime(cells.get(timeName));
    if (values.size > 0) rows.push({ step, time, values });
  }
  if (rows.length === 0) throw badFile(file, null, `there is no number beside ${stepName}`);
  const texts = names.filter((name) => isMetric(name) && !numeric.has(name));
  const notes =
    texts.length === 0 ? [] : [`${file.name}: without a number, left out: ${texts.slice(0, 10).join(', ')}`];
  return { rows, notes };
}
