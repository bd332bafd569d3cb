import type { Metadata } from 'next';
import { TooltipProvider } from '../_ui/tooltip-provider.tsx';
import { SweepList } from './sweep-list.tsx';

export const metadata: Metadata = { title: 'Sweeps' };

export default function Page() {
  return (
    <TooltipProvider>
      <SweepList />
    </TooltipProvider>
  );
}
