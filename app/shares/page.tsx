import type { Metadata } from 'next';
import { TooltipProvider } from '../_ui/tooltip-provider.tsx';
import { ShareList } from './share-list.tsx';

export const metadata: Metadata = { title: 'Shares' };

export default function SharesPage() {
  return (
    <TooltipProvider>
      <ShareList />
    </TooltipProvider>
  );
}
