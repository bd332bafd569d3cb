import type { Metadata } from 'next';
import { Suspense } from 'react';
import { TooltipProvider } from '../_ui/tooltip-provider.tsx';
import { ComparePage } from './compare-page.tsx';

export const metadata: Metadata = { title: 'Compare' };

export default function Page() {
  return (
    <Suspense>
      <TooltipProvider>
        <ComparePage />
      </TooltipProvider>
    </Suspense>
  );
}
