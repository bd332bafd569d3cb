'use client';
import { useMemo } from 'react';
import { METRICS } from '../../../server/contract/metrics.ts';
import { NO_SETTINGS, roundForUrl } from '../../_charts/chart-settings.ts';
import { LineChart } from '../../_charts/line-chart.tsx';
import { evaluationSummaryWords, summaryWords } from '../../_charts/summary-note.tsx';
import { Skeleton } from '../../_ui/skeleton.tsx';
import { findFigure } from '../../compare/compare-figures.ts';
import { explainDifferences, explainGroups } from '../../compare/group-words.ts';
import { chartName, shownChart } from '../figure-settings.ts';
import { loadComparison } from '../figure-view.ts';
import { useFigureSettings } from '../use-figure-settings.ts';
import type { FigureProps } from './figure-source.ts';
import { FigureProblem, MissingRuns } from './figure-words.tsx';
import { useFigureRuns, useRunsOfView } from './use-figure-runs.ts';

const HEIGHT = 280;

/** One chart of a comparison. What the reader sets on it, and how far it is zoomed, stands in the address of the page. */
export function ChartFigure({ block, source: { runs: known, shareToken } }: FigureProps) {
  const { id, query } = block;
  const of = shownChart(block);
  const saved = useMemo(() => loadComparison(query), [query]);
  const stored = { ...(saved.charts[of] ?? NO_SETTINGS), zoom: saved.zoom };
  const [settings, setSettings] = useFigureSettings(chartName(id), stored);
  const view = useMemo(() => ({ ...saved, zoom: [...settings.zoom] }), [saved, settings.zoom]);
  const { summaries, missing } = useRunsOfView(query, known);
  const { chartRuns, groups, drawing, zoom: shown, isLoading } = useFigureRuns(summaries, view, shareToken);
  const { x, smooth } = view;
  const figure = useMemo(
    () => findFigure(of, chartRuns, { x, groups, drawing }),
    [of, chartRuns, x, groups, drawing],
  );
  if (!figure && isLoading) return <Skeleton className="h-80" />;
  if (!figure)
    return (
      <FigureProblem>
        {summaries.length === 0
          ? 'None of the runs of this chart is here any more.'
          : `There is no chart “${of}” of these runs: none of them reports it, or there are several of this name.`}
      </FigureProblem>
    );
  const metric = METRICS.find(({ key }) => key === figure.id);
  const { center, band, members, difference } = drawing;
  const explained =
    groups && (difference ? explainDifferences(center, band) : explainGroups(center, band, members));
  const bin = chartRuns[0]?.series.bin ?? 1;
  const evaluationBin = Math.max(1, ...chartRuns.map((run) => run.evaluationBin));
  const summary = figure.series.some(({ points }) => points)
    ? evaluationSummaryWords(evaluationBin)
    : summaryWords(bin);
  return (
    <>
      <LineChart
        title={figure.title}
        definition={[metric?.definition, explained, summary].filter(Boolean).join(' ') || undefined}
        unit={figure.unit}
        paperTitle={figure.title}
        series={figure.series}
        bands={figure.bands}
        xKey={x}
        smoothing={smooth}
        yRange={figure.yRange}
        settings={settings}
        onSettings={setSettings}
        zoom={shown}
        onZoom={(range) => setSettings({ zoom: range?.map(roundForUrl) ?? [] })}
        height={HEIGHT}
        emptyText={isLoading ? 'Loading …' : 'No data yet'}
        fileStem="report"
      />
      <MissingRuns count={missing} />
    </>
  );
}
