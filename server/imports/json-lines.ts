import { badFile, type ImportFile, type ImportTable, textOf } from './import-file.ts';
import { type FileRecord, rowsOfRecords } from './records.ts';

/** Python writes NaN and Infinity where JSON has none: as texts they are read. */
function parseLoosely(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    const quoted = text.replace(/([:[,]\s*)(-?Infinity|NaN)(?=\s*[,}\]])/g, '$1"$2"');
    if (quoted === text) throw error;
    return JSON.parse(quoted);
  }
}

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** `{"eval": {"loss": 1}}` as `eval/loss`. Lists are no values of a step. */
function flatten(object: Record<string, unknown>, prefix = ''): [string, unknown][] {
  return Object.entries(object).flatMap(([key, value]): [string, unknown][] =>
    isObject(value) ? flatten(value, `${prefix}${key}/`) : [[prefix + key, value]],
  );
}

/**
 * One object a line; or one document with a list of them, alone or as `log_history`, as transformers' trainer_state.json has it.
 * Throws AppError `bad-file` naming the line.
 */
export async function readJsonLines(file: ImportFile): Promise<ImportTable> {
  const text = textOf(file).replace(/^\ufeff/, '');
  return rowsOfRecords(file, readDocument(text) ?? readLines(file, text));
}

function readDocument(text: string): FileRecord[] | null {
  let document: unknown;
  try {
    document = parseLoosely(text);
  } catch {
    return null;
  }
  const list = isObject(document) ? document.log_history : document;
  if (!Array.isArray(list)) return null;
  return list.map((entry, index) => ({
    line: index + 1,
    cells: new Map(isObject(entry) ? flatten(entry) : []),
  }));
}

function readLines(file: ImportFile, text: string): FileRecord[] {
  return text.split('\n').flatMap((line, index) => {
    if (line.trim() === '') return [];
    let value: unknown;
    try {
      value = parseLoosely(line);
    } catch (error) {
      throw badFile(
        file,
        index + 1,
        `this is not JSON (${(error as Error).message}). Mend the line, or delete it if it was cut off`,
      );
    }
    if (!isObject(value)) throw badFile(file, index + 1, 'write an object like {"step": 1, "loss": 0.5}');
    return [{ line: index + 1, cells: new Map(flatten(value)) }];
  });
}
