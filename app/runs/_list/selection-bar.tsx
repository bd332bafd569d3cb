'use client';
import { GitCompareArrows, Trash2, X } from 'lucide-react';
import { counted } from '../../../server/contract/counted.ts';
import { MOST_COMPARED } from '../../../server/contract/limits.ts';
import { Button } from '../../_ui/button.tsx';
import { ConfirmDialog } from '../../_ui/confirm-dialog.tsx';
import { toast } from '../../_ui/toast.tsx';
import { useRunActions } from '../_run/use-run-actions.ts';
import { ControlMenu } from './control-menu.tsx';
import { LabelMenu } from './label-menu.tsx';
import type { RunRow } from './run-row.ts';

const ENDED = ['finished', 'failed', 'cancelled'];

/** What can be done with the rows ticked. Takes the place of the hint line, so nothing moves. */
export function SelectionBar({
  rows,
  onClear,
  onCompare,
}: {
  /** The rows ticked. */
  rows: RunRow[];
  onClear: () => void;
  onCompare: () => void;
}) {
  const { remove } = useRunActions();
  const ended = rows.filter(({ state }) => ENDED.includes(state));
  const isTooMany = rows.length > MOST_COMPARED;
  const removeAll = async () => {
    for (const { run } of ended) await remove.mutateAsync({ id: run.id });
    toast.success(`${counted(ended.length, 'run')} deleted`);
    onClear();
  };
  return (
    <div data-actions className="flex flex-wrap items-center gap-2">
      <span className="mr-1 font-medium">{rows.length} selected</span>
      {isTooMany && (
        <span className="text-warning">at most {MOST_COMPARED} can be compared: take some out</span>
      )}
      <Button
        size="sm"
        variant="primary"
        disabled={rows.length < 2 || isTooMany}
        icon={<GitCompareArrows aria-hidden className="size-4" />}
        onClick={onCompare}
      >
        Compare
      </Button>
      <ControlMenu rows={rows} />
      <LabelMenu runs={rows.map(({ run }) => run)} />
      <ConfirmDialog
        danger
        title={`Delete ${counted(ended.length, 'run')}?`}
        description={
          <>
            They go for good, with their curves, logs, evaluations and checkpoints.
            {ended.length < rows.length &&
              ` ${rows.length - ended.length} of those selected have not ended and stay.`}
          </>
        }
        confirmLabel="Delete"
        onConfirm={removeAll}
        trigger={
          <Button size="sm" disabled={ended.length === 0} icon={<Trash2 aria-hidden className="size-4" />}>
            Delete
          </Button>
        }
      />
      <Button size="sm" variant="ghost" icon={<X aria-hidden className="size-4" />} onClick={onClear}>
        Clear
      </Button>
    </div>
  );
}
