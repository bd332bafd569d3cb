import type { Metadata } from 'next';
import { Suspense } from 'react';
import { TooltipProvider } from '../../_ui/tooltip-provider.tsx';
import { NewRun } from './new-run.tsx';

export const metadata: Metadata = { title: 'New run' };

export default function NewRunPage() {
  return (
    <Suspense>
      <TooltipProvider>
        <NewRun />
      </TooltipProvider>
    </Suspense>
  );
}
