import type { Metadata } from 'next';
import { Suspense } from 'react';
import { LensPage } from '../../../../../../runs/_lens/lens-page.tsx';

export const metadata: Metadata = {
  title: 'Shared estimator lens',
  robots: { index: false, follow: false },
  referrer: 'no-referrer',
};

export default async function Page({
  params,
}: {
  params: Promise<{ token: string; run: string; episode: string }>;
}) {
  const { token, run, episode } = await params;
  return (
    <Suspense>
      <LensPage runId={run} id={episode} token={token} />
    </Suspense>
  );
}
