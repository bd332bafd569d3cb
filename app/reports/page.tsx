import type { Metadata } from 'next';
import { ReportList } from './report-list.tsx';

export const metadata: Metadata = { title: 'Reports' };

export default function Page() {
  return <ReportList />;
}
