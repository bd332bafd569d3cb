'use client';
import { QueryClient, QueryClientProvider } from '@tanstack/react-query';
import { createTRPCClient, httpBatchLink, TRPCClientError } from '@trpc/client';
import { createTRPCContext } from '@trpc/tanstack-react-query';
import { type ReactNode, useState } from 'react';
import type { AppRouter } from '../../server/api/root.ts';

const context = createTRPCContext<AppRouter>();

/** The typed API: `useQuery(useTRPC().runs.list.queryOptions())`. */
export const useTRPC = context.useTRPC;

/** Refusals are final; only a server that did not answer is asked again. */
function shouldRetry(failures: number, error: Error): boolean {
  const refused = error instanceof TRPCClientError && error.data;
  return !refused && failures < 3;
}

function createQueryClient(): QueryClient {
  return new QueryClient({
    defaultOptions: {
      // Socket events invalidate what changed, so data stays fresh without polling.
      queries: { staleTime: 15_000, retry: shouldRetry },
    },
  });
}

/** Query cache and API client around the app. */
export function ApiProvider({ children }: { children: ReactNode }) {
  const [queryClient] = useState(createQueryClient);
  const [trpcClient] = useState(() =>
    createTRPCClient<AppRouter>({ links: [httpBatchLink({ url: '/api/trpc', maxURLLength: 4000 })] }),
  );
  return (
    <QueryClientProvider client={queryClient}>
      <context.TRPCProvider trpcClient={trpcClient} queryClient={queryClient}>
        {children}
      </context.TRPCProvider>
    </QueryClientProvider>
  );
}
