import { AppError } from '../../server/contract/error.ts';
import type { Command } from './arguments.ts';
import { EXIT, exitCodeOf } from './exit-codes.ts';
import { CONNECTION_HELP } from './server.ts';
import type { Terminal } from './terminal.ts';

interface Entry {
  /** What it does, in a line. */
  about: string;
  /** Loaded when asked for: some are heavy. */
  load(): Promise<Command>;
}

const COMMANDS: Record<string, Entry> = {
  ls: { about: 'lists runs', load: async () => (await import('./ls.ts')).ls },
  tail: {
    about: 'follows the log or the metrics of a run',
    load: async () => (await import('./tail.ts')).tail,
  },
  diff: {
    about: 'shows how runs differ, in configuration and results',
    load: async () => (await import('./diff.ts')).diff,
  },
  export: {
    about: 'saves a run as CSV, JSON, Parquet or bundle',
    load: async () => (await import('./export.ts')).exportRun,
  },
  share: {
    about: 'makes a link that shows runs to others',
    load: async () => (await import('./share.ts')).share,
  },
  import: {
    about: 'makes runs of files of other trainers',
    load: async () => (await import('./import.ts')).importFiles,
  },
};

const USAGE = `Does from a terminal what the pages do, on a running server (npm start).

  npm run lab -- COMMAND …          npm run -s lab -- … for the output alone

${Object.entries(COMMANDS)
  .map(([name, { about }]) => `  ${name.padEnd(8)}${about}`)
  .join('\n')}

${CONNECTION_HELP}

npm run lab -- COMMAND --help tells the rest.
`;

/** Does what the words after `npm run lab --` say. Returns what the process ends with. */
export async function runLab(args: string[], terminal: Terminal): Promise<number> {
  try {
    return await dispatch(args, terminal);
  } catch (error) {
    const known = error instanceof AppError;
    terminal.err.write(`${known ? error.message : ((error as Error).stack ?? error)}\n`);
    return known ? exitCodeOf(error.code) : EXIT.failed;
  }
}

const asksForHelp = (words: readonly (string | undefined)[]) =>
  words.some((word) => word === '--help' || word === '-h');

async function dispatch([name, ...args]: string[], terminal: Terminal): Promise<number> {
  const entry = name === undefined ? undefined : COMMANDS[name];
  if (entry) {
    const command = await entry.load();
    if (!asksForHelp(args)) return command.run(args, terminal);
    terminal.out.write(command.usage);
    return EXIT.done;
  }
  if (asksForHelp([name])) {
    terminal.out.write(USAGE);
    return EXIT.done;
  }
  const known = Object.keys(COMMANDS).join(', ');
  throw new AppError(
    'bad-input',
    `${name === undefined ? 'name a command' : `there is no command ${name}`}: ${known}. See npm run lab -- --help`,
  );
}
