'use client';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import Link from 'next/link';
import type { ShareInfo } from '../../server/contract/views.ts';
import { formatCount, formatTime } from '../_charts/format.ts';
import { useNow } from '../_live/use-now.ts';
import { SHARE_KIND_TITLES, type ShareState, shareState } from '../_share/share-text.ts';
import { useTRPC } from '../_trpc/client.tsx';
import { errorMessage } from '../_trpc/error-message.ts';
import { Badge, type Tone } from '../_ui/badge.tsx';
import { ButtonLink } from '../_ui/button.tsx';
import { EmptyState } from '../_ui/empty-state.tsx';
import { ErrorState } from '../_ui/error-state.tsx';
import { awaitContent, useContentShown } from '../_ui/later.ts';
import { PageHeader } from '../_ui/page-header.tsx';
import { Panel } from '../_ui/panel.tsx';
import { RevokeButton } from '../_ui/revoke-button.tsx';
import { Skeleton } from '../_ui/skeleton.tsx';
import { Table, Td, Th } from '../_ui/table.tsx';
import { compareHref } from '../compare/compare-href.ts';

awaitContent();

/** Every link ever made, with what it opens and whether it still does. */
export function ShareList() {
  const trpc = useTRPC();
  const shares = useQuery(trpc.shares.list.queryOptions());
  useContentShown(!shares.isPending);
  const now = useNow(30_000) ?? 0;
  return (
    <>
      <PageHeader
        title="Shares"
        description="Read-only links to runs, comparisons, episodes, the leaderboard, statistics and reports. The links themselves are stored only as hashes, so they cannot be shown again."
      />
      {shares.isPending ? (
        <Skeleton className="h-64" />
      ) : shares.isError ? (
        <ErrorState message={errorMessage(shares.error)} onRetry={() => shares.refetch()} />
      ) : shares.data.length === 0 ? (
        <EmptyState title="Nothing is shared" actions={<ButtonLink href="/runs">Go to the runs</ButtonLink>}>
          Press Share on a run, a comparison, an episode, the leaderboard, statistics or a report: it makes a
          link that anyone can open and nobody can change anything with.
        </EmptyState>
      ) : (
        <Panel flush>
          <Table caption="Share links, newest first">
            <thead>
              <tr>
                <Th>Title</Th>
                <Th>Opens</Th>
                <Th>State</Th>
                <Th numeric>Views</Th>
                <Th>Created</Th>
                <Th>Until</Th>
                <Th className="relative">
                  <span className="sr-only">Actions</span>
                </Th>
              </tr>
            </thead>
            <tbody>
              {shares.data.map((share) => (
                <ShareRow key={share.id} share={share} state={shareState(share, now)} />
              ))}
            </tbody>
          </Table>
        </Panel>
      )}
    </>
  );
}

const tones: Record<ShareState, Tone> = { live: 'good', expired: 'neutral', revoked: 'neutral' };

function ShareRow({ share, state }: { share: ShareInfo; state: ShareState }) {
  return (
    <tr className={state === 'live' ? '' : 'text-muted'}>
      <Td className="min-w-48 font-medium">{share.title || SHARE_KIND_TITLES[share.kind]}</Td>
      <Td className="whitespace-nowrap">
        <Link href={originalHref(share)} className="rounded text-accent hover:underline">
          {SHARE_KIND_TITLES[share.kind]}
          {share.kind === 'comparison' && ` of ${share.runIds.length}`}
        </Link>
      </Td>
      <Td>
        <Badge tone={tones[state]}>{state === 'live' && share.frozenAt !== null ? 'frozen' : state}</Badge>
      </Td>
      <Td numeric>{formatCount(share.views)}</Td>
      <Td className="whitespace-nowrap">{formatTime(share.createdAt)}</Td>
      <Td className="whitespace-nowrap">{formatTime(share.revokedAt ?? share.expiresAt)}</Td>
      <Td className="text-right">{state === 'live' && <RevokeShare share={share} />}</Td>
    </tr>
  );
}

function RevokeShare({ share }: { share: ShareInfo }) {
  const trpc = useTRPC();
  const queryClient = useQueryClient();
  const revoke = useMutation(trpc.shares.revoke.mutationOptions());
  return (
    <RevokeButton
      noun="link"
      name={share.title}
      consequence="Whoever has the link is cut off at once, open pages included."
      onRevoke={async () => {
        await revoke.mutateAsync({ id: share.id });
        await queryClient.invalidateQueries(trpc.shares.list.pathFilter());
      }}
    />
  );
}

/** The page in the app that the link shows. */
function originalHref(share: ShareInfo): string {
  const query = share.query.replace(/^\?/, '');
  if (share.kind === 'run') return `/runs/${share.runIds[0]}${query && `?${query}`}`;
  if (share.kind === 'comparison') return `${compareHref(share.runIds)}${query && `&${query}`}`;
  if (share.episode)
    return `/runs/${share.episode.runId}/episodes/${share.episode.id}${query && `?${query}`}`;
  if (share.kind === 'report') return `/reports/${share.reportId}`;
  return `/${share.kind}${query && `?${query}`}`;
}
