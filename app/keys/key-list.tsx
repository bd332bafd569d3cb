'use client';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { BookOpen } from 'lucide-react';
import { type KeyInfo, SCOPE_WORDS } from '../../server/contract/keys.ts';
import { formatAgo, formatTime } from '../_charts/format.ts';
import { useNow } from '../_live/use-now.ts';
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
import { type KeyState, keyState } from './key-state.ts';
import { MakeKey } from './make-key.tsx';

awaitContent();

/** Every key ever made for programs, with what it may do and when it was used. */
export function KeyList() {
  const trpc = useTRPC();
  const { data, isPending, error, refetch } = useQuery(trpc.keys.list.queryOptions());
  useContentShown(!isPending);
  const now = useNow(30_000) ?? 0;
  return (
    <>
      <PageHeader
        title="Keys"
        description="For programs: trainers that log by MLflow’s protocol, imports, scripts. A key is stored only as a hash, so it is shown once, when it is made."
        // Always in this place: the dialog that shows a key must outlive the first one's arrival in the list.
        actions={
          <>
            <ButtonLink href="/keys/api" icon={<BookOpen aria-hidden className="size-4" />}>
              HTTP API
            </ButtonLink>
            <MakeKey />
          </>
        }
      />
      {data?.isOpen && (
        <p className="mb-4 rounded-md bg-sunken px-3 py-2 text-muted">
          This server has no HIPER_SECRET and is open to everybody who reaches it: programs need no key here.
        </p>
      )}
      {isPending ? (
        <Skeleton className="h-64" />
      ) : error ? (
        <ErrorState message={errorMessage(error)} onRetry={() => void refetch()} />
      ) : data.keys.length === 0 ? (
        <EmptyState title="There is no key yet">
          A trainer that logs to MLflow streams here with MLFLOW_TRACKING_URI set to this server and
          MLFLOW_TRACKING_TOKEN to a key.
        </EmptyState>
      ) : (
        <Panel flush>
          <Table caption="Keys for programs, newest first">
            <thead>
              <tr>
                <Th>Name</Th>
                <Th>May</Th>
                <Th>State</Th>
                <Th>Last used</Th>
                <Th>Created</Th>
                <Th>Until</Th>
                <Th className="relative">
                  <span className="sr-only">Actions</span>
                </Th>
              </tr>
            </thead>
            <tbody>
              {data.keys.map((key) => (
                <KeyRow key={key.id} info={key} now={now} />
              ))}
            </tbody>
          </Table>
        </Panel>
      )}
    </>
  );
}

const TONES: Record<KeyState, Tone> = { live: 'good', expired: 'neutral', revoked: 'neutral' };

function KeyRow({ info, now }: { info: KeyInfo; now: number }) {
  const state = keyState(info, now);
  const end = info.revokedAt ?? info.expiresAt;
  return (
    <tr className={state === 'live' ? '' : 'text-muted'}>
      <Td className="min-w-40 font-medium wrap-anywhere">{info.name}</Td>
      <Td>{info.scopes.map((scope) => SCOPE_WORDS[scope].title).join(', ')}</Td>
      <Td>
        <Badge tone={TONES[state]}>{state}</Badge>
      </Td>
      <Td className="whitespace-nowrap">
        {info.lastUsedAt === null ? 'never' : now === 0 ? '' : formatAgo(info.lastUsedAt, now)}
      </Td>
      <Td className="whitespace-nowrap">{formatTime(info.createdAt)}</Td>
      <Td className="whitespace-nowrap">{end === null ? 'you revoke it' : formatTime(end)}</Td>
      <Td className="text-right">{state === 'live' && <RevokeKey info={info} />}</Td>
    </tr>
  );
}

function RevokeKey({ info }: { info: KeyInfo }) {
  const trpc = useTRPC();
  const queryClient = useQueryClient();
  const revoke = useMutation(trpc.keys.revoke.mutationOptions());
  return (
    <RevokeButton
      noun="key"
      name={info.name}
      consequence="Programs that use it are refused from then on."
      onRevoke={async () => {
        await revoke.mutateAsync({ id: info.id });
        await queryClient.invalidateQueries(trpc.keys.list.pathFilter());
      }}
    />
  );
}
