import type { Metadata } from 'next';
import { Suspense } from 'react';
import { TooltipProvider } from '../_ui/tooltip-provider.tsx';
import { StatisticsPage } from './statistics-page.tsx';

export const metadata: Metadata = { title: 'Statistics' };

export default function Page() {
  return (
    <Suspense>
      <TooltipProvider>
        <StatisticsPage />
      </TooltipProvider>
    </Suspense>
  );
}
