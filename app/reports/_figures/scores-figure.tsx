'use client';
import { useMemo } from 'react';
import type { ScoredRuns } from '../../../server/contract/views.ts';
import type { ChartSettings, SettingsOfCharts } from '../../_charts/chart-settings.ts';
import { ProtocolLine } from '../../leaderboard/protocol-picker.tsx';
import { StatisticsBody } from '../../statistics/statistics-body.tsx';
import { loadStatistics } from '../figure-view.ts';
import { FigureProblem, MissingRuns } from './figure-words.tsx';

/** The statistics that a view asks for, of scores that are there; its charts are as `charts` says. */
export function ScoresFigure({
  scores,
  query,
  charts,
  onSettings,
}: {
  scores: ScoredRuns;
  query: string;
  charts: SettingsOfCharts;
  onSettings: (id: string, changes: Partial<ChartSettings>) => void;
}) {
  const view = useMemo(() => loadStatistics(query), [query]);
  const { metric, by, seed, resamples, x, profile } = view;
  if (!scores.protocol || scores.runs.length === 0)
    return <FigureProblem>No run was evaluated under the protocol of these statistics.</FigureProblem>;
  return (
    <div className="flex flex-col gap-3">
      <ProtocolLine protocol={scores.protocol} />
      <StatisticsBody
        runs={scores.runs}
        view={{ metric, by, seed, x, profile, charts, repetitions: Number(resamples) }}
        onSettings={onSettings}
      />
      <MissingRuns count={Math.max(0, view.runs.length - scores.runs.length)} />
    </div>
  );
}
