'use client';
import { useInfiniteQuery } from '@tanstack/react-query';
import Link from 'next/link';
import type { ShownAction, ShownSubject, SubjectKind } from '../../server/contract/actions.ts';
import { UNTITLED } from '../../server/contract/report.ts';
import { describeAction, subjectPath, subjectsOf } from '../_actions/action-words.ts';
import { formatCount, formatMoment, MISSING } from '../_charts/format.ts';
import { useActed } from '../_live/use-acted.ts';
import { useTRPC } from '../_trpc/client.tsx';
import { errorMessage } from '../_trpc/error-message.ts';
import { Button } from '../_ui/button.tsx';
import { EmptyState } from '../_ui/empty-state.tsx';
import { ErrorState } from '../_ui/error-state.tsx';
import { Panel } from '../_ui/panel.tsx';
import { Skeleton } from '../_ui/skeleton.tsx';
import { Table, Td, Th } from '../_ui/table.tsx';

/** What was done in the whole lab, by whom and when, newest first. */
export function Activity() {
  const trpc = useTRPC();
  const list = useInfiniteQuery(
    trpc.actions.list.infiniteQueryOptions(
      {},
      { getNextPageParam: ({ next }) => next, refetchOnMount: 'always' },
    ),
  );
  useActed();
  if (list.isPending) return <Skeleton className="h-64" />;
  if (!list.data)
    return (
      <Panel title="Activity">
        <ErrorState message={errorMessage(list.error)} onRetry={() => void list.refetch()} />
      </Panel>
    );
  const actions = list.data.pages.flatMap((page) => page.actions);
  return (
    <Panel title="Activity" flush={actions.length > 0}>
      {actions.length === 0 ? (
        <EmptyState title="Nothing was done yet">
          What is launched, changed, shared or deleted from now on is listed here, with the key that did it.
        </EmptyState>
      ) : (
        <Table caption="What was done in this lab, newest first">
          <thead>
            <tr>
              <Th>When</Th>
              <Th>To what</Th>
              <Th>What was done</Th>
              <Th>By whom</Th>
            </tr>
          </thead>
          <tbody>
            {actions.map((action) => (
              <ActionRow key={action.id} action={action} />
            ))}
          </tbody>
        </Table>
      )}
      {list.hasNextPage && (
        <p className="flex justify-center p-3">
          <Button size="sm" busy={list.isFetchingNextPage} onClick={() => void list.fetchNextPage()}>
            Show older
          </Button>
        </p>
      )}
    </Panel>
  );
}

function ActionRow({ action }: { action: ShownAction }) {
  const { shown, more } = subjectsOf(action);
  return (
    <tr className="align-baseline">
      <Td className="whitespace-nowrap text-muted">
        <time>{formatMoment(action.time)}</time>
      </Td>
      <Td className="min-w-48">
        <ul className="flex flex-wrap gap-x-3 gap-y-1">
          {shown.map((subject) => (
            <li key={`${subject.kind} ${subject.id}`} className="min-w-0 wrap-anywhere">
              <SubjectName subject={subject} />
            </li>
          ))}
          {more > 0 && <li className="text-muted">and {formatCount(more)} more</li>}
          {shown.length === 0 && <li className="text-muted">{MISSING}</li>}
        </ul>
      </Td>
      <Td className="min-w-56 wrap-anywhere">{describeAction(action)}</Td>
      <Td className="min-w-24 wrap-anywhere">{action.key ? `key “${action.key.name}”` : 'owner'}</Td>
    </tr>
  );
}

const KIND_TITLES: Record<SubjectKind, string> = {
  run: 'Run',
  sweep: 'Sweep',
  report: 'Report',
  share: 'Link',
  key: 'Key',
  view: 'View',
  evaluation: 'Evaluation of',
};

/** As it was called then. What is gone has no link. */
function SubjectName({ subject }: { subject: ShownSubject }) {
  const { kind, name, id } = subject;
  const path = subjectPath(subject);
  const text = name || (kind === 'report' ? UNTITLED : id);
  return (
    <>
      <span className="text-muted">{KIND_TITLES[kind]} </span>
      {path === null ? (
        <span className="font-medium">{text}</span>
      ) : (
        <Link href={path} className="font-medium hover:underline">
          {text}
        </Link>
      )}
    </>
  );
}
