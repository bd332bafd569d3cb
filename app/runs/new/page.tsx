import type { Metadata } from 'next';
import { Suspense } from 'react';
import { NewRun } from './new-run.tsx';

export const metadata: Metadata = { title: 'New run' };

export default function NewRunPage() {
  return (
    <Suspense>
      <NewRun />
    </Suspense>
  );
}
