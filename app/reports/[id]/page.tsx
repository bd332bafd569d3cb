import type { Metadata } from 'next';
import { Suspense } from 'react';
import { TooltipProvider } from '../../_ui/tooltip-provider.tsx';
import { ReportPage } from '../report-page.tsx';

export const metadata: Metadata = { title: 'Report' };

export default async function Page({ params }: { params: Promise<{ id: string }> }) {
  const { id } = await params;
  return (
    <Suspense>
      <TooltipProvider>
        <ReportPage id={id} />
      </TooltipProvider>
    </Suspense>
  );
}
