import type { Metadata } from 'next';
import { TooltipProvider } from '../_ui/tooltip-provider.tsx';
import { SystemFacts } from './system-facts.tsx';

export const metadata: Metadata = { title: 'System' };

export default function SystemPage() {
  return (
    <TooltipProvider>
      <SystemFacts />
    </TooltipProvider>
  );
}
