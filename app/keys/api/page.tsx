import type { Metadata } from 'next';
import { Suspense } from 'react';
import { ApiPage } from './api-page.tsx';

export const metadata: Metadata = { title: 'HTTP API' };

export default function HttpApiPage() {
  return (
    <Suspense>
      <ApiPage />
    </Suspense>
  );
}
