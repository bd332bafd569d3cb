import type { Metadata } from 'next';
import { Suspense } from 'react';
import { ComparePage } from './compare-page.tsx';

export const metadata: Metadata = { title: 'Compare' };

export default function Page() {
  return (
    <Suspense>
      <ComparePage />
    </Suspense>
  );
}
