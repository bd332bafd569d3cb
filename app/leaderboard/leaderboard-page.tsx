'use client';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { useQueryStates } from 'nuqs';
import { ShareButton } from '../_share/share-button.tsx';
import { useTRPC } from '../_trpc/client.tsx';
import { errorMessage } from '../_trpc/error-message.ts';
import { ButtonLink } from '../_ui/button.tsx';
import { EmptyState } from '../_ui/empty-state.tsx';
import { ErrorState } from '../_ui/error-state.tsx';
import { awaitContent, useContentShown } from '../_ui/later.ts';
import { PageHeader } from '../_ui/page-header.tsx';
import { Skeleton } from '../_ui/skeleton.tsx';
import { SavedViews } from '../_views/saved-views.tsx';
import { AddToReport } from '../reports/add-to-report.tsx';
import { boardStatisticsHref } from '../statistics/view-state.ts';
import { LeaderboardBody } from './leaderboard-body.tsx';
import { boardParsers } from './protocol.ts';
import { ProtocolPicker } from './protocol-picker.tsx';
import { PublishedResults } from './published-results.tsx';
import { RankingPicker } from './ranking-picker.tsx';
import { useVerification } from './use-verification.ts';

awaitContent();

/** Finished runs ranked under one evaluation protocol, and apart from them what the authors report. */
export function LeaderboardPage() {
  const trpc = useTRPC();
  const [choice, setChoice] = useQueryStates(boardParsers, { history: 'push' });
  const input = Object.fromEntries(Object.entries(choice).filter(([, value]) => value !== null));
  const board = useQuery(trpc.leaderboard.get.queryOptions(input, { placeholderData: keepPreviousData }));
  const verification = useVerification(board.data?.protocol ?? null);
  useContentShown(!board.isPending);

  return (
    <>
      <PageHeader
        title="Leaderboard"
        description="Finished runs, ranked by their final evaluation. Only results on the same games, played under the same rules, stand on one board."
        actions={
          board.data?.protocol && (
            <>
              <ButtonLink href={boardStatisticsHref(board.data.protocol)}>Statistics</ButtonLink>
              <SavedViews page="/leaderboard" size="md" />
              <AddToReport page="/leaderboard" />
              <ShareButton kind="leaderboard" runIds={[]} title="Leaderboard" />
            </>
          )
        }
      />
      <div className="flex flex-col gap-6">
        {board.isPending ? (
          <div role="status" aria-label="Loading" className="flex flex-col gap-3">
            <Skeleton className="h-9" />
            <Skeleton className="h-56" />
          </div>
        ) : board.isError ? (
          <ErrorState message={errorMessage(board.error)} onRetry={() => board.refetch()} />
        ) : board.data.protocols.length === 0 ? (
          <EmptyState
            title="No run has finished yet"
            actions={
              <ButtonLink href="/runs/new" variant="primary">
                New run
              </ButtonLink>
            }
          >
            A run enters the table by itself when its last evaluation is done. Runs that differ only in their
            seed share one row.
          </EmptyState>
        ) : (
          <div className={board.isPlaceholderData ? 'opacity-60 transition-opacity' : ''}>
            <RankingPicker board={board.data} onPick={(ranking) => void setChoice(ranking)} />
            <ProtocolPicker
              protocols={board.data.protocols}
              current={board.data.protocol}
              onPick={(protocol) => void setChoice(protocol)}
            />
            {board.data.protocol ? (
              <LeaderboardBody board={board.data} linked verification={verification} />
            ) : (
              <p className="mt-3 rounded-lg border border-line bg-surface p-6 text-center text-muted">
                No finished run was evaluated under the protocol in this address. Choose another above.
              </p>
            )}
          </div>
        )}
        <PublishedResults />
      </div>
    </>
  );
}
