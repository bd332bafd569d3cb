'use client';
import { useSearchParams } from 'next/navigation';
import { useQueryState } from 'nuqs';
import type { ScoredRuns } from '../../../server/contract/views.ts';
import { changeSettings } from '../../_charts/chart-settings.ts';
import { ScoresFigure } from '../../reports/_figures/scores-figure.tsx';
import { statisticsParsers } from '../../statistics/view-state.ts';

/** Statistics as their link shows them, with the view in its address. */
export function SharedStatistics({ scores }: { scores: ScoredRuns }) {
  const [charts, setCharts] = useQueryState('charts', statisticsParsers.charts);
  return (
    <ScoresFigure
      scores={scores}
      query={useSearchParams().toString()}
      charts={charts}
      onSettings={(id, changes) => void setCharts((before) => changeSettings(before, id, changes))}
    />
  );
}
