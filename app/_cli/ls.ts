import { AppError } from '../../server/contract/error.ts';
import { ESTIMATORS } from '../../server/contract/estimators.ts';
import { ACTIVE_STATES, RUN_STATES } from '../../server/contract/run-states.ts';
import type { RunSummary } from '../../server/contract/views.ts';
import { formatAgo, formatShare } from '../_charts/format.ts';
import { methodWords } from '../_origin/method-words.ts';
import { seedOf } from '../_origin/run-origin.ts';
import { fitsFilter, parseFilter } from '../runs/_list/run-filter.ts';
import { makeRow, type RunRow } from '../runs/_list/run-row.ts';
import { type Command, readArguments, wholeNumber } from './arguments.ts';
import { EXIT, EXIT_HELP } from './exit-codes.ts';
import { CONNECTION_HELP, LabServer } from './server.ts';
import { type Column, textTable } from './text-table.ts';

const STATES = ['active', ...RUN_STATES] as const;

const USAGE = `Lists the runs of a server, newest first.

  npm run lab -- ls [WORD…] [flags]

WORDs filter as the box above the list of the page does: a word is looked for in name, estimator, preset, state, id and tags;
FIELD:VALUE, FIELD<VALUE and so on compare any field of the configuration, or success, iteration, seed, is:starred, tag:x.

  --state STATE       ${STATES.join(', ')}; several with commas between
  --tag TAG           runs with this tag; may be given several times
  --estimator NAME    ${ESTIMATORS.join(', ')}
  --archived          those in the archive, which are left out otherwise
  --limit N           no more than the newest N
  --ids               ids alone, one a line
  --json              a list of objects as the API has them
${CONNECTION_HELP}

  npm run -s lab -- ls --state finished 'kappa>=0.6' alfworld

${EXIT_HELP}
`;

const COLUMNS: Column<RunRow>[] = [
  { title: 'ID', cell: ({ run }) => run.id },
  { title: 'NAME', cell: ({ run }) => run.name },
  { title: 'STATE', cell: ({ state, phase }) => (phase ? `${state}: ${phase}` : state) },
  { title: 'METHOD', cell: ({ run }) => methodWords(run) },
  { title: 'SEED', cell: ({ run }) => String(seedOf(run) ?? ''), right: true },
  {
    title: 'ITERATION',
    cell: ({ run, iteration }) => `${iteration}${run.config ? `/${run.config.iterations}` : ''}`,
    right: true,
  },
  {
    title: 'SUCCESS',
    cell: ({ success }) => (success === undefined ? '' : formatShare(success)),
    right: true,
  },
  {
    title: 'EVALUATION',
    cell: ({ final, best }) => {
      const shown = final ?? best;
      return shown
        ? `${final ? 'final' : 'best'} ${shown.successes} of ${shown.episodes} on ${shown.split}`
        : '';
    },
  },
  { title: 'LAUNCHED', cell: ({ run }) => formatAgo(run.createdAt, Date.now()), right: true },
  { title: 'TAGS', cell: ({ run }) => run.tags.join(' ') },
];

export const ls: Command = {
  usage: USAGE,
  async run(args, terminal) {
    const { values: flags, positionals } = readArguments('ls', args, {
      state: { type: 'string' },
      tag: { type: 'string', multiple: true, default: [] },
      estimator: { type: 'string' },
      archived: { type: 'boolean' },
      limit: { type: 'string' },
      ids: { type: 'boolean' },
      json: { type: 'boolean' },
    });
    const limit = flags.limit === undefined ? Number.POSITIVE_INFINITY : wholeNumber('limit', flags.limit, 1);
    const states = readStates(flags.state);
    checkEstimator(flags.estimator);
    const terms = parseFilter(positionals.join(' '));
    const fits = (run: RunSummary) =>
      run.archived === (flags.archived ?? false) &&
      (states === null || states.includes(run.state)) &&
      flags.tag.every((tag) => run.tags.includes(tag)) &&
      (flags.estimator === undefined || run.config?.estimator === flags.estimator) &&
      fitsFilter(run, terms);
    const server = new LabServer(flags.url, terminal.env);
    const all = await server.call((api) => api.runs.list.query());
    const found = all.filter(fits);
    const shown = found.slice(0, limit);
    if (flags.json) terminal.out.write(`${JSON.stringify(shown, null, 2)}\n`);
    else if (flags.ids) terminal.out.write(shown.map(({ id }) => `${id}\n`).join(''));
    else {
      if (shown.length > 0)
        terminal.out.write(
          textTable(
            COLUMNS,
            shown.map((run) => makeRow(run, undefined)),
          ),
        );
      // Beside the table, so that a program reads runs alone.
      terminal.err.write(`${countWords(all, found, shown)}\n`);
    }
    return EXIT.done;
  },
};

function countWords(all: readonly unknown[], found: readonly unknown[], shown: readonly unknown[]): string {
  if (all.length === 0) return 'There is no run yet';
  if (found.length === 0) return `None of ${all.length} runs fits`;
  return shown.length < found.length
    ? `The newest ${shown.length} of ${found.length} runs`
    : `${found.length} of ${all.length} runs`;
}

/** Null: all of them. Throws AppError `bad-input`. */
function readStates(text: string | undefined): readonly string[] | null {
  if (text === undefined) return null;
  return text.split(',').flatMap((state): readonly string[] => {
    if (!(STATES as readonly string[]).includes(state))
      throw new AppError('bad-input', `--state: ${state} is none of ${STATES.join(', ')}`);
    return state === 'active' ? ACTIVE_STATES : [state];
  });
}

/** Throws AppError `bad-input`. */
function checkEstimator(name: string | undefined): void {
  if (name !== undefined && !(ESTIMATORS as readonly string[]).includes(name))
    throw new AppError('bad-input', `--estimator: ${name} is none of ${ESTIMATORS.join(', ')}`);
}
