import { download, fileName, toCsv } from '../../_charts/export.ts';
import type { LiveRun } from '../../_live/run-feed.ts';
import type { KnownRun } from './run-model.ts';

/** Saves the curves (CSV, a row an iteration) or everything this page knows of the run (JSON). NaN is kept. */
export function exportRun(run: KnownRun, live: LiveRun, format: 'csv' | 'json'): void {
  const { iterations, columns } = live.series;
  const stem = fileName(run.name, run.id);
  if (format === 'csv') {
    const keys = Object.keys(columns);
    const rows = iterations.map((iteration, row) => [iteration, ...keys.map((key) => columns[key]![row])]);
    download(`${stem}.csv`, toCsv(['iteration', ...keys], rows), 'text/csv');
    return;
  }
  const content = {
    id: run.id,
    name: run.name,
    state: run.state,
    preset: run.preset,
    createdAt: run.createdAt,
    startedAt: run.startedAt,
    endedAt: run.endedAt,
    facts: run.facts,
    config: run.config,
    series: { iterations, columns },
    evaluations: run.evaluations,
  };
  // JSON has no NaN: as a word it is at least not mistaken for a missing value.
  const text = JSON.stringify(content, (_key, value) => (Number.isNaN(value) ? 'NaN' : value), 2);
  download(`${stem}.json`, text, 'application/json');
}
