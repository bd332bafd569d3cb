'use client';
import { useMemo } from 'react';
import { SPLITS } from '../../../server/contract/environments.ts';
import type { Evaluation } from '../../../server/contract/events.ts';
import type { Split } from '../../../server/contract/run-config.ts';
import { SPLIT_STYLES } from '../../_charts/level-styles.ts';
import { type ProportionDot, type ProportionRow, SuccessByType } from '../../_charts/success-by-type.tsx';
import { taskTypeTitle } from '../../_charts/task-types.ts';
import { Select } from '../../_ui/select.tsx';
import type { CurrentRun } from './run-model.ts';
import type { RunViewState, SetRunViewState } from './view-state.ts';

/** The evaluations of one iteration, one a split, at the longest step limit played. */
function chooseEvaluations(evaluations: readonly Evaluation[], iteration: number): Map<Split, Evaluation> {
  const chosen = new Map<Split, Evaluation>();
  for (const split of SPLITS) {
    const candidates = evaluations.filter((entry) => entry.iteration === iteration && entry.split === split);
    const longest = candidates.sort((a, b) => b.stepLimit - a.stepLimit)[0];
    if (longest) chosen.set(split, longest);
  }
  return chosen;
}

function makeRows(chosen: Map<Split, Evaluation>, taskTypes: readonly string[]): ProportionRow[] {
  if (chosen.size === 0) return [];
  const dot = (
    split: Split,
    counts: { successes: number; episodes: number } | undefined,
  ): ProportionDot[] => {
    const { color, marker, label } = SPLIT_STYLES[split];
    return counts
      ? [{ id: split, label, color, marker, successes: counts.successes, episodes: counts.episodes }]
      : [];
  };
  const entries = [...chosen];
  return [
    { id: 'all', label: 'All games', dots: entries.flatMap(([split, evaluation]) => dot(split, evaluation)) },
    ...taskTypes.map((type) => ({
      id: type,
      label: taskTypeTitle(type),
      dots: entries.flatMap(([split, evaluation]) => dot(split, evaluation.byTaskType[type])),
    })),
  ];
}

/** Of a run of another trainer. */
const NO_TYPES: readonly string[] = [];

/** Success by task type at one evaluation of the run: the latest, or one chosen. */
export function EvaluationByType({
  run,
  view,
  setView,
}: {
  run: CurrentRun;
  view: RunViewState;
  setView: SetRunViewState;
}) {
  const { evaluations, config } = run;
  const taskTypes = config?.taskTypes ?? NO_TYPES;
  const iterations = useMemo(
    () => [...new Set(evaluations.map(({ iteration }) => iteration))].sort((a, b) => b - a),
    [evaluations],
  );
  const iteration = view.eval !== null && iterations.includes(view.eval) ? view.eval : (iterations[0] ?? 0);
  const chosen = useMemo(() => chooseEvaluations(evaluations, iteration), [evaluations, iteration]);
  const rows = useMemo(() => makeRows(chosen, taskTypes), [chosen, taskTypes]);
  const any = [...chosen.values()][0];
  const name = (value: number) => (value === 0 ? 'warm start' : `iteration ${value}`);
  return (
    <SuccessByType
      title="Success by task type"
      definition={
        <>
          Share of evaluation games won, with its 95 % Wilson interval and counts
          {any && `; at most ${any.stepLimit} turns, temperature ${any.temperature}, ${any.games} games`}.
        </>
      }
      rows={rows}
      minRows={7}
      emptyText={
        config?.policy === 'endpoint'
          ? 'No evaluation yet: it comes when all episodes are played'
          : 'No evaluation yet: the first one follows the warm start'
      }
      actions={
        iterations.length > 0 &&
        config?.policy !== 'endpoint' && (
          <Select
            label="Evaluation after"
            hideLabel
            size="sm"
            value={view.eval === null ? 'latest' : String(iteration)}
            onChange={(value) => void setView({ eval: value === 'latest' ? null : Number(value) })}
            options={[
              { value: 'latest', label: `Latest: ${name(iterations[0]!)}` },
              ...iterations.map((value) => ({ value: String(value), label: `After ${name(value)}` })),
            ]}
          />
        )
      }
    />
  );
}
