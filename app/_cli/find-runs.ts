import { AppError } from '../../server/contract/error.ts';
import type { RunSummary } from '../../server/contract/views.ts';
import type { LabServer } from './server.ts';
import { printable } from './text-table.ts';

const MOST_SUGGESTED = 3;
/** Letters that may be wrong in an id that is meant. */
const MOST_WRONG = 3;

export const RUN_HELP = 'A run is named by its id, or by the first letters of it that no other has.';

/** The runs that are named, in this order. Throws AppError `not-found` with what may be meant. */
export async function findRuns(server: LabServer, names: readonly string[]): Promise<RunSummary[]> {
  const runs = await server.call((api) => api.runs.list.query());
  return names.map((name) => findRun(runs, name));
}

/** By id or its first letters. Throws AppError `not-found`, and `bad-input` where it could be several. */
export function findRun(runs: readonly RunSummary[], name: string): RunSummary {
  const exact = runs.find(({ id }) => id === name);
  if (exact) return exact;
  const starting = runs.filter(({ id }) => id.startsWith(name));
  if (starting.length === 1) return starting[0]!;
  if (starting.length > 1)
    throw new AppError('bad-input', `${name} could be several runs: ${listed(starting)}`);
  const near = nearest(runs, name);
  throw new AppError(
    'not-found',
    `there is no run ${name}${near.length > 0 ? `. Did you mean ${listed(near)}?` : ': npm run lab -- ls lists them'}`,
  );
}

/** `k3m9zq (“first”), …` */
function listed(runs: readonly RunSummary[]): string {
  const more = runs.length > MOST_SUGGESTED ? ', …' : '';
  return (
    runs
      .slice(0, MOST_SUGGESTED)
      .map(({ id, name }) => `${id} (“${printable(name)}”)`)
      .join(', ') + more
  );
}

/** Runs whose id is a slip away, and those that are called so. */
function nearest(runs: readonly RunSummary[], name: string): RunSummary[] {
  const wanted = name.toLowerCase();
  const rank = (run: RunSummary) =>
    run.name.toLowerCase() === wanted ? 0 : Math.min(distance(run.id, wanted), namesIt(run, wanted) ? 1 : 99);
  return runs
    .map((run) => ({ run, rank: rank(run) }))
    .filter(({ rank }) => rank <= MOST_WRONG)
    .sort((a, b) => a.rank - b.rank)
    .slice(0, MOST_SUGGESTED)
    .map(({ run }) => run);
}

const namesIt = ({ name }: RunSummary, wanted: string) =>
  wanted.length > 2 && name.toLowerCase().includes(wanted);

/** Levenshtein's distance: letters to insert, delete or replace. */
function distance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, column) => column);
  for (const [line, letter] of [...a].entries()) {
    const next = [line + 1];
    for (let column = 1; column <= b.length; column++)
      next.push(
        Math.min(
          next[column - 1]! + 1,
          row[column]! + 1,
          row[column - 1]! + (letter === b[column - 1] ? 0 : 1),
        ),
      );
    row = next;
  }
  return row[b.length]!;
}
