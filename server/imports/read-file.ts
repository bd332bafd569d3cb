import { IMPORTED_KINDS } from '../contract/imports.ts';
import { isConsoleLog, readConsoleLog } from './console-log.ts';
import { readCsv } from './csv.ts';
import { badFile, type ImportFile, type ImportTable, textOf } from './import-file.ts';
import { readJsonLines } from './json-lines.ts';
import { readTensorboard } from './tensorboard.ts';

/** Whether TensorBoard wrote a file. Those of one folder are one run. */
export function isEventFile({ name }: Pick<ImportFile, 'name'>): boolean {
  return /(^|[./\\])tfevents[./\\]|\.tfevents$/.test(name);
}

/** What a file says, whatever its kind. Throws AppError `bad-file` naming file, line and fix. */
export async function readImportFile(file: ImportFile): Promise<ImportTable> {
  if (file.bytes.length === 0) throw badFile(file, null, 'this file is empty');
  if (isEventFile(file)) return readTensorboard(file);
  if (/\.wandb$/.test(file.name))
    throw badFile(
      file,
      null,
      'offline files of W&B are not read. Sync the run and export it: wandb.Api().run("…").history().to_csv("run.csv")',
    );
  const text = textOf(file);
  if (/^\s*[{[]/.test(text) && !/\.(csv|tsv)$/i.test(file.name)) return readJsonLines(file);
  if (isConsoleLog(text)) return readConsoleLog(file);
  if (/\.(csv|tsv)$/i.test(file.name) || /^[^\n]*[,;\t]/.test(text)) return readCsv(file);
  throw badFile(file, null, `this kind of file is not known. What can be imported: ${IMPORTED_KINDS}`);
}
