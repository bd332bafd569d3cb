import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { AppError } from '../../server/contract/error.ts';
import { IMPORT_PATH, IMPORTED_KINDS, type ImportResult } from '../../server/contract/imports.ts';
import { type Command, readArguments } from './arguments.ts';
import { EXIT, EXIT_HELP } from './exit-codes.ts';
import { CONNECTION_HELP, LabServer } from './server.ts';
import { printable } from './text-table.ts';

const USAGE = `Makes a run of each file: ${IMPORTED_KINDS}.
A folder stands for the event files in it, which are one run. Nothing is stored when one file is wrong.

  npm run lab -- import FILE… [flags]

  --name NAME         of the run; with several, numbers follow it (default: the names of the files)
  --param KEY=VALUE   what its trainer does not say, e.g. --param seed=5 --param method=hae
  --json              an object with what was made
${CONNECTION_HELP}

${EXIT_HELP}
`;

export const importFiles: Command = {
  usage: USAGE,
  async run(args, terminal) {
    const { values: flags, positionals } = readArguments('import', args, {
      name: { type: 'string', default: '' },
      param: { type: 'string', multiple: true, default: [] },
      json: { type: 'boolean' },
    });
    if (positionals.length === 0)
      throw new AppError('bad-input', 'name the files to import. See npm run lab -- import --help');
    const server = new LabServer(flags.url, terminal.env);
    const form = new FormData();
    for (const path of positionals.flatMap(filesOf)) form.append('file', new Blob([readPath(path)]), path);
    if (flags.name !== '') form.append('name', flags.name);
    for (const param of flags.param) form.append('param', param);
    const response = await server.fetch(IMPORT_PATH, { method: 'POST', body: form });
    const result = (await response.json()) as ImportResult;
    if (flags.json) terminal.out.write(`${JSON.stringify(result, null, 2)}\n`);
    else {
      for (const note of result.notes) terminal.out.write(`${printable(note)}\n`);
      for (const { id, name, steps, metrics } of result.runs)
        terminal.out.write(
          `${printable(name)}: ${steps} steps of ${metrics} metrics: ${server.address}/runs/${id}\n`,
        );
    }
    return EXIT.done;
  },
};

/** A file, or the event files of a folder. Throws AppError `bad-file`. */
function filesOf(path: string): string[] {
  if (!statSync(path, { throwIfNoEntry: false })?.isDirectory()) return [path];
  const found = readdirSync(path).filter((name) => name.includes('tfevents'));
  if (found.length === 0)
    throw new AppError('bad-file', `${path}: there is no event file of TensorBoard in this folder`);
  return found.map((name) => join(path, name));
}

/** Throws AppError `bad-file`. */
function readPath(path: string): Uint8Array<ArrayBuffer> {
  try {
    return new Uint8Array(readFileSync(path));
  } catch (error) {
    throw new AppError('bad-file', `${path}: ${(error as Error).message}`);
  }
}
