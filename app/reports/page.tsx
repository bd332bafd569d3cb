import type { Metadata } from 'next';
import { TooltipProvider } from '../_ui/tooltip-provider.tsx';
import { ReportList } from './report-list.tsx';

export const metadata: Metadata = { title: 'Reports' };

export default function Page() {
  return (
    <TooltipProvider>
      <ReportList />
    </TooltipProvider>
  );
}
