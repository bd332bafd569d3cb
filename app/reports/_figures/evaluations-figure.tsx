'use client';
import { useMemo } from 'react';
import { EvaluationTable } from '../../compare/evaluation-table.tsx';
import { loadComparison } from '../figure-view.ts';
import type { FigureProps } from './figure-source.ts';
import { FigureProblem, MissingRuns } from './figure-words.tsx';
import { useFigureRuns, useRunsOfView } from './use-figure-runs.ts';

/** Evaluations of groups and runs, as the compare page has them. */
export function EvaluationsFigure({ block: { query }, source: { runs: known, shareToken } }: FigureProps) {
  const view = useMemo(() => loadComparison(query), [query]);
  const { summaries, missing } = useRunsOfView(query, known);
  const { runs, groups } = useFigureRuns(summaries, view, shareToken);
  if (summaries.length === 0)
    return <FigureProblem>None of the runs of this table is here any more.</FigureProblem>;
  return (
    <>
      <EvaluationTable runs={runs} groups={groups} center={view.center} />
      <MissingRuns count={missing} />
    </>
  );
}
