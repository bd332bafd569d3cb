'use client';
import { useQuery } from '@tanstack/react-query';
import { useMemo } from 'react';
import type { Leaderboard } from '../../../server/contract/board.ts';
import { useTRPC } from '../../_trpc/client.tsx';
import { errorMessage } from '../../_trpc/error-message.ts';
import { ErrorState } from '../../_ui/error-state.tsx';
import { Skeleton } from '../../_ui/skeleton.tsx';
import { LeaderboardBody } from '../../leaderboard/leaderboard-body.tsx';
import { ProtocolLine } from '../../leaderboard/protocol-picker.tsx';
import { loadBoard } from '../figure-view.ts';
import type { FigureProps } from './figure-source.ts';
import { FigureProblem } from './figure-words.tsx';

/** The board that a view names. */
export function BoardFigure({ block }: FigureProps) {
  const trpc = useTRPC();
  const choice = useMemo(
    () => Object.fromEntries(Object.entries(loadBoard(block.query)).filter(([, value]) => value !== null)),
    [block.query],
  );
  const board = useQuery(trpc.leaderboard.get.queryOptions(choice));
  if (board.isPending) return <Skeleton className="h-56" />;
  if (board.isError)
    return <ErrorState message={errorMessage(board.error)} onRetry={() => board.refetch()} />;
  return <ShownBoard board={board.data} linked />;
}

/** The same from a board that is there. */
export function ShownBoard({ board, linked }: { board: Leaderboard; linked: boolean }) {
  if (!board.protocol)
    return <FigureProblem>No finished run was evaluated under the protocol of this board.</FigureProblem>;
  return (
    <div className="flex flex-col gap-3">
      <ProtocolLine protocol={board.protocol} />
      <LeaderboardBody board={board} linked={linked} verification={null} />
    </div>
  );
}
