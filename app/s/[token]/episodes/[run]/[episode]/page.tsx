import type { Metadata } from 'next';
import { Suspense } from 'react';
import { EpisodePage } from '../../../../../runs/_episodes/episode-page.tsx';

export const metadata: Metadata = {
  title: 'Shared episode',
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
      <EpisodePage runId={run} id={episode} token={token} />
    </Suspense>
  );
}
