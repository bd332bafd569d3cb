import type { Metadata } from 'next';
import { Suspense } from 'react';
import { StatisticsPage } from './statistics-page.tsx';

export const metadata: Metadata = { title: 'Statistics' };

export default function Page() {
  return (
    <Suspense>
      <StatisticsPage />
    </Suspense>
  );
}
