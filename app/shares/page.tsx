import type { Metadata } from 'next';
import { ShareList } from './share-list.tsx';

export const metadata: Metadata = { title: 'Shares' };

export default function SharesPage() {
  return <ShareList />;
}
