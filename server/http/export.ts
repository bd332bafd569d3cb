import type { ServerResponse } from 'node:http';
import { viewDetail } from '../api/run-view.ts';
import { seriesOfRuns } from '../api/series.ts';
import { METRIC_KEYS } from '../contract/metrics.ts';
import type { MetricSeries } from '../contract/views.ts';
import type { Lab } from '../lab.ts';

export const EXPORT_PATH = /^\/api\/export\/([a-z0-9]{6,32})\.(csv|json)$/;

/** One line an iteration; columns in catalogue order; not-a-number is `NaN`, what was not said is empty. */
export function toCsv({ iterations, columns }: Pick<MetricSeries, 'iterations' | 'columns'>): string {
  const rank = (key: string) => METRIC_KEYS.indexOf(key) + 1 || METRIC_KEYS.length + 1;
  const keys = Object.keys(columns).sort((a, b) => rank(a) - rank(b) || (a < b ? -1 : 1));
  const lines = iterations.map((iteration, index) =>
    [iteration, ...keys.map((key) => columns[key]?.[index] ?? '')].join(','),
  );
  return `${[['iteration', ...keys].join(','), ...lines].join('\n')}\n`;
}

/** JSON has no NaN: as a word it is not mistaken for what was not said, which is null. */
const nanAsWord = (_key: string, value: unknown) => (Number.isNaN(value) ? 'NaN' : value);

/** The numbers behind a run's page: CSV of its series, or JSON of everything but its logs. */
export async function answerExport(lab: Lab, response: ServerResponse, path: string): Promise<void> {
  const [, runId, format] = EXPORT_PATH.exec(path) ?? [];
  const run = runId === undefined ? null : await lab.store.runs.find(runId);
  if (!run) {
    response.writeHead(404, { 'Content-Type': 'text/plain; charset=utf-8' }).end('There is no such run\n');
    return;
  }
  const [series] = await seriesOfRuns(lab.store, [run.id]);
  const csv = format === 'csv';
  response.writeHead(200, {
    'Content-Type': csv ? 'text/csv; charset=utf-8' : 'application/json; charset=utf-8',
    'Content-Disposition': `attachment; filename="hiper-${run.id}.${format}"`,
    'Cache-Control': 'no-store',
  });
  const curves = series as MetricSeries;
  response.end(
    csv ? toCsv(curves) : JSON.stringify({ run: await viewDetail(lab, run), series: curves }, nanAsWord),
  );
}
