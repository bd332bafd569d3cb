import type { Metadata } from 'next';
import { Suspense } from 'react';
import { EpisodePage } from '../../../_episodes/episode-page.tsx';

export const metadata: Metadata = { title: 'Episode' };

export default async function Page({ params }: { params: Promise<{ id: string; episode: string }> }) {
  const { id, episode } = await params;
  return (
    <Suspense>
      <EpisodePage runId={id} id={episode} />
    </Suspense>
  );
}
