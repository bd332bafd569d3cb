import { setImmediate as nextTurn } from 'node:timers/promises';
import { stripVTControlCharacters } from 'node:util';
import {
  badFile,
  type ImportFile,
  type ImportRow,
  type ImportTable,
  READ_AT_ONCE,
  readNumber,
  textOf,
} from './import-file.ts';

/** `(TaskRunner pid=1)  step:12 - actor/lr:0.001 - val/success_rate:0.5` */
const STEP_LINE = /(?:^|[\s\])])step:(\d+) - (.+)$/;

/** Whether a text holds lines as verl's console logger writes them. */
export function isConsoleLog(text: string): boolean {
  return /(?:^|[\s\])m])step:\d+ - \S+:/m.test(text);
}

/** The console log of verl, HiPER-agent and others with verl's logger. Throws AppError `bad-file` naming the line. */
export async function readConsoleLog(file: ImportFile): Promise<ImportTable> {
  const rows: ImportRow[] = [];
  for (const [index, line] of textOf(file).split('\n').entries()) {
    if (index % READ_AT_ONCE === READ_AT_ONCE - 1) await nextTurn();
    if (!line.includes('step:')) continue;
    const [, step, pairs] = STEP_LINE.exec(stripVTControlCharacters(line).trimEnd()) ?? [];
    if (step === undefined || pairs === undefined) continue;
    const values = new Map<string, number>();
    for (const pair of pairs.split(' - ')) {
      const colon = pair.lastIndexOf(':');
      const value = readNumber(pair.slice(colon + 1));
      if (colon < 1 || value === undefined)
        throw badFile(
          file,
          index + 1,
          `${JSON.stringify(pair.slice(0, 80))} should be a name, a colon and a number. Mend the line, or delete it if it was cut off`,
        );
      values.set(pair.slice(0, colon).trim(), value);
    }
    rows.push({ step: Number(step), time: null, values });
  }
  if (rows.length === 0)
    throw badFile(
      file,
      null,
      'no line like “step:12 - actor/lr:0.001 - …”. Is it the console log of a trainer?',
    );
  return { rows, notes: [] };
}
