import { AppError } from '../../server/contract/error.ts';
import type { RunEvent, RunState } from '../../server/contract/events.ts';
import { METRIC_KEYS } from '../../server/contract/metrics.ts';
import { fromWire } from '../../server/contract/series-codec.ts';
import type { RunSummary } from '../../server/contract/views.ts';
import { formatShare } from '../_charts/format.ts';
import { type Command, readArguments, wholeNumber } from './arguments.ts';
import { eventLine, metricsRow, metricsTitles } from './event-lines.ts';
import { EXIT, EXIT_HELP } from './exit-codes.ts';
import { findRuns, RUN_HELP } from './find-runs.ts';
import { followRun } from './follow-run.ts';
import { CONNECTION_HELP, LabServer } from './server.ts';
import type { Terminal } from './terminal.ts';
import { printable } from './text-table.ts';

const MOST_LINES = 2000;
const ENDED: readonly RunState[] = ['finished', 'failed', 'cancelled'];

const USAGE = `Prints the end of a run's log and goes on as the run does, until it has ended.

  npm run -s lab -- tail RUN [flags]

${RUN_HELP}
Of another trainer's run the values of each step stand between the lines of its log.

  --lines N             older lines, or iterations, at first (default 20, at most ${MOST_LINES})
  --metrics KEY,KEY…    values of these metrics instead of the log, a row an iteration, with tabs between
  --no-follow           do not wait for more
  --json                events as the API has them, one a line
${CONNECTION_HELP}

${EXIT_HELP}
A run that has failed or was cancelled ends it with ${EXIT.failed}.
`;

interface Printer {
  /** What was there before. */
  before(): Promise<void>;
  event(event: RunEvent): void;
}

export const tail: Command = {
  usage: USAGE,
  async run(args, terminal) {
    const { values: flags, positionals } = readArguments('tail', args, {
      lines: { type: 'string', default: '20' },
      metrics: { type: 'string' },
      'no-follow': { type: 'boolean' },
      json: { type: 'boolean' },
    });
    const [name, ...rest] = positionals;
    if (name === undefined || rest.length > 0)
      throw new AppError('bad-input', 'name one run. See npm run lab -- tail --help');
    const lines = wholeNumber('lines', flags.lines, 0);
    if (lines > MOST_LINES) throw new AppError('bad-input', `--lines: ${lines} is more than ${MOST_LINES}`);
    const server = new LabServer(flags.url, terminal.env);
    const [run] = await findRuns(server, [name]);
    const printer =
      flags.metrics === undefined
        ? logPrinter(terminal, server, run!, lines, flags.json ?? false)
        : metricsPrinter(terminal, server, run!, lines, readKeys(flags.metrics, run!), flags.json ?? false);
    terminal.err.write(`${describe(run!)}\n`);
    await printer.before();
    let { state } = run!;
    if (!flags['no-follow'] && !ENDED.includes(state))
      await followRun(
        server,
        run!,
        () => terminal.err.write('The connection is lost: trying again\n'),
        (event) => {
          printer.event(event);
          if (event.kind === 'state') state = event.to;
          return !ENDED.includes(state);
        },
      );
    return state === 'failed' || state === 'cancelled' ? EXIT.failed : EXIT.done;
  },
};

function describe({ id, name, state, iteration, config, lastSuccess }: RunSummary): string {
  const of = config ? ` of ${config.iterations}` : '';
  const success = lastSuccess === null ? '' : `, training success ${formatShare(lastSuccess)}`;
  return `${id} (“${printable(name)}”): ${state}, iteration ${iteration}${of}${success}`;
}

/** The log, with changes of state and what other trainers tell. */
function logPrinter(
  terminal: Terminal,
  server: LabServer,
  { id, lastSeq }: RunSummary,
  lines: number,
  json: boolean,
): Printer {
  const print = (event: RunEvent) => {
    const text = json ? JSON.stringify(event) : eventLine(event);
    if (text !== null) terminal.out.write(`${text}\n`);
  };
  return {
    async before() {
      if (lines === 0) return;
      const found = await server.call((api) =>
        api.runs.logs.query({ id, beforeSeq: lastSeq + 1, limit: lines }),
      );
      for (const line of found) print({ ...line, kind: 'log', runId: id });
    },
    event: (event) => {
      if (json || event.kind !== 'progress') print(event);
    },
  };
}

/** Values of some metrics as a table for programs. */
function metricsPrinter(
  terminal: Terminal,
  server: LabServer,
  { id, iteration }: RunSummary,
  lines: number,
  keys: readonly string[],
  json: boolean,
): Printer {
  const print = (at: number, values: Record<string, unknown>) => {
    if (!keys.some((key) => key in values)) return;
    const shown = Object.fromEntries(keys.flatMap((key) => (key in values ? [[key, values[key]]] : [])));
    terminal.out.write(
      `${json ? JSON.stringify({ iteration: at, values: shown }) : metricsRow(at, keys, values)}\n`,
    );
  };
  return {
    async before() {
      if (!json) terminal.out.write(`${metricsTitles(keys)}\n`);
      if (lines === 0) return;
      const [wire] = await server.call((api) =>
        api.metrics.window.query({
          runIds: [id],
          from: Math.max(0, iteration - lines + 1),
          to: iteration,
          points: Math.max(8, lines),
        }),
      );
      if (!wire) return;
      const { iterations, columns } = fromWire(wire);
      for (const [row, at] of iterations.entries())
        print(at, Object.fromEntries(keys.map((key) => [key, columns[key]?.[row] ?? null])));
    },
    event: (event) => {
      if (event.kind === 'iteration' || event.kind === 'metrics') print(event.iteration, event.values);
      if (event.kind === 'resumed')
        terminal.err.write(`goes on from iteration ${event.iteration}: later rows are void\n`);
    },
  };
}

/** Keys of the catalogue; other trainers have some of their own. Throws AppError `bad-input`. */
function readKeys(text: string, { config }: RunSummary): string[] {
  const keys = text.split(',').filter(Boolean);
  if (keys.length === 0) throw new AppError('bad-input', '--metrics: name at least one, e.g. success');
  const unknown = keys.find((key) => config !== null && !METRIC_KEYS.includes(key));
  if (unknown !== undefined)
    throw new AppError('bad-input', `--metrics: ${unknown} is none of ${METRIC_KEYS.join(', ')}`);
  return keys;
}
