import type { Metadata } from 'next';
import { Suspense } from 'react';
import { preload } from 'react-dom';
import { MOST_COMPARED } from '../../server/contract/limits.ts';
import { firstRequests } from '../_live/first-requests.ts';
import { ComparePage } from './compare-page.tsx';

export const metadata: Metadata = { title: 'Compare' };

interface PageProps {
  searchParams: Promise<{ runs?: string | string[] }>;
}

export default async function Page({ searchParams }: PageProps) {
  const { runs } = await searchParams;
  const ids = typeof runs === 'string' ? runs.split(',').slice(0, MOST_COMPARED) : [];
  if (ids.length > 0 && ids.every((id) => /^[a-z0-9]+$/.test(id)))
    for (const path of firstRequests(ids)) preload(path, { as: 'fetch', crossOrigin: 'anonymous' });
  return (
    <Suspense>
      <ComparePage />
    </Suspense>
  );
}
