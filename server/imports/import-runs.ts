import { basename, dirname } from 'node:path/posix';
import { AppError } from '../contract/error.ts';
import type { ImportResult } from '../contract/imports.ts';
import { MOST_METRICS, shownName } from '../foreign/foreign-runs.ts';
import { checkPoint, type MetricsEvent, metricsEvents } from '../foreign/metric-points.ts';
import type { Lab } from '../lab.ts';
import type { ImportedRun } from '../store/foreign-runs.ts';
import { tidyRows } from './cumulate.ts';
import type { ImportFile, ImportRow, ImportTable } from './import-file.ts';
import { isEventFile, readImportFile } from './read-file.ts';

/** Steps that one run may have here. */
const MOST_STEPS = 100_000;
const SOURCE_LENGTH = 200;

export interface ImportOptions {
  /** Of the run; with several, numbers follow it. Empty: the names of the files. */
  name: string;
  params: Record<string, string>;
}

interface Made {
  run: ImportedRun;
  steps: number;
  metrics: number;
}

/** Files that make one run: each its own, but for event files of one folder. */
function groupFiles(files: readonly ImportFile[]): ImportFile[][] {
  const groups = new Map<string, ImportFile[]>();
  files.forEach((file, index) => {
    const key = isEventFile(file) ? `folder ${dirname(file.name)}` : `file ${index}`;
    groups.set(key, [...(groups.get(key) ?? []), file]);
  });
  return [...groups.values()];
}

function defaultName([first]: readonly ImportFile[]): string {
  const name = first?.name ?? '';
  const folder = basename(dirname(name));
  if (first && isEventFile(first) && folder !== '' && folder !== '.') return folder;
  return basename(name).replace(/\.(log|txt|csv|tsv|jsonl?|ndjson)$/i, '');
}

/**
 * Reads files and stores a run for each, all of them or, where anything is wrong, none. Throws AppError `bad-file` naming file,
 * line and fix, and `bad-input`.
 */
export async function importRuns(
  lab: Lab,
  files: readonly ImportFile[],
  options: ImportOptions,
): Promise<ImportResult> {
  if (files.length === 0) throw new AppError('bad-input', 'Choose at least one file');
  const groups = groupFiles(files);
  const runs: Made[] = [];
  const notes: string[] = [];
  for (const [index, group] of groups.entries()) {
    const tables: ImportTable[] = [];
    for (const file of group) tables.push(await readImportFile(file));
    notes.push(...tables.flatMap((table) => table.notes));
    const number = groups.length > 1 ? ` ${index + 1}` : '';
    const name = options.name === '' ? defaultName(group) : options.name + number;
    runs.push(
      makeRun(
        group,
        tables.flatMap(({ rows }) => rows),
        { ...options, name },
      ),
    );
  }
  const ids = await lab.store.foreign.importAll(runs.map(({ run }) => run));
  lab.bus.publishRunsChanged(ids);
  for (const id of ids) void lab.store.series.begin(id);
  return {
    runs: runs.map(({ run, steps, metrics }, index) => ({ id: ids[index]!, name: run.name, steps, metrics })),
    notes,
  };
}

function makeRun(
  files: readonly ImportFile[],
  read: readonly ImportRow[],
  { name, params }: ImportOptions,
): Made {
  const rows = tidyRows(read);
  const source = files.map((file) => basename(file.name)).join(', ');
  if (rows.length > MOST_STEPS)
    throw new AppError(
      'bad-file',
      `${source}: ${rows.length} steps, more than the ${MOST_STEPS} that a run may have here: thin it out`,
    );
  const now = Date.now();
  const events: MetricsEvent[] = [];
  for (const { step, time, values } of rows) {
    const points = [...values].map(([key, value]) => ({ key, value, step, timestamp: time ?? now }));
    for (const point of points) checkPointOf(source, point);
    events.push(...metricsEvents(points));
  }
  const names = new Set(rows.flatMap(({ values }) => [...values.keys()]));
  if (names.size > MOST_METRICS)
    throw new AppError(
      'bad-file',
      `${source}: ${names.size} metrics, more than the ${MOST_METRICS} that a run may have here`,
    );
  const times = rows.flatMap(({ time }) => time ?? []);
  const run: ImportedRun = {
    name: shownName(name),
    source: source.slice(0, SOURCE_LENGTH),
    params,
    events,
    startedAt: times.length > 0 ? times.reduce((a, b) => Math.min(a, b)) : null,
    endedAt: times.length > 0 ? times.reduce((a, b) => Math.max(a, b)) : null,
  };
  return { run, steps: rows.length, metrics: names.size };
}

function checkPointOf(source: string, point: Parameters<typeof checkPoint>[0]): void {
  try {
    checkPoint(point);
  } catch (error) {
    throw error instanceof AppError ? new AppError('bad-file', `${source}: ${error.message}`) : error;
  }
}
