'use client';
import type { ReactNode } from 'react';
import { errorMessage } from '../../_trpc/error-message.ts';
import { ErrorState } from '../../_ui/error-state.tsx';
import { Skeleton } from '../../_ui/skeleton.tsx';

/** What a query has answered; until then its place, and what went wrong. */
export function Fetched<T>({
  query,
  children,
}: {
  query: { data: T | undefined; error: unknown; refetch: () => unknown };
  children: (data: T) => ReactNode;
}) {
  if (query.data !== undefined) return children(query.data);
  if (query.error)
    return <ErrorState message={errorMessage(query.error)} onRetry={() => void query.refetch()} />;
  return <Skeleton className="h-80" />;
}
