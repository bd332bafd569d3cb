import type { Metadata } from 'next';
import { SweepList } from './sweep-list.tsx';

export const metadata: Metadata = { title: 'Sweeps' };

export default function Page() {
  return <SweepList />;
}
