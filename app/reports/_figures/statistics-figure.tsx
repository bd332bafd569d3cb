'use client';
import { useQuery } from '@tanstack/react-query';
import { useMemo, useState } from 'react';
import type { ScoredRuns } from '../../../server/contract/views.ts';
import { changeSettings } from '../../_charts/chart-settings.ts';
import { useTRPC } from '../../_trpc/client.tsx';
import { errorMessage } from '../../_trpc/error-message.ts';
import { ErrorState } from '../../_ui/error-state.tsx';
import { Skeleton } from '../../_ui/skeleton.tsx';
import { PROTOCOL_FIELDS } from '../../leaderboard/protocol.ts';
import { ProtocolLine } from '../../leaderboard/protocol-picker.tsx';
import { StatisticsBody } from '../../statistics/statistics-body.tsx';
import { loadStatistics } from '../figure-view.ts';
import type { FigureProps } from './figure-source.ts';
import { FigureProblem, MissingRuns } from './figure-words.tsx';

/** The statistics of the runs that a view names, or of all finished ones. */
export function StatisticsFigure({ block }: FigureProps) {
  const trpc = useTRPC();
  const view = useMemo(() => loadStatistics(block.query), [block.query]);
  const protocol = Object.fromEntries(
    PROTOCOL_FIELDS.flatMap(({ field }) => (view[field] === null ? [] : [[field, view[field]]])),
  );
  const scores = useQuery(
    trpc.statistics.scores.queryOptions({
      ...(view.runs.length > 0 && { runIds: view.runs }),
      protocol,
    }),
  );
  if (scores.isPending) return <Skeleton className="h-80" />;
  if (scores.isError)
    return <ErrorState message={errorMessage(scores.error)} onRetry={() => scores.refetch()} />;
  return <ScoresFigure scores={scores.data} query={block.query} />;
}

/** The same from scores that are there. */
export function ScoresFigure({ scores, query }: { scores: ScoredRuns; query: string }) {
  const view = useMemo(() => loadStatistics(query), [query]);
  const [charts, setCharts] = useState(view.charts);
  const { by, seed, resamples, x, profile } = view;
  if (!scores.protocol || scores.runs.length === 0)
    return <FigureProblem>No run was evaluated under the protocol of these statistics.</FigureProblem>;
  return (
    <div className="flex flex-col gap-3">
      <ProtocolLine protocol={scores.protocol} />
      <StatisticsBody
        runs={scores.runs}
        view={{ by, seed, x, profile, charts, repetitions: Number(resamples) }}
        onSettings={(id, changes) => setCharts((before) => changeSettings(before, id, changes))}
      />
      <MissingRuns count={Math.max(0, view.runs.length - scores.runs.length)} />
    </div>
  );
}
