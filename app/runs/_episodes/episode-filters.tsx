'use client';
import { useId } from 'react';
import type { EpisodeOverview } from '../../../server/contract/episode-query.ts';
import { taskTypeTitle } from '../../_charts/task-types.ts';
import { Button } from '../../_ui/button.tsx';
import { Checkbox } from '../../_ui/checkbox.tsx';
import { Input, SearchInput } from '../../_ui/input.tsx';
import { Select } from '../../_ui/select.tsx';
import type { SelectOption } from '../../_ui/select-list.tsx';
import {
  type EpisodeListView,
  episodeListParsers,
  ORIGINS,
  OUTCOMES,
  type SetEpisodeListView,
} from './list-state.ts';
import { parseRange } from './range.ts';

const OUTCOME_TITLES = { all: 'Won or lost', won: 'Won', lost: 'Lost' };

/** What the list is narrowed by; everything stands in the URL. */
export function EpisodeFilters({
  view,
  setView,
  overview,
}: {
  view: EpisodeListView;
  setView: SetEpisodeListView;
  overview: EpisodeOverview;
}) {
  const switchedId = useId();
  const isFiltered = Object.entries(episodeListParsers).some(
    ([name, parser]) =>
      view[name as keyof EpisodeListView] !== ('defaultValue' in parser ? parser.defaultValue : null),
  );
  return (
    <div className="flex flex-wrap items-center gap-x-3 gap-y-2">
      <SearchInput
        label="Find in episodes"
        placeholder="Words of a task, sub-goal or action"
        value={view.words}
        onChange={(words) => void setView({ words })}
        className="w-full sm:w-72"
      />
      <Select
        label="Played in"
        hideLabel
        size="sm"
        value={view.origin}
        onChange={(origin) => void setView({ origin })}
        options={originOptions(overview)}
      />
      {overview.taskTypes.length > 1 && (
        <Select
          label="Task type"
          hideLabel
          size="sm"
          value={view.task}
          onChange={(task) => void setView({ task })}
          options={[
            { value: '', label: 'All task types' },
            ...overview.taskTypes.map((value) => ({ value, label: taskTypeTitle(value) })),
          ]}
        />
      )}
      <Select
        label="Outcome"
        hideLabel
        size="sm"
        value={view.outcome}
        onChange={(outcome) => void setView({ outcome })}
        options={OUTCOMES.map((value) => ({ value, label: OUTCOME_TITLES[value] }))}
      />
      <RangeBox
        label="Iterations"
        value={view.iterations}
        whole
        onChange={(iterations) => void setView({ iterations })}
      />
      <RangeBox label="Turns" value={view.turns} whole onChange={(turns) => void setView({ turns })} />
      <RangeBox label="Reward" value={view.reward} onChange={(reward) => void setView({ reward })} />
      <span className="inline-flex items-center gap-1.5 text-[0.93rem] text-muted">
        <label htmlFor={switchedId} className="whitespace-nowrap">
          Switched more than
        </label>
        <span className="w-16">
          <Input
            id={switchedId}
            size="sm"
            type="number"
            min={0}
            value={view.switched ?? ''}
            onChange={({ target }) =>
              void setView({
                switched: target.value === '' ? null : Math.max(0, Math.trunc(target.valueAsNumber)),
              })
            }
          />
        </span>
        times
      </span>
      <Checkbox checked={view.faulty} onChange={(faulty) => void setView({ faulty })}>
        <span className="text-[0.93rem]">With invalid actions</span>
      </Checkbox>
      {isFiltered && (
        <Button size="sm" variant="ghost" onClick={() => void setView(null)}>
          Show all
        </Button>
      )}
    </div>
  );
}

function originOptions({ splits }: EpisodeOverview): SelectOption<EpisodeListView['origin']>[] {
  const titles = { all: 'Rollouts and evaluations', rollout: 'Rollouts' } as Record<string, string>;
  return ORIGINS.filter(
    (origin) => origin in titles || splits.some(({ split, evaluation }) => evaluation && split === origin),
  ).map((value) => ({ value, label: titles[value] ?? `Evaluation on ${value}` }));
}

/** A box for a range of numbers; see `parseRange`. */
function RangeBox({
  label,
  value,
  onChange,
  whole = false,
}: {
  label: string;
  value: string;
  onChange: (value: string) => void;
  whole?: boolean;
}) {
  const id = useId();
  const isWrong = parseRange(value, { whole }) === null;
  return (
    <span className="inline-flex items-center gap-1.5 text-[0.93rem]">
      <label htmlFor={id} className="text-muted">
        {label}
      </label>
      <span className="w-20">
        <Input
          id={id}
          size="sm"
          placeholder={whole ? '5..20' : '0.5..1'}
          value={value}
          aria-invalid={isWrong || undefined}
          aria-describedby={isWrong ? `${id}-problem` : undefined}
          onChange={({ target }) => onChange(target.value)}
        />
      </span>
      {isWrong && (
        <span id={`${id}-problem`} className="text-danger">
          {whole ? '12, 5..20, 5.. or ..20' : '1, 0.5..1, 0.5.. or ..0.5'}
        </span>
      )}
    </span>
  );
}
