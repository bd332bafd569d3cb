import type { Metadata } from 'next';
import { Suspense } from 'react';
import { TooltipProvider } from '../_ui/tooltip-provider.tsx';
import { LeaderboardPage } from './leaderboard-page.tsx';

export const metadata: Metadata = { title: 'Leaderboard' };

export default function Page() {
  return (
    <Suspense>
      <TooltipProvider>
        <LeaderboardPage />
      </TooltipProvider>
    </Suspense>
  );
}
