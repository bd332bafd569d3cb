import type { ServerResponse } from 'node:http';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { viewDetail } from '../api/run-view.ts';
import { METRIC_KEYS } from '../contract/metrics.ts';
import type { SeriesRows } from '../contract/series.ts';
import type { Lab } from '../lab.ts';

export const EXPORT_PATH = /^\/api\/export\/([a-z0-9]{6,32})\.(csv|json)$/;

/** Lines, and numbers of a column, written at a time. */
const CHUNK = 500;

/** Columns in the order of the metric catalogue, those that it does not know behind them by name. */
function inCatalogueOrder(columns: SeriesRows['columns']): [key: string, column: (number | null)[]][] {
  const rank = (key: string) => METRIC_KEYS.indexOf(key) + 1 || METRIC_KEYS.length + 1;
  return Object.entries(columns).sort(([a], [b]) => rank(a) - rank(b) || (a < b ? -1 : 1));
}

/** One line an iteration; columns in catalogue order; not-a-number is `NaN`, what was not said is empty. */
export function* csvParts({ iterations, columns }: SeriesRows): Generator<string> {
  const ordered = inCatalogueOrder(columns);
  yield `${['iteration', ...ordered.map(([key]) => key)].join(',')}\n`;
  for (let from = 0; from < iterations.length; from += CHUNK)
    yield iterations
      .slice(from, from + CHUNK)
      .map(
        (iteration, row) =>
          `${[iteration, ...ordered.map(([, column]) => column[from + row] ?? '')].join(',')}\n`,
      )
      .join('');
}

/** JSON has no NaN: as a word it is not mistaken for what was not said, which is null. */
const asJson = (value: number | null) => (Number.isNaN(value) ? '"NaN"' : JSON.stringify(value));

function* listParts(values: readonly (number | null)[]): Generator<string> {
  yield '[';
  for (let from = 0; from < values.length; from += CHUNK)
    yield (from > 0 ? ',' : '') +
      values
        .slice(from, from + CHUNK)
        .map(asJson)
        .join(',');
  yield ']';
}

/** A run with its curves, value by value. */
export function* jsonParts(run: { id: string }, { iterations, columns }: SeriesRows): Generator<string> {
  yield `{"run":${JSON.stringify(run)},\n"series":{"runId":${JSON.stringify(run.id)},"iterations":`;
  yield* listParts(iterations);
  yield ',\n"columns":{';
  const ordered = inCatalogueOrder(columns);
  for (const [index, [key, column]] of ordered.entries()) {
    yield `${index > 0 ? ',\n' : ''}${JSON.stringify(key)}:`;
    yield* listParts(column);
  }
  yield '}}}\n';
}

/** The numbers behind a run's page, every one: CSV of its curves, or JSON of everything but its logs. */
export async function answerExport(lab: Lab, response: ServerResponse, path: string): Promise<void> {
  const [, runId, format] = EXPORT_PATH.exec(path) ?? [];
  const run = runId === undefined ? null : await lab.store.runs.find(runId);
  if (!run) {
    response.writeHead(404, { 'Content-Type': 'text/plain; charset=utf-8' }).end('There is no such run\n');
    return;
  }
  const reducedTo = await lab.store.series.complete(run);
  const curves = await lab.store.series.readAll({ ...run, reducedTo });
  const csv = format === 'csv';
  const parts = csv ? csvParts(curves) : jsonParts(await viewDetail(lab, run), curves);
  response.writeHead(200, {
    'Content-Type': csv ? 'text/csv; charset=utf-8' : 'application/json; charset=utf-8',
    'Content-Disposition': `attachment; filename="hiper-${run.id}.${format}"`,
    'Cache-Control': 'no-store',
  });
  await writeAll(response, parts);
}

/** As fast as the reader takes it, with others' turn in between; a reader may leave. */
async function writeAll(response: ServerResponse, parts: Iterable<string>): Promise<void> {
  async function* paced(): AsyncGenerator<string> {
    for (const part of parts) {
      await nextTurn();
      yield part;
    }
  }
  await pipeline(Readable.from(paced()), response).catch((error: NodeJS.ErrnoException) => {
    if (error.code !== 'ERR_STREAM_PREMATURE_CLOSE') throw error;
  });
}
