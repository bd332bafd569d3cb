/** `npm run lab -- COMMAND`: what the pages do, from a terminal, on a running server. */
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { AppError } from './contract/error.ts';
import { IMPORT_PATH, IMPORTED_KINDS, type ImportResult } from './contract/imports.ts';
import { readCommandLine } from './rl/command-line.ts';

const USAGE = `Does from a terminal what the pages do, on a running server (npm start).

  npm run lab -- import FILE… [--name NAME] [--param KEY=VALUE]… [--url URL]

import     makes a run of each file: ${IMPORTED_KINDS}.
           A folder stands for the event files in it, which are one run. Nothing is stored when one file is wrong.
  --name     of the run; with several, numbers follow it (default: the names of the files)
  --param    what its trainer does not say, e.g. --param seed=5 --param method=hae
  --url URL  the server (default http://127.0.0.1:3000); with a secret, HIPER_KEY (a key that may write metrics) or HIPER_SECRET
             is sent along
  --help
`;

await main().catch((error: Error) => {
  process.stderr.write(`${error.message}\n`);
  process.exitCode = 1;
});

async function main(): Promise<void> {
  const { values: flags, positionals } = readCommandLine(
    {
      allowPositionals: true,
      options: {
        name: { type: 'string', default: '' },
        param: { type: 'string', multiple: true, default: [] },
        url: { type: 'string', default: 'http://127.0.0.1:3000' },
        help: { type: 'boolean', short: 'h' },
      },
    },
    'npm run lab',
  );
  const [command, ...paths] = positionals;
  if (flags.help) {
    process.stdout.write(USAGE);
    return;
  }
  if (command !== 'import')
    throw new AppError(
      'bad-input',
      `${command ? `there is no command ${command}` : 'name a command'}. See npm run lab -- --help`,
    );
  if (paths.length === 0)
    throw new AppError('bad-input', 'name the files to import. See npm run lab -- --help');
  const form = new FormData();
  for (const path of paths.flatMap(filesOf)) form.append('file', new Blob([readPath(path)]), path);
  if (flags.name !== '') form.append('name', flags.name);
  for (const param of flags.param) form.append('param', param);
  const url = flags.url.replace(/\/$/, '');
  const { runs, notes } = await send(`${url}${IMPORT_PATH}`, form, url);
  for (const note of notes) console.log(note);
  for (const { id, name, steps, metrics } of runs)
    console.log(`${name}: ${steps} steps of ${metrics} metrics: ${url}/runs/${id}`);
}

/** A file, or the event files of a folder. */
function filesOf(path: string): string[] {
  if (!statSync(path, { throwIfNoEntry: false })?.isDirectory()) return [path];
  const found = readdirSync(path).filter((name) => name.includes('tfevents'));
  if (found.length === 0)
    throw new AppError('bad-file', `${path}: there is no event file of TensorBoard in this folder`);
  return found.map((name) => join(path, name));
}

function readPath(path: string): Uint8Array<ArrayBuffer> {
  try {
    return new Uint8Array(readFileSync(path));
  } catch (error) {
    throw new AppError('bad-file', `${path}: ${(error as Error).message}`);
  }
}

async function send(address: string, form: FormData, url: string): Promise<ImportResult> {
  const secret = process.env.HIPER_KEY ?? process.env.HIPER_SECRET;
  const headers = secret ? { authorization: `Bearer ${secret}` } : undefined;
  const response = await fetch(address, { method: 'POST', body: form, headers }).catch(() => {
    throw new AppError('not-found', `no server answers at ${url}: start one with npm start, or give --url`);
  });
  const text = await response.text();
  const answer = /^\{/.test(text)
    ? (JSON.parse(text) as ImportResult | { message: string })
    : { message: text };
  if ('message' in answer) throw new AppError('bad-input', answer.message.trim());
  return answer;
}
