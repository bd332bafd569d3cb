'use client';
import { NuqsAdapter } from 'nuqs/adapters/next/app';
import type { ReactNode } from 'react';
import { ApiProvider } from '../_trpc/client.tsx';
import { ToastProvider } from '../_ui/toast.tsx';
import { TooltipProvider } from '../_ui/tooltip.tsx';

/** Everything the pages find around them. */
export function Providers({ children }: { children: ReactNode }) {
  return (
    <NuqsAdapter>
      <ApiProvider>
        <TooltipProvider>
          <ToastProvider>{children}</ToastProvider>
        </TooltipProvider>
      </ApiProvider>
    </NuqsAdapter>
  );
}
