'use client';
import { NuqsAdapter } from 'nuqs/adapters/next/app';
import type { ReactNode } from 'react';
import { ApiProvider } from '../_trpc/client.tsx';
import { Toasts } from '../_ui/toast.tsx';

/** Everything the pages find around them. */
export function Providers({ children }: { children: ReactNode }) {
  return (
    <NuqsAdapter>
      <ApiProvider>
        {children}
        <Toasts />
      </ApiProvider>
    </NuqsAdapter>
  );
}
