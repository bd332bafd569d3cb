'use client';
import { useQuery } from '@tanstack/react-query';
import { useMemo } from 'react';
import type { Leaderboard } from '../../../server/contract/board.ts';
import { useTRPC } from '../../_trpc/client.tsx';
import { LeaderboardBody } from '../../leaderboard/leaderboard-body.tsx';
import { ProtocolLine } from '../../leaderboard/protocol-picker.tsx';
import { loadBoard } from '../figure-view.ts';
import { Fetched } from './fetched.tsx';
import type { FigureProps } from './figure-source.ts';
import { FigureProblem } from './figure-words.tsx';

/** The board that a view names. */
export function BoardFigure({ block, source: { shareToken } }: FigureProps) {
  return shareToken === undefined ? (
    <OwnBoard query={block.query} />
  ) : (
    <SharedBoard token={shareToken} block={block.id} />
  );
}

function OwnBoard({ query }: { query: string }) {
  const trpc = useTRPC();
  const choice = useMemo(
    () => Object.fromEntries(Object.entries(loadBoard(query)).filter(([, value]) => value !== null)),
    [query],
  );
  const board = useQuery(trpc.leaderboard.get.queryOptions(choice));
  return <Fetched query={board}>{(data) => <ShownBoard board={data} linked />}</Fetched>;
}

function SharedBoard({ token, block }: { token: string; block: string }) {
  const trpc = useTRPC();
  const figure = useQuery(trpc.shares.figure.queryOptions({ token, block }));
  return (
    <Fetched query={figure}>{({ board }) => board && <ShownBoard board={board} linked={false} />}</Fetched>
  );
}

function ShownBoard({ board, linked }: { board: Leaderboard; linked: boolean }) {
  if (!board.protocol)
    return <FigureProblem>No finished run was evaluated under the protocol of this board.</FigureProblem>;
  return (
    <div className="flex flex-col gap-3">
      <ProtocolLine protocol={board.protocol} />
      <LeaderboardBody board={board} linked={linked} verification={null} />
    </div>
  );
}
