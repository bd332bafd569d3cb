'use client';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { MOST_SUBGOALS, type SubgoalList, type SubgoalOrder } from '../../../server/contract/training.ts';
import { formatCount, formatShare } from '../../_charts/format.ts';
import { useTRPC } from '../../_trpc/client.tsx';
import { errorMessage } from '../../_trpc/error-message.ts';
import { Button } from '../../_ui/button.tsx';
import { ErrorState } from '../../_ui/error-state.tsx';
import { SearchInput } from '../../_ui/input.tsx';
import { Panel } from '../../_ui/panel.tsx';
import { Select } from '../../_ui/select.tsx';
import { Skeleton } from '../../_ui/skeleton.tsx';
import { useSettled } from '../../_ui/use-settled.ts';
import type { EpisodePlace } from '../_episodes/episode-words.ts';
import { SubgoalTable } from './subgoal-table.tsx';
import { type SetTrainingView, SUBGOAL_SPANS, type TrainingView } from './view-state.ts';

const A_PAGE = 20;

const ORDERS: { value: SubgoalOrder; label: string }[] = [
  { value: 'frequent', label: 'Most frequent' },
  { value: 'pays', label: 'Pays most' },
  { value: 'costs', label: 'Costs most' },
];

/** Which sub-goals the planner chooses, and which of them pay. */
export function SubgoalPanel({
  place,
  view,
  setView,
  step,
  live,
}: {
  place: EpisodePlace;
  view: TrainingView;
  setView: SetTrainingView;
  /** Iterations of the step one is on. */
  step: { from: number; to: number };
  /** Milliseconds until it is asked again; false: never. */
  live: number | false;
}) {
  const trpc = useTRPC();
  const [limit, setLimit] = useState(A_PAGE);
  const span = { all: {}, until: { to: step.to }, step }[view.over];
  const words = view.subgoal.trim();
  const query = useSettled({ ...span, ...(words && { text: words }), order: view.rank, limit }, 200);
  const { data, error, refetch } = useQuery(
    trpc.training.subgoals.queryOptions(
      { ...place, query },
      { placeholderData: keepPreviousData, refetchInterval: live },
    ),
  );
  const spanLabels = {
    all: 'All iterations',
    until: `Up to iteration ${step.to}`,
    step: step.from === step.to ? `Iteration ${step.to}` : `Iterations ${step.from} to ${step.to}`,
  };
  return (
    <Panel
      flush
      title="Which sub-goals pay"
      actions={
        <div className="flex flex-wrap items-center gap-2">
          <SearchInput
            label="Find sub-goals"
            value={view.subgoal}
            onChange={(subgoal) => void setView({ subgoal })}
            className="w-44"
          />
          <Select
            label="Order"
            hideLabel
            size="sm"
            value={view.rank}
            onChange={(rank) => void setView({ rank })}
            options={ORDERS}
          />
          <Select
            label="Counted over"
            hideLabel
            size="sm"
            value={view.over}
            onChange={(over) => void setView({ over })}
            options={SUBGOAL_SPANS.map((value) => ({ value, label: spanLabels[value] }))}
          />
        </div>
      }
    >
      {error ? (
        <ErrorState message={errorMessage(error)} onRetry={() => void refetch()} />
      ) : data ? (
        <>
          <SubgoalTable list={data} />
          <p className="flex flex-wrap items-center gap-x-3 gap-y-1 px-3 py-2 text-[0.86rem] text-muted">
            <span>{describeCount(data)}</span>
            {data.matching > data.rows.length && limit < MOST_SUBGOALS && (
              <Button size="sm" onClick={() => setLimit(MOST_SUBGOALS)}>
                Show {Math.min(MOST_SUBGOALS, data.matching)}
              </Button>
            )}
          </p>
        </>
      ) : (
        <Skeleton className="m-3 h-60" />
      )}
    </Panel>
  );
}

function describeCount({ rows, matching, distinct, segments, episodes, otherSegments }: SubgoalList): string {
  const shown = `${formatCount(rows.length)} of ${formatCount(matching)} sub-goals`;
  const found = matching < distinct ? ` that fit, of ${formatCount(distinct)} in all` : '';
  const counted = `counted over all ${formatCount(episodes)} training episodes, ${formatCount(segments)} segments`;
  const rest =
    otherSegments > 0
      ? `; ${formatShare(otherSegments / segments)} of the segments have one too rare in its iteration to be counted by itself`
      : '';
  return `${shown}${found}, ${counted}${rest}.`;
}
