import type { Metadata } from 'next';
import { TooltipProvider } from '../../_ui/tooltip-provider.tsx';
import { SweepPage } from '../sweep-page.tsx';

export const metadata: Metadata = { title: 'Sweep' };

export default async function Page({ params }: { params: Promise<{ id: string }> }) {
  const { id } = await params;
  return (
    <TooltipProvider>
      <SweepPage id={id} />
    </TooltipProvider>
  );
}
