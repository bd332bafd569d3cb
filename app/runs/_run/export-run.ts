import { runToJson, seriesToCsv } from '../../../server/contract/run-export.ts';
import { download, fileName } from '../../_charts/export.ts';
import type { LiveRun } from '../../_live/run-feed.ts';
import type { KnownRun } from './run-model.ts';

/** Saves the curves (CSV, a row an iteration) or everything this page knows of the run (JSON), as /api/export writes them. */
export function exportRun(run: KnownRun, live: LiveRun, format: 'csv' | 'json'): void {
  const stem = fileName(run.name, run.id);
  if (format === 'csv') download(`${stem}.csv`, seriesToCsv(live.series), 'text/csv');
  else download(`${stem}.json`, runToJson(run, live.series), 'application/json');
}
