import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createLoader } from 'nuqs/server';
import { AppError } from '../../server/contract/error.ts';
import { METRIC_KEYS } from '../../server/contract/metrics.ts';
import { rowsPerRun, runsPerRequest } from '../../server/contract/series.ts';
import { fromWire } from '../../server/contract/series-codec.ts';
import type { RunSnapshot, RunSummary } from '../../server/contract/views.ts';
import { NO_SETTINGS } from '../_charts/chart-settings.ts';
import { linesToCsv, yTitleOf } from '../_charts/export-text.ts';
import { paletteColor, readPalette } from '../_charts/light-colors.ts';
import { paperSvg } from '../_charts/paper-figure.ts';
import { assignRunStyles } from '../_charts/run-colors.ts';
import { X_UNITS } from '../_charts/x-values.ts';
import { LabServer } from '../_cli/server.ts';
import { makeChartRuns } from './chart-run.ts';
import { findFigure } from './compare-figures.ts';
import { figureCommand } from './figure-command.ts';
import { protocolRows } from './protocols.ts';
import { groupsOf } from './run-groups.ts';
import { compareParsers } from './view-state.ts';
import { X_AXIS_TITLES } from './x-axis.ts';

const USAGE = `usage: npm run -s figure -- 'ADDRESS OF A COMPARE PAGE' CHART FILE.svg

Draws one chart of a comparison as the page does, light, with title, legend and axes; with FILE.csv its data. CHART is the key of a metric,
such as success or advantageMean.high, or a split of the evaluations, such as valid_seen. The server must run; with a login, set HIPER_KEY (a key that may read) or HIPER_SECRET.`;

const loadView = createLoader(compareParsers);

/** Runs and curves that a comparison shows, from its server. */
async function readRuns(
  url: URL,
  ids: readonly string[],
): Promise<{ summaries: RunSummary[]; snapshots: RunSnapshot[] }> {
  const server = new LabServer(url.origin, process.env);
  const listed = await server.call((api) => api.runs.list.query());
  const summaries = ids.flatMap((id) => listed.find((run) => run.id === id) ?? []);
  if (summaries.length === 0) throw new AppError('bad-input', `${url}: none of its runs is on this server`);
  const points = rowsPerRun(summaries.length);
  const snapshots: RunSnapshot[] = [];
  for (let first = 0; first < summaries.length; first += runsPerRequest(points)) {
    const runIds = summaries.slice(first, first + runsPerRequest(points)).map(({ id }) => id);
    snapshots.push(...(await server.call((api) => api.metrics.snapshots.query({ runIds, points }))));
  }
  return { summaries, snapshots };
}

/** The chart as text: SVG, or CSV by the ending of `file`. */
async function makeFigure(address: string, chart: string, file: string): Promise<string> {
  const url = URL.parse(address);
  if (!url?.pathname.endsWith('/compare'))
    throw new AppError('bad-input', `${address}: is not the address of a compare page`);
  const view = loadView(url);
  const { summaries, snapshots } = await readRuns(url, view.runs);
  const styles = assignRunStyles(summaries);
  const runs = makeChartRuns(
    summaries.flatMap((run) => {
      const snapshot = snapshots.find(({ runId }) => runId === run.id);
      if (!snapshot) return [];
      const { evaluations, evaluationBin, series } = snapshot;
      const hidden = view.hidden.includes(run.id);
      return {
        ...run,
        evaluations,
        evaluationBin,
        hidden,
        style: styles.get(run.id)!,
        series: fromWire(series),
      };
    }),
  );
  const { x, center, band, members, difference } = view;
  const groups = groupsOf(summaries, styles, view.by);
  const figure = findFigure(chart, runs, { x, groups, drawing: { center, band, members, difference } });
  if (!figure) {
    const known = [...METRIC_KEYS, ...protocolRows(runs).map(({ key }) => `'${key}'`)].join(', ');
    throw new AppError('bad-input', `chart ${chart}: is none of ${known}`);
  }
  if (file.endsWith('.csv')) return linesToCsv(X_AXIS_TITLES[x], figure.series, figure.bands);
  const settings = view.charts[figure.id] ?? NO_SETTINGS;
  const [from, to] = view.zoom;
  const yScale = settings.y ?? figure.yRange;
  const palette = readPalette(readFileSync(join(import.meta.dirname, '../globals.css'), 'utf8'));
  return paperSvg(
    {
      ...figure,
      ...{ xTitle: X_AXIS_TITLES[x], xUnit: X_UNITS[x], yUnit: figure.unit, yScale, yZoom: settings.yZoom },
      yTitle: yTitleOf({ ...figure, yScale }),
      smoothing: settings.smooth ?? view.smooth,
      zoom: from === undefined || to === undefined ? null : [from, to],
      source: figureCommand(address, figure.id, file),
    },
    (color) => paletteColor(palette, color),
  );
}

const [address, chart, file, ...rest] = process.argv.slice(2);
if (!address || !chart || !file || rest.length > 0 || !/\.(svg|csv)$/.test(file)) {
  console.error(USAGE);
  process.exitCode = 2;
} else
  try {
    writeFileSync(file, await makeFigure(address, chart, file));
  } catch (error) {
    console.error(error instanceof Error ? error.message : error);
    process.exitCode = 1;
  }
