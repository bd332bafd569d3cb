import type { ServerResponse } from 'node:http';
import { viewDetail } from '../api/run-view.ts';
import { seriesOfRuns } from '../api/series.ts';
import { runToJson, seriesToCsv } from '../contract/run-export.ts';
import type { MetricSeries } from '../contract/views.ts';
import type { Lab } from '../lab.ts';

export const EXPORT_PATH = /^\/api\/export\/([a-z0-9]{6,32})\.(csv|json)$/;

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
  response.end(csv ? seriesToCsv(curves) : runToJson(await viewDetail(lab, run), curves));
}
