'use client';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { TRPCClientError } from '@trpc/client';
import { LinkIcon, Lock } from 'lucide-react';
import dynamic from 'next/dynamic';
import { useEffect } from 'react';
import type { RunSummary, SharedView } from '../../../server/contract/views.ts';
import { formatTime } from '../../_charts/format.ts';
import { withSocket } from '../../_live/socket.ts';
import { useLiveRun } from '../../_live/use-live-run.ts';
import { useNow } from '../../_live/use-now.ts';
import { isShareToken, SHARE_KIND_TITLES } from '../../_share/share-text.ts';
import { useTRPC } from '../../_trpc/client.tsx';
import { errorMessage } from '../../_trpc/error-message.ts';
import { patiently } from '../../_ui/ahead.ts';
import { EmptyState } from '../../_ui/empty-state.tsx';
import { ErrorState } from '../../_ui/error-state.tsx';
import { Skeleton } from '../../_ui/skeleton.tsx';
import { ProtocolLine } from '../../leaderboard/protocol-picker.tsx';
import { PublishedResults } from '../../leaderboard/published-results.tsx';

const loading = () => <Skeleton className="h-[60vh]" />;
const EpisodePage = dynamic(
  patiently(() => import('../../runs/_episodes/episode-page.tsx').then((module) => module.EpisodePage)),
  { loading },
);
const RunView = dynamic(
  patiently(() => import('../../runs/_run/run-view.tsx').then((module) => module.RunView)),
  { loading },
);
const Comparison = dynamic(
  patiently(() => import('../../compare/comparison.tsx').then((module) => module.Comparison)),
  { loading },
);
const LeaderboardBody = dynamic(
  patiently(() => import('../../leaderboard/leaderboard-body.tsx').then((module) => module.LeaderboardBody)),
  { loading },
);
const SharedReport = dynamic(
  patiently(() => import('./shared-report.tsx').then((module) => module.SharedReport)),
  { loading },
);
const SharedStatistics = dynamic(
  patiently(() => import('./shared-statistics.tsx').then((module) => module.SharedStatistics)),
  { loading },
);

const CHANGES_MS = 1000;

/** What a share link opens: the view without any control, live, until it ends. */
export function SharedPage({ token }: { token: string }) {
  if (!isShareToken(token))
    return (
      <LinkEnded message="The address is not complete: copy all of the link, or ask for it once more." />
    );
  return <OpenedPage token={token} />;
}

function OpenedPage({ token }: { token: string }) {
  const trpc = useTRPC();
  const queryClient = useQueryClient();
  const view = useQuery(
    // Asked once: it counts as a view. Runs stay fresh over the socket; what else is shown is asked for again when told.
    trpc.shares.open.queryOptions(
      { token },
      { staleTime: Number.POSITIVE_INFINITY, refetchOnWindowFocus: false },
    ),
  );
  const now = useNow(10_000);
  const { refetch } = view;
  const kind = view.data?.kind;
  useEffect(() => {
    if (!kind) return;
    const askAgain = async () => {
      try {
        const options = trpc.shares.open.queryOptions({ token, again: true }, { staleTime: 0 });
        queryClient.setQueryData(trpc.shares.open.queryKey({ token }), await queryClient.fetchQuery(options));
        await queryClient.invalidateQueries(trpc.shares.figure.pathFilter());
      } catch {
        void refetch();
      }
    };
    // Several changes at once, such as words that are being written, cost one question.
    let timer: ReturnType<typeof setTimeout> | null = null;
    const ask = () => {
      timer ??= setTimeout(() => {
        timer = null;
        void askAgain();
      }, CHANGES_MS);
    };
    return withSocket(token, (socket) => {
      // The server hangs up when a link is revoked or expires, and then refuses the socket that comes back.
      const onRefusal = () => {
        if (!socket.active) void refetch();
      };
      if (kind !== 'run' && kind !== 'comparison') socket.on('runsChanged', ask);
      socket.on('disconnect', onRefusal);
      socket.on('connect_error', onRefusal);
      return () => {
        if (timer !== null) clearTimeout(timer);
        socket.off('runsChanged', ask);
        socket.off('disconnect', onRefusal);
        socket.off('connect_error', onRefusal);
      };
    });
  }, [kind, token, refetch, trpc, queryClient]);

  if (view.isPending)
    return (
      <div role="status" aria-label="Loading" className="flex flex-col gap-4">
        <Skeleton className="h-14" />
        <Skeleton className="h-[60vh]" />
      </div>
    );
  if (view.isError && isRefusal(view.error)) return <LinkEnded message={errorMessage(view.error)} />;
  if (!view.data)
    return <ErrorState heading="h1" message={errorMessage(view.error)} onRetry={() => refetch()} />;
  if (now !== null && view.data.expiresAt <= now)
    return <LinkEnded message={`It was valid until ${formatTime(view.data.expiresAt)}.`} />;
  return (
    <>
      <SharedHeader view={view.data} />
      <SharedBody view={view.data} token={token} />
    </>
  );
}

/** The server answered, and the answer is no. */
function isRefusal(error: unknown): boolean {
  const code = error instanceof TRPCClientError ? error.data?.code : undefined;
  return code === 'NOT_FOUND' || code === 'FORBIDDEN' || code === 'UNAUTHORIZED' || code === 'BAD_REQUEST';
}

function LinkEnded({ message }: { message: string }) {
  return (
    <EmptyState heading="h1" title="This link does not open anything">
      <LinkIcon aria-hidden className="mx-auto mb-3 size-6" />
      {message}
    </EmptyState>
  );
}

/** Says that nothing can be changed here, and until when. A run brings its own heading. */
function SharedHeader({ view }: { view: SharedView }) {
  return (
    <header className="mb-4">
      {view.kind !== 'run' && view.kind !== 'episode' && (
        <h1 className="mb-2 text-xl font-semibold break-words">
          {view.report?.title || view.title || SHARE_KIND_TITLES[view.kind]}
        </h1>
      )}
      <p className="flex items-center gap-2 rounded-md bg-accent-soft px-3 py-2">
        <Lock aria-hidden className="size-4 shrink-0 text-accent" />
        {/* The reader's time zone is known only in the browser. */}
        <span suppressHydrationWarning>
          Read-only, shared until {formatTime(view.expiresAt)}
          {view.frozenAt !== null && <>. Frozen: all as it was on {formatTime(view.frozenAt)}</>}
          {view.kind === 'run' && view.title !== view.runs[0]?.name && <>: {view.title}</>}
        </span>
      </p>
    </header>
  );
}

function SharedBody({ view, token }: { view: SharedView; token: string }) {
  const first = view.runs[0];
  if (view.kind === 'leaderboard')
    return (
      <div className="flex flex-col gap-6">
        {view.leaderboard?.protocol ? (
          <>
            <ProtocolLine protocol={view.leaderboard.protocol} />
            <LeaderboardBody board={view.leaderboard} linked={false} verification={null} />
          </>
        ) : (
          <EmptyState title="No run has finished yet">Results appear here by themselves.</EmptyState>
        )}
        <PublishedResults />
      </div>
    );
  if (view.kind === 'statistics') return view.scores && <SharedStatistics scores={view.scores} />;
  if (view.kind === 'episode') return view.episode && <EpisodePage {...view.episode} token={token} />;
  if (view.kind === 'report')
    return view.report && <SharedReport blocks={view.report.blocks} runs={view.runs} token={token} />;
  if (!first) return <EmptyState title="What was shared has been deleted" />;
  if (view.kind === 'run') return <SharedRun run={first} view={view} token={token} />;
  return <Comparison summaries={view.runs} shareToken={token} />;
}

function SharedRun({ run, view, token }: { run: RunSummary; view: SharedView; token: string }) {
  const live = useLiveRun(run.id, token);
  const { evaluations, provenance, variance, episodes } = view;
  return (
    <RunView run={{ ...run, evaluations, provenance }} live={live} shared={{ token, variance, episodes }} />
  );
}
