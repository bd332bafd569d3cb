import type { Metadata } from 'next';
import { SystemFacts } from './system-facts.tsx';

export const metadata: Metadata = { title: 'System' };

export default function SystemPage() {
  return <SystemFacts />;
}
