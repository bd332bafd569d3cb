import type { Metadata } from 'next';
import { Suspense } from 'react';
import { LensPage } from '../../../../_lens/lens-page.tsx';

export const metadata: Metadata = { title: 'Estimator lens' };

export default async function Page({ params }: { params: Promise<{ id: string; episode: string }> }) {
  const { id, episode } = await params;
  return (
    <Suspense>
      <LensPage runId={id} id={episode} />
    </Suspense>
  );
}
