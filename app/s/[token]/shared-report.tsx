'use client';
import { useMemo } from 'react';
import type { ReportBlock } from '../../../server/contract/report.ts';
import type { RunSummary } from '../../../server/contract/views.ts';
import type { FigureSource } from '../../reports/_figures/figure-source.ts';
import { ReportBlocks } from '../../reports/report-blocks.tsx';

/** A report as its link shows it. */
export function SharedReport({
  blocks,
  runs,
  token,
}: {
  blocks: readonly ReportBlock[];
  runs: readonly RunSummary[];
  token: string;
}) {
  const source = useMemo((): FigureSource => ({ runs, shareToken: token }), [runs, token]);
  return <ReportBlocks blocks={blocks} source={source} />;
}
