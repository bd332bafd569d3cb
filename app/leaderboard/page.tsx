import type { Metadata } from 'next';
import { Suspense } from 'react';
import { LeaderboardPage } from './leaderboard-page.tsx';

export const metadata: Metadata = { title: 'Leaderboard' };

export default function Page() {
  return (
    <Suspense>
      <LeaderboardPage />
    </Suspense>
  );
}
