'use client';
import { useMemo } from 'react';
import { SuccessByType } from '../../_charts/success-by-type.tsx';
import { loadComparison } from '../figure-view.ts';
import type { FigureProps } from './figure-source.ts';
import { FigureProblem, MissingRuns } from './figure-words.tsx';
import { taskTypeRows } from './task-type-rows.ts';
import { useFigureRuns, useRunsOfView } from './use-figure-runs.ts';

/** Latest evaluation of every run by task type. */
export function TaskTypesFigure({ block: { of, query }, source: { runs: known, shareToken } }: FigureProps) {
  const view = useMemo(() => loadComparison(query), [query]);
  const { summaries, missing } = useRunsOfView(query, known);
  const { runs, isLoading } = useFigureRuns(summaries, view, shareToken);
  const shown = useMemo(
    () =>
      taskTypeRows(
        runs.filter(({ hidden }) => !hidden),
        of,
      ),
    [runs, of],
  );
  if (summaries.length === 0)
    return <FigureProblem>None of the runs of this figure is here any more.</FigureProblem>;
  const protocol = shown?.protocol;
  return (
    <>
      <SuccessByType
        title={protocol ? `Success by task type on ${protocol.split}` : 'Success by task type'}
        definition={
          protocol &&
          `Share of the games of ${protocol.split} won at the latest evaluation of each run, with its 95 % Wilson interval and counts; at most ${protocol.stepLimit} turns, temperature ${protocol.temperature}, ${protocol.games} games. The intervals cover the games that were drawn, not the luck of training.`
        }
        rows={shown?.rows ?? []}
        minRows={7}
        emptyText={isLoading ? 'Loading …' : 'No evaluation yet'}
      />
      <MissingRuns count={missing} />
    </>
  );
}
