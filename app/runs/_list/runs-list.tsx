'use client';
import dynamic from 'next/dynamic';
import { useRouter } from 'next/navigation';
import { useMemo } from 'react';
import { MOST_COMPARED } from '../../../server/contract/limits.ts';
import { ACTIVE_STATES } from '../../../server/contract/run-states.ts';
import type { RunSummary } from '../../../server/contract/views.ts';
import { useLaterRuns } from '../../_live/use-later-runs.ts';
import { patiently } from '../../_ui/ahead.ts';
import { SearchInput } from '../../_ui/input.tsx';
import { later, useContentShown } from '../../_ui/later.ts';
import { toast } from '../../_ui/toast.tsx';
import { compareHref } from '../../compare/compare-href.ts';
import { useListView } from './list-state.ts';
import { fitsFilter, parseFilter, unknownFields } from './run-filter.ts';
import { fitsState, makeRow, shownRun } from './run-row.ts';
import { RunsTable } from './runs-table.tsx';

const ListTools = dynamic(
  later(() => import('./list-tools.tsx').then((module) => module.ListTools)),
  { loading: () => <span aria-hidden className="h-7 w-80" /> },
);
const SelectionBar = dynamic(
  patiently(() => import('./selection-bar.tsx').then((module) => module.SelectionBar)),
  { loading: () => <span aria-hidden className="h-7" /> },
);

/** The list shows the last point of a curve. */
const FEWEST_POINTS = 8;

/** Filter, selection and table of all runs, live. */
export function RunsList({ runs }: { runs: RunSummary[] }) {
  useContentShown(true);
  const router = useRouter();
  const [view, setView] = useListView();
  // A queued run says nothing yet; a change of its state makes the list refetch.
  const activeIds = useMemo(
    () => runs.filter(({ state }) => state !== 'queued' && ACTIVE_STATES.includes(state)).map(({ id }) => id),
    [runs],
  );
  const live = useLaterRuns(activeIds, FEWEST_POINTS);
  const rows = useMemo(() => {
    const byId = new Map(live.map((run) => [run.runId, run]));
    return runs.map((run) => makeRow(run, byId.get(run.id)));
  }, [runs, live]);
  const terms = useMemo(() => parseFilter(view.q), [view.q]);
  const shown = useMemo(
    () => rows.filter((row) => fitsState(row, view.state) && fitsFilter(shownRun(row), terms)),
    [rows, terms, view.state],
  );
  const unknown = useMemo(() => unknownFields(runs, terms), [runs, terms]);
  // In the order in which they were ticked: differences are to the first.
  const selectedRows = view.sel.flatMap((id) => rows.find(({ run }) => run.id === id) ?? []);
  const compare = () => {
    if (selectedRows.length < 2) {
      toast.info('Select at least two runs', 'Tick them, or press x on each.');
      return;
    }
    if (selectedRows.length > MOST_COMPARED) {
      toast.info(`At most ${MOST_COMPARED} runs can be compared`, 'Take some out of the selection.');
      return;
    }
    router.push(compareHref(selectedRows.map(({ run }) => run.id)));
  };
  return (
    <div className="flex flex-col gap-3">
      <div className="flex flex-wrap items-center gap-x-3 gap-y-2">
        <SearchInput
          label="Filter runs"
          placeholder="Filter: words, seed:1, success>0.5"
          value={view.q}
          onChange={(q) => void setView({ q })}
          className="w-full sm:w-72"
        />
        <ListTools
          state={view.state}
          onState={(state) => void setView({ state })}
          hidden={view.hide}
          onHidden={(hide) => void setView({ hide })}
        />
        <span className="ml-auto flex min-h-7 items-center">
          {selectedRows.length > 0 ? (
            <SelectionBar rows={selectedRows} onClear={() => void setView({ sel: [] })} onCompare={compare} />
          ) : (
            <span className="text-[0.93rem] text-muted">{describeCount(shown.length, runs)}</span>
          )}
        </span>
      </div>
      <RunsTable
        rows={shown}
        sort={view.sort}
        onSort={(sort) => void setView({ sort })}
        // A column of nothing takes its place from the names.
        hidden={runs.some(({ tags }) => tags.length > 0) ? view.hide : [...view.hide, 'tags']}
        selected={view.sel}
        onSelect={(sel) => void setView({ sel })}
        onCompare={compare}
        emptyText={
          unknown.length > 0
            ? `No run has ${unknown.map((field) => `“${field}”`).join(' or ')}. Press ? for what can be compared.`
            : 'No run fits the filter.'
        }
      />
    </div>
  );
}

function describeCount(shown: number, runs: readonly RunSummary[]): string {
  const archived = runs.filter((run) => run.archived).length;
  const count = shown === runs.length ? `${shown} runs` : `${shown} of ${runs.length} runs`;
  return archived > 0 ? `${count}, ${archived} archived` : count;
}
