import type { ServerResponse } from 'node:http';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { viewDetail } from '../api/run-view.ts';
import { EXPORT_FORMATS, type ExportFormat } from '../contract/exports.ts';
import type { SeriesRows } from '../contract/series.ts';
import type { Lab } from '../lab.ts';
import type { RunRow } from '../store/runs.ts';
import { inCatalogueOrder } from './catalogue-order.ts';
import { parquetParts } from './parquet.ts';

export const EXPORT_PATH = new RegExp(`^/api/export/([a-z0-9]{6,32})\\.(${EXPORT_FORMATS.join('|')})$`);

export const EXPORT_MEDIA_TYPES: Record<ExportFormat, string> = {
  csv: 'text/csv; charset=utf-8',
  json: 'application/json; charset=utf-8',
  parquet: 'application/vnd.apache.parquet',
};

/** Lines, and numbers of a column, written at a time. */
const CHUNK = 500;

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

/** The numbers behind a run's page, every one: its curves as CSV or Parquet, or JSON of everything but its logs. */
export async function answerExport(lab: Lab, response: ServerResponse, path: string): Promise<void> {
  const [, runId, format] = EXPORT_PATH.exec(path) ?? [];
  const run = runId === undefined ? null : await lab.store.runs.find(runId);
  if (!run) {
    response.writeHead(404, { 'Content-Type': 'text/plain; charset=utf-8' }).end('There is no such run\n');
    return;
  }
  const reducedTo = await lab.store.series.complete(run);
  const curves = await lab.store.series.readAll({ ...run, reducedTo });
  response.writeHead(200, {
    'Content-Type': EXPORT_MEDIA_TYPES[format as ExportFormat],
    'Content-Disposition': `attachment; filename="hiper-${run.id}.${format}"`,
    'Cache-Control': 'no-store',
  });
  await writeAll(response, await partsOf(lab, run, format as ExportFormat, curves));
}

async function partsOf(
  lab: Lab,
  run: RunRow,
  format: ExportFormat,
  curves: SeriesRows,
): Promise<Iterable<string | Uint8Array>> {
  switch (format) {
    case 'csv':
      return csvParts(curves);
    case 'json':
      return jsonParts(await viewDetail(lab, run), curves);
    case 'parquet':
      return parquetParts(curves);
  }
}

/** As fast as the reader takes it, with others' turn in between; a reader may leave. */
async function writeAll(response: ServerResponse, parts: Iterable<string | Uint8Array>): Promise<void> {
  async function* paced(): AsyncGenerator<string | Uint8Array> {
    for (const part of parts) {
      await nextTurn();
      yield part;
    }
  }
  await pipeline(Readable.from(paced()), response).catch((error: NodeJS.ErrnoException) => {
    if (error.code !== 'ERR_STREAM_PREMATURE_CLOSE') throw error;
  });
}
