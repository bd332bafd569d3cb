'use client';
import { QueryClient, QueryClientProvider } from '@tanstack/react-query';
import { createTRPCClient, httpBatchLink, TRPCClientError } from '@trpc/client';
import { createTRPCContext } from '@trpc/tanstack-react-query';
import { type ReactNode, useState } from 'react';
import type { AppRouter } from '../../server/api/root.ts';
import { MOST_CALLS_AT_ONCE } from '../../server/contract/limits.ts';

const context = createTRPCContext<AppRouter>();

/** The typed API: `useQuery(useTRPC().runs.list.queryOptions())`. */
export const useTRPC = context.useTRPC;

function isRefusal(error: Error): error is TRPCClientError<AppRouter> {
  return error instanceof TRPCClientError && Boolean(error.data);
}

/** Refusals are final but for "too often"; a server that did not answer is asked again too. */
function shouldRetry(failures: number, error: Error): boolean {
  return (!isRefusal(error) || error.data?.code === 'TOO_MANY_REQUESTS') && failures < 3;
}

/** Milliseconds; spread out, so that pages that were refused together do not come back together. */
function retryDelay(failures: number, error: Error): number {
  return isRefusal(error) ? 4000 + Math.random() * 8000 : 1000 * 2 ** failures;
}

function createQueryClient(): QueryClient {
  return new QueryClient({
    defaultOptions: {
      // Socket events invalidate what changed, so data stays fresh without polling.
      queries: { staleTime: 15_000, retry: shouldRetry, retryDelay },
    },
  });
}

/** Query cache and API client around the app. */
export function ApiProvider({ children }: { children: ReactNode }) {
  const [queryClient] = useState(createQueryClient);
  const [trpcClient] = useState(() =>
    createTRPCClient<AppRouter>({
      links: [httpBatchLink({ url: '/api/trpc', maxURLLength: 4000, maxItems: MOST_CALLS_AT_ONCE })],
    }),
  );
  return (
    <QueryClientProvider client={queryClient}>
      <context.TRPCProvider trpcClient={trpcClient} queryClient={queryClient}>
        {children}
      </context.TRPCProvider>
    </QueryClientProvider>
  );
}
