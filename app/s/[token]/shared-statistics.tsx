'use client';
import { useSearchParams } from 'next/navigation';
import type { ScoredRuns } from '../../../server/contract/views.ts';
import { ScoresFigure } from '../../reports/_figures/scores-figure.tsx';

/** Statistics as their link shows them, with the view in its address. */
export function SharedStatistics({ scores }: { scores: ScoredRuns }) {
  return <ScoresFigure scores={scores} query={useSearchParams().toString()} />;
}
