import type { Metadata } from 'next';
import { Suspense } from 'react';
import { SharedPage } from './shared-page.tsx';

export const metadata: Metadata = {
  title: 'Shared view',
  robots: { index: false, follow: false },
  referrer: 'no-referrer',
};

export default async function Page({ params }: { params: Promise<{ token: string }> }) {
  const { token } = await params;
  return (
    <Suspense>
      <SharedPage token={token} />
    </Suspense>
  );
}
