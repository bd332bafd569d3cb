import { createWriteStream, existsSync, renameSync, rmSync, statSync } from 'node:fs';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { ReadableStream } from 'node:stream/web';
import { bundlePath } from '../../server/contract/bundle-paths.ts';
import { AppError } from '../../server/contract/error.ts';
import { EXPORT_FORMATS, exportPath } from '../../server/contract/exports.ts';
import { type Command, readArguments } from './arguments.ts';
import { EXIT, EXIT_HELP } from './exit-codes.ts';
import { findRuns, RUN_HELP } from './find-runs.ts';
import { CONNECTION_HELP, LabServer } from './server.ts';

const FORMATS = [...EXPORT_FORMATS, 'bundle'] as const;
type Format = (typeof FORMATS)[number];
const ENDINGS: Record<Format, RegExp> = {
  csv: /\.csv$/i,
  json: /\.json$/i,
  parquet: /\.parquet$/i,
  bundle: /\.(tar\.gz|tgz)$/i,
};

const USAGE = `Saves a run to a file: every value of its curves, or everything.

  npm run -s lab -- export RUN [flags]

${RUN_HELP}

  --format FORMAT   csv or parquet: its curves, a row an iteration; json: the run with its curves; bundle: everything, for
                    another HiPER Lab (default: by the ending of FILE, else csv)
  --out FILE        where to (default: hiper-RUN.FORMAT in this folder); - is standard output
  --checkpoint      take its last checkpoint along, in a bundle
  --force           replace a file that is there
${CONNECTION_HELP}

${EXIT_HELP}
`;

export const exportRun: Command = {
  usage: USAGE,
  async run(args, terminal) {
    const { values: flags, positionals } = readArguments('export', args, {
      format: { type: 'string' },
      out: { type: 'string' },
      checkpoint: { type: 'boolean' },
      force: { type: 'boolean' },
    });
    const [name, ...rest] = positionals;
    if (name === undefined || rest.length > 0)
      throw new AppError('bad-input', 'name one run. See npm run lab -- export --help');
    const format = readFormat(flags.format, flags.out);
    if (flags.checkpoint && format !== 'bundle')
      throw new AppError('bad-input', '--checkpoint: only a bundle has one; add --format bundle');
    const server = new LabServer(flags.url, terminal.env);
    const [run] = await findRuns(server, [name]);
    const id = run!.id;
    const path =
      format === 'bundle'
        ? `${bundlePath(id)}${flags.checkpoint ? '?checkpoint=1' : ''}`
        : exportPath(id, format);
    const out = flags.out ?? `hiper-${id}.${format === 'bundle' ? 'bundle.tar.gz' : format}`;
    if (out !== '-' && existsSync(out) && !flags.force)
      throw new AppError('conflict', `${out} is there: give another --out, or --force to replace it`);
    const { body } = await server.fetch(path);
    const source = Readable.fromWeb((body ?? new Blob([]).stream()) as ReadableStream);
    if (out === '-') await pipeline(source, terminal.out, { end: false });
    else {
      await saveWhole(source, out);
      terminal.err.write(`${out}: ${statSync(out).size.toLocaleString('en')} bytes\n`);
    }
    return EXIT.done;
  },
};

/** Throws AppError `bad-input`. */
function readFormat(asked: string | undefined, out: string | undefined): Format {
  const ending = FORMATS.find((format) => out !== undefined && ENDINGS[format].test(out));
  if (asked === undefined) return ending ?? 'csv';
  const known = FORMATS.find((format) => format === asked);
  if (known) return known;
  throw new AppError('bad-input', `--format: ${asked} is none of ${FORMATS.join(', ')}`);
}

/** The file is there whole or not at all. Throws AppError `bad-file`. */
async function saveWhole(source: Readable, file: string): Promise<void> {
  const part = `${file}.${process.pid}.part`;
  try {
    await pipeline(source, createWriteStream(part));
    renameSync(part, file);
  } catch (error) {
    rmSync(part, { force: true });
    throw new AppError('bad-file', `${file}: ${(error as Error).message}`);
  }
}
