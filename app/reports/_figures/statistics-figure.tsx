'use client';
import { useQuery } from '@tanstack/react-query';
import { useMemo } from 'react';
import type { FigureBlock } from '../../../server/contract/report.ts';
import type { ScoredRuns } from '../../../server/contract/views.ts';
import { NO_SETTINGS } from '../../_charts/chart-settings.ts';
import { useTRPC } from '../../_trpc/client.tsx';
import { PROTOCOL_FIELDS } from '../../leaderboard/protocol.ts';
import { chartName } from '../figure-settings.ts';
import { loadStatistics } from '../figure-view.ts';
import { useFigureSettings } from '../use-figure-settings.ts';
import { Fetched } from './fetched.tsx';
import type { FigureProps } from './figure-source.ts';
import { ScoresFigure } from './scores-figure.tsx';

/** The statistics of the runs that a view names, or of all finished ones. */
export function StatisticsFigure({ block, source: { shareToken } }: FigureProps) {
  return shareToken === undefined ? (
    <OwnStatistics block={block} />
  ) : (
    <SharedStatistics token={shareToken} block={block} />
  );
}

function OwnStatistics({ block }: { block: FigureBlock }) {
  const trpc = useTRPC();
  const view = useMemo(() => loadStatistics(block.query), [block.query]);
  const protocol = Object.fromEntries(
    PROTOCOL_FIELDS.flatMap(({ field }) => (view[field] === null ? [] : [[field, view[field]]])),
  );
  const scores = useQuery(
    trpc.statistics.scores.queryOptions({ ...(view.runs.length > 0 && { runIds: view.runs }), protocol }),
  );
  return <Fetched query={scores}>{(data) => <SetScores scores={data} block={block} />}</Fetched>;
}

function SharedStatistics({ token, block }: { token: string; block: FigureBlock }) {
  const trpc = useTRPC();
  const figure = useQuery(trpc.shares.figure.queryOptions({ token, block: block.id }));
  return (
    <Fetched query={figure}>{({ scores }) => scores && <SetScores scores={scores} block={block} />}</Fetched>
  );
}

/** With what is set on its two charts. */
function SetScores({ scores, block: { id, query } }: { scores: ScoredRuns; block: FigureBlock }) {
  const { charts } = useMemo(() => loadStatistics(query), [query]);
  const stored = (chart: string) => ({ ...(charts[chart] ?? NO_SETTINGS), zoom: [] });
  const [profile, setProfile] = useFigureSettings(chartName(id, 'profile'), stored('profile'));
  const [efficiency, setEfficiency] = useFigureSettings(chartName(id, 'efficiency'), stored('efficiency'));
  return (
    <ScoresFigure
      scores={scores}
      query={query}
      charts={{ profile, efficiency }}
      onSettings={(chart, changes) => (chart === 'profile' ? setProfile : setEfficiency)(changes)}
    />
  );
}
