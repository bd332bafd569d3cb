'use client';
import { useQuery } from '@tanstack/react-query';
import { useMemo } from 'react';
import { useTRPC } from '../../_trpc/client.tsx';
import { PROTOCOL_FIELDS } from '../../leaderboard/protocol.ts';
import { loadStatistics } from '../figure-view.ts';
import { Fetched } from './fetched.tsx';
import type { FigureProps } from './figure-source.ts';
import { ScoresFigure } from './scores-figure.tsx';

/** The statistics of the runs that a view names, or of all finished ones. */
export function StatisticsFigure({ block, source: { shareToken } }: FigureProps) {
  return shareToken === undefined ? (
    <OwnStatistics query={block.query} />
  ) : (
    <SharedStatistics token={shareToken} block={block.id} query={block.query} />
  );
}

function OwnStatistics({ query }: { query: string }) {
  const trpc = useTRPC();
  const view = useMemo(() => loadStatistics(query), [query]);
  const protocol = Object.fromEntries(
    PROTOCOL_FIELDS.flatMap(({ field }) => (view[field] === null ? [] : [[field, view[field]]])),
  );
  const scores = useQuery(
    trpc.statistics.scores.queryOptions({ ...(view.runs.length > 0 && { runIds: view.runs }), protocol }),
  );
  return <Fetched query={scores}>{(data) => <ScoresFigure scores={data} query={query} />}</Fetched>;
}

function SharedStatistics({ token, block, query }: { token: string; block: string; query: string }) {
  const trpc = useTRPC();
  const figure = useQuery(trpc.shares.figure.queryOptions({ token, block }));
  return (
    <Fetched query={figure}>
      {({ scores }) => scores && <ScoresFigure scores={scores} query={query} />}
    </Fetched>
  );
}
