import type { Metadata } from 'next';
import { RunsHome } from './_list/runs-home.tsx';

export const metadata: Metadata = { title: 'Runs' };

export default function Page() {
  return <RunsHome />;
}
