import { describeDifference } from '../../server/contract/describe-difference.ts';
import { AppError } from '../../server/contract/error.ts';
import { MOST_COMPARED } from '../../server/contract/limits.ts';
import type { RunDetail } from '../../server/contract/views.ts';
import { formatShare, MISSING } from '../_charts/format.ts';
import { configRows, paramRows } from '../compare/config-values.ts';
import { type ProtocolRow, protocolRows } from '../compare/protocols.ts';
import { type Command, readArguments } from './arguments.ts';
import { EXIT, EXIT_HELP } from './exit-codes.ts';
import { findRuns, RUN_HELP } from './find-runs.ts';
import { CONNECTION_HELP, LabServer } from './server.ts';
import { textTable } from './text-table.ts';

const USAGE = `Shows side by side how runs differ: fields of their configurations, params of other trainers, results.

  npm run lab -- diff RUN RUN… [flags]

${RUN_HELP}

  --all          fields that agree, too
  --exit-code    end with 1 where the configurations differ, as git diff does
  --json         an object with the same parts
${CONNECTION_HELP}

${EXIT_HELP}
`;

/** A line of a table: what it is about, and a value for each run. */
interface Line {
  title: string;
  values: string[];
}

export const diff: Command = {
  usage: USAGE,
  async run(args, terminal) {
    const { values: flags, positionals } = readArguments('diff', args, {
      all: { type: 'boolean' },
      'exit-code': { type: 'boolean' },
      json: { type: 'boolean' },
    });
    if (positionals.length < 2 || positionals.length > MOST_COMPARED)
      throw new AppError('bad-input', `name from 2 to ${MOST_COMPARED} runs. See npm run lab -- diff --help`);
    const server = new LabServer(flags.url, terminal.env);
    const ids = (await findRuns(server, positionals)).map(({ id }) => id);
    const runs = await Promise.all(ids.map((id) => server.call((api) => api.runs.get.query({ id }))));
    const picture = compareRuns(runs, flags.all ?? false);
    if (flags.json) terminal.out.write(`${JSON.stringify(picture, null, 2)}\n`);
    else {
      const columns = runs.map((run, index) => ({
        title: run.id,
        cell: ({ values }: Line) => values[index] ?? '',
      }));
      const table = (title: string, lines: readonly Line[]) =>
        lines.length === 0
          ? ''
          : `\n${textTable([{ title, cell: (line: Line) => line.title }, ...columns], lines)}`;
      terminal.out.write(`${picture.summary}\n`);
      terminal.out.write(table('FIELD', [...picture.fields, ...picture.params]));
      terminal.out.write(table('RESULT', picture.results));
    }
    return flags['exit-code'] && picture.differs ? EXIT.failed : EXIT.done;
  },
};

/** What the compare page shows of these runs, as texts. */
export function compareRuns(runs: readonly RunDetail[], all: boolean) {
  const show = all ? 'all' : 'changed';
  const fields = configRows(
    runs.map(({ config }) => config),
    show,
  );
  const params = paramRows(
    runs.map(({ foreign }) => foreign?.params ?? null),
    show,
  );
  const kinds = new Set(runs.map(({ config }) => config === null)).size;
  const own = runs.flatMap(({ config, facts }) => (config ? [{ config, games: facts?.games ?? null }] : []));
  const summary = [
    describeDifference(own),
    kinds > 1 && 'Some were trained here, some by other trainers, whose params stand below.',
  ].filter(Boolean);
  return {
    runs: runs.map(({ id, name, state, origin }) => ({ id, name, state, origin })),
    summary: summary.join(' ') || 'Params of other trainers are compared by their names.',
    differs: kinds > 1 || fields.some(({ differs }) => differs) || params.some(({ differs }) => differs),
    fields: fields.map(({ field, values }) => ({
      name: field.name,
      title: `${field.group}: ${field.title}${field.unit ? ` (${field.unit})` : ''}`,
      values,
    })),
    params: params.map(({ name, values }) => ({ name, title: `Param: ${name}`, values })),
    results: [
      { title: 'name', values: runs.map(({ name }) => name) },
      { title: 'state', values: runs.map(({ state }) => state) },
      { title: 'iterations', values: runs.map(({ iteration }) => String(iteration)) },
      { title: 'training success, last', values: runs.map(({ lastSuccess }) => formatShare(lastSuccess)) },
      ...protocolRows(runs).flatMap((row) => evaluationLines(row, runs)),
    ],
  };
}

function evaluationLines(row: ProtocolRow, runs: readonly RunDetail[]): Line[] {
  const rules = `${row.split}, ${row.games} games, ${row.stepLimit} steps, T=${row.temperature}, n=${row.episodes}`;
  const values = (scores: ProtocolRow['latest']) =>
    runs.map(({ id }) => {
      const score = scores.get(id);
      return score ? `${formatShare(score.rate)} (iteration ${score.iteration})` : MISSING;
    });
  return [
    { title: `${rules}: latest`, values: values(row.latest) },
    { title: `${rules}: best`, values: values(row.best) },
  ];
}
