'use client';
import { useRef } from 'react';
import { protocolKey, protocolOf } from '../../server/contract/board.ts';
import type { Evaluation } from '../../server/contract/events.ts';
import { reduceRows } from '../../server/contract/series.ts';
import type { MetricSeries } from '../../server/contract/views.ts';
import type { LineBand, LineSeries } from '../_charts/line-series.ts';
import type { RunStyle } from '../_charts/run-colors.ts';
import { evaluationX, seriesX } from '../_charts/x-values.ts';
import { originNote } from '../_origin/method-words.ts';
import type { OriginParts } from '../_origin/run-origin.ts';
import type { ComparedRun } from './compared-run.ts';
import { wilson } from './proportion.ts';
import type { ProtocolRow } from './protocols.ts';
import type { XAxis } from './x-axis.ts';

/** What of a run changes its lines. */
export interface ChartRun extends OriginParts {
  id: string;
  name: string;
  style: RunStyle;
  /** Where its credit comes from, e.g. `as published`, or the run itself, e.g. `imported`; empty where that cannot be said. */
  note: string;
  hidden: boolean;
  series: MetricSeries;
  evaluations: readonly Evaluation[];
  /** Iterations whose evaluations are summarised; 1: all are there. */
  evaluationBin: number;
}

/** More runs than this and intervals around every line would hide the lines. */
const MAX_RUNS_WITH_BANDS = 4;

/**
 * The same array until something that charts draw has changed: progress events must not redraw forty charts. All curves are
 * summarised by the same bins.
 */
export function useChartRuns(runs: readonly ComparedRun[]): readonly ChartRun[] {
  const kept = useRef<{ runs: readonly ChartRun[]; drawn: readonly MetricSeries[] }>({ runs: [], drawn: [] });
  const same =
    kept.current.runs.length === runs.length &&
    runs.every((run, index) => {
      const old = kept.current.runs[index]!;
      return (
        old.id === run.id &&
        old.name === run.name &&
        old.hidden === run.hidden &&
        old.config === run.config &&
        old.foreign === run.foreign &&
        old.style.color === run.style.color &&
        old.style.dash === run.style.dash &&
        kept.current.drawn[index] === run.live.series &&
        old.evaluations === run.evaluations
      );
    });
  if (!same) {
    const drawn = runs.map(({ live }) => live.series);
    const parts = runs.map((run) => ({
      ...run,
      series: run.live.series,
      evaluationBin: run.live.evaluationBin,
    }));
    kept.current = { drawn, runs: makeChartRuns(parts) };
  }
  return kept.current.runs;
}

/** Runs for charts; all curves are summarised by the same bins. */
export function makeChartRuns(runs: readonly Omit<ChartRun, 'note'>[]): ChartRun[] {
  const bin = Math.max(1, ...runs.map(({ series }) => series.bin));
  return runs.map((run) => {
    const { id, name, origin, config, foreign, style, hidden, evaluations, evaluationBin, series } = run;
    return {
      ...{ id, name, origin, config, foreign, style, hidden, evaluations, evaluationBin },
      note: originNote(run),
      series: summarizedBy(series, bin),
    };
  });
}

const summarized = new WeakMap<MetricSeries, MetricSeries>();

/** A curve by the bins of the longest one beside it: what is compared is summarised alike. */
function summarizedBy(series: MetricSeries, bin: number): MetricSeries {
  if (series.bin === bin) return series;
  const known = summarized.get(series);
  if (known?.bin === bin) return known;
  const { runId, keys } = series;
  const reduced = { runId, bin, ...reduceRows(series, bin), ...(keys && { keys }) };
  summarized.set(series, reduced);
  return reduced;
}

/** One metric as a line a run; runs that do not report it are left out. */
export function metricLines(runs: readonly ChartRun[], key: string, x: XAxis): LineSeries[] {
  return runs.flatMap((run) => {
    const y = run.series.columns[key];
    // Before its first iteration, and in a preview, a run keeps its place in the legend, so that nothing moves when data arrives.
    if (!y && run.series.iterations.length > 0 && !run.series.keys?.includes(key)) return [];
    const { iterations } = run.series;
    return [
      {
        id: run.id,
        label: run.name,
        iterations,
        x: seriesX(run.series, x),
        y: y ?? [],
        bin: run.series.bin,
        ...lineStyle(run),
      },
    ];
  });
}

/** Evaluations under one protocol as a line with points a run, and their Wilson intervals while the runs are few. */
export function evaluationLines(
  runs: readonly ChartRun[],
  protocol: ProtocolRow,
  x: XAxis,
): { series: LineSeries[]; bands: LineBand[] } {
  const showsBands = runs.length <= MAX_RUNS_WITH_BANDS;
  const series: LineSeries[] = [];
  const bands: LineBand[] = [];
  for (const run of runs) {
    const evaluations = evaluationsUnder(run, protocol).sort((a, b) => a.iteration - b.iteration);
    if (evaluations.length === 0) continue;
    const at = evaluations.map((evaluation) => evaluationX(evaluation, x, run.series));
    const scores = evaluations.map(({ successes, episodes }) => wilson(successes, episodes));
    series.push({
      id: run.id,
      label: run.name,
      iterations: evaluations.map(({ iteration }) => iteration),
      x: at,
      y: scores.map(({ rate }) => rate),
      bin: run.evaluationBin,
      points: true,
      smooth: false,
      ...lineStyle(run),
    });
    if (showsBands && !run.hidden)
      bands.push({
        id: run.id,
        label: `95 % interval of ${run.name}`,
        x: at,
        low: scores.map(({ low }) => low),
        high: scores.map(({ high }) => high),
        color: run.style.color,
      });
  }
  return { series, bands };
}

function lineStyle({ style, note, hidden }: ChartRun) {
  return { color: style.color, dash: style.dash, note: note || undefined, hidden };
}

function evaluationsUnder({ config, evaluations }: ChartRun, { key }: ProtocolRow): Evaluation[] {
  if (config === null) return [];
  return evaluations.filter((evaluation) => protocolKey(protocolOf(config, evaluation)) === key);
}

/** Protocols worth a curve: evaluated more than once in some run; a split evaluated only once keeps its first one. */
export function curveProtocols(rows: readonly ProtocolRow[], runs: readonly ChartRun[]): ProtocolRow[] {
  const isCurve = (row: ProtocolRow) => runs.some((run) => evaluationsUnder(run, row).length > 1);
  return rows.filter(
    (row, index) =>
      isCurve(row) ||
      (!rows.some((other) => other.split === row.split && isCurve(other)) &&
        rows.findIndex((other) => other.split === row.split) === index),
  );
}
