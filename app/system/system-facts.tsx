'use client';
import { useQuery } from '@tanstack/react-query';
import dynamic from 'next/dynamic';
import { formatTime } from '../_charts/format.ts';
import { useTRPC } from '../_trpc/client.tsx';
import { errorMessage } from '../_trpc/error-message.ts';
import { ErrorState } from '../_ui/error-state.tsx';
import { awaitContent, later, useContentShown } from '../_ui/later.ts';
import { PageHeader } from '../_ui/page-header.tsx';
import { Panel } from '../_ui/panel.tsx';
import { Skeleton } from '../_ui/skeleton.tsx';
import { type SystemFact, systemFacts } from './facts.ts';
import { TestWebhook } from './test-webhook.tsx';

const REFRESH_MS = 5000;

awaitContent();

const Activity = dynamic(
  later(() => import('./activity.tsx').then((module) => module.Activity)),
  { loading: () => <Skeleton className="h-64" /> },
);

/** What this server runs on, why, and how to change it. */
export function SystemFacts() {
  const trpc = useTRPC();
  const info = useQuery(trpc.system.info.queryOptions(undefined, { refetchInterval: REFRESH_MS }));
  useContentShown(!info.isPending);
  return (
    <>
      <PageHeader
        title="System"
        description="What this server runs on and why. Settings are environment variables, read when the server starts."
      />
      {info.isPending ? (
        <div role="status" aria-label="Loading" className="flex flex-col gap-4">
          <Skeleton className="h-64" />
          <Skeleton className="h-44" />
          <Skeleton className="h-64" />
        </div>
      ) : info.isError && !info.data ? (
        <ErrorState message={errorMessage(info.error)} onRetry={() => info.refetch()} />
      ) : info.data ? (
        <div className="mb-4 flex flex-col gap-4">
          {systemFacts(info.data).map(({ group, facts }) => (
            <Panel
              key={group}
              title={group}
              actions={group === 'Messages' && info.data.webhook && <TestWebhook />}
            >
              <dl className="divide-y divide-line">
                {facts.map((fact) => (
                  <FactRow key={fact.title} fact={fact} />
                ))}
              </dl>
            </Panel>
          ))}
          <p className="text-muted" role={info.isError ? 'alert' : undefined}>
            {info.isError
              ? `These figures are stale: ${errorMessage(info.error)}`
              : `Up since ${formatTime(info.data.startedAt)}; renewed every ${REFRESH_MS / 1000} seconds.`}
          </p>
        </div>
      ) : null}
      {!info.isPending && <Activity />}
    </>
  );
}

function FactRow({ fact }: { fact: SystemFact }) {
  return (
    <div className="grid gap-x-6 gap-y-1 py-2.5 first:pt-0 last:pb-0 sm:grid-cols-[9rem_minmax(0,1fr)] lg:grid-cols-[9rem_minmax(0,1fr)_minmax(0,1fr)]">
      <dt className="text-muted">{fact.title}</dt>
      <dd className="min-w-0">
        <p className="font-semibold break-words">{fact.value}</p>
        <p className="break-words text-muted">{fact.detail}</p>
      </dd>
      <dd className="text-muted sm:col-start-2 lg:col-start-3">
        <span className="font-medium text-ink lg:sr-only">To change: </span>
        <ChangeText text={fact.change} />
      </dd>
    </div>
  );
}

/** Names of environment variables stand out. */
function ChangeText({ text }: { text: string }) {
  return text.split(/(HIPER_[A-Z_]+|ALFWORLD_DATA|WEBSHOP_DATA|DATABASE_URL)/).map((part, index) =>
    index % 2 === 1 ? (
      // biome-ignore lint/suspicious/noArrayIndexKey: parts of one constant sentence
      <code key={index} className="rounded bg-sunken px-1 font-mono text-[0.9em] text-ink">
        {part}
      </code>
    ) : (
      part
    ),
  );
}
