import { AppError } from '../contract/error.ts';

/** A file that somebody wants to import. */
export interface ImportFile {
  /** As its owner calls it, with folders where they are known. */
  name: string;
  bytes: Uint8Array;
}

/** What a file says at one step; a step may have several of these. */
export interface ImportRow {
  step: number;
  /** Epoch milliseconds; null where the file does not say. */
  time: number | null;
  values: Map<string, number>;
}

/** What was read from the files of one run. */
export interface ImportTable {
  rows: ImportRow[];
  /** What was left out, in sentences for whoever imports. */
  notes: string[];
}

/** Lines of log, records or values that are read before others get their turn. */
export const READ_AT_ONCE = 2000;

/** `training.log, line 12: what is wrong`. */
export function badFile(file: ImportFile, line: number | null, problem: string): AppError {
  const place = line === null ? file.name : `${file.name}, line ${line}`;
  return new AppError('bad-file', `${place}: ${problem}`);
}

/** Throws AppError `bad-file` for what is no text. */
export function textOf(file: ImportFile): string {
  try {
    const text = new TextDecoder('utf-8', { fatal: true }).decode(file.bytes);
    if (!text.includes('\0')) return text;
  } catch {
    // As below.
  }
  throw badFile(file, null, 'this is not text in UTF-8. Save it as UTF-8, or import a file of another kind');
}

/** A number as logs write it, not-a-number and infinities included; undefined for what is none. */
export function readNumber(text: string): number | undefined {
  const word = text.trim().replace(/^np\.\w+\((.*)\)$/, '$1');
  if (/^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i.test(word)) return Number(word);
  const [, sign, name = ''] = /^([+-]?)(nan|inf|infinity)$/i.exec(word) ?? [];
  if (name === '') return undefined;
  return /nan/i.test(name) ? Number.NaN : sign === '-' ? Number.NEGATIVE_INFINITY : Number.POSITIVE_INFINITY;
}
