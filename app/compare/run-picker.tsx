'use client';
import { Plus } from 'lucide-react';
import { useState } from 'react';
import { MOST_COMPARED, MOST_SHARED } from '../../server/contract/limits.ts';
import { ACTIVE_STATES } from '../../server/contract/run-states.ts';
import type { RunSummary } from '../../server/contract/views.ts';
import { formatShare, formatTime } from '../_charts/format.ts';
import { Button } from '../_ui/button.tsx';
import { Checkbox } from '../_ui/checkbox.tsx';
import { Dialog, DialogClose } from '../_ui/dialog.tsx';
import { SearchInput } from '../_ui/input.tsx';
import { StateBadge } from '../_ui/state-badge.tsx';
import { describeRun, searchRuns } from './run-words.ts';

/** A dialog that adds runs to the comparison and takes them out, at once. */
export function RunPicker({
  runs,
  chosen,
  onToggle,
  primary,
}: {
  runs: readonly RunSummary[];
  chosen: readonly string[];
  onToggle: (id: string) => void;
  primary?: boolean;
}) {
  const [search, setSearch] = useState('');
  const found = searchRuns(runs, search);
  const isFull = chosen.length >= MOST_COMPARED;
  return (
    <Dialog
      title="Choose runs"
      description="Ticked runs are drawn over each other, in the colours they have everywhere."
      trigger={
        <Button variant={primary ? 'primary' : 'secondary'} icon={<Plus aria-hidden className="size-4" />}>
          Add runs
        </Button>
      }
      footer={<DialogClose render={<Button variant="primary">Show {chosen.length} runs</Button>} />}
      wide
    >
      <SearchInput
        label="Search runs"
        placeholder="Name, estimator, preset, state, seed"
        value={search}
        onChange={setSearch}
      />
      <p className={`mt-2 ${isFull ? 'text-warning' : 'text-muted'}`}>
        {chosen.length} of at most {MOST_COMPARED} runs chosen; a share link shows at most {MOST_SHARED}.
      </p>
      <ul className="mt-2 flex h-[50dvh] flex-col overflow-y-auto">
        {found.map((run) => {
          const isChosen = chosen.includes(run.id);
          return (
            <li key={run.id} className="border-b border-line last:border-0">
              <div className="flex items-center gap-3 py-2 [&>label]:min-w-0 [&>label]:flex-1">
                <Checkbox checked={isChosen} disabled={isFull && !isChosen} onChange={() => onToggle(run.id)}>
                  <span className="min-w-0 flex-1">
                    <span className="block truncate font-medium">{run.name}</span>
                    <span className="block truncate text-[0.93rem] text-muted">
                      {describeRun(run)} · {formatTime(run.createdAt)}
                    </span>
                  </span>
                </Checkbox>
                <span className="hidden w-20 text-right sm:block">
                  {ACTIVE_STATES.includes(run.state) ? '' : formatShare(run.lastSuccess)}
                </span>
                <span className="w-24">
                  <StateBadge state={run.state} desired={run.desired} />
                </span>
              </div>
            </li>
          );
        })}
        {found.length === 0 && (
          <li className="py-8 text-center text-muted">
            {runs.length === 0 ? 'There are no runs yet.' : 'No run matches.'}
          </li>
        )}
      </ul>
    </Dialog>
  );
}
