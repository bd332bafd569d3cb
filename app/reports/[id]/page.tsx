import type { Metadata } from 'next';
import { Suspense } from 'react';
import { ReportPage } from '../report-page.tsx';

export const metadata: Metadata = { title: 'Report' };

export default async function Page({ params }: { params: Promise<{ id: string }> }) {
  const { id } = await params;
  return (
    <Suspense>
      <ReportPage id={id} />
    </Suspense>
  );
}
