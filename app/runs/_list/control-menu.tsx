'use client';
import { Pause, Play, SlidersHorizontal, Square } from 'lucide-react';
import { useState } from 'react';
import { counted } from '../../../server/contract/counted.ts';
import { Button } from '../../_ui/button.tsx';
import { ConfirmDialog } from '../../_ui/confirm-dialog.tsx';
import { Menu, MenuItem, MenuSeparator } from '../../_ui/menu.tsx';
import { toast } from '../../_ui/toast.tsx';
import { runAbilities } from '../_run/run-abilities.ts';
import { useRunActions } from '../_run/use-run-actions.ts';
import type { RunRow } from './run-row.ts';

/** Pauses, resumes or cancels those of some runs that can be; one that refuses leaves the others to go on. */
export function ControlMenu({ rows }: { rows: readonly RunRow[] }) {
  const { pause, resume, cancel } = useRunActions();
  const [cancelling, setCancelling] = useState(false);
  const able = rows.map(({ run, state }) => ({ id: run.id, ...runAbilities({ ...run, state }) }));
  const idsOf = (can: 'canPause' | 'canResume' | 'canCancel') =>
    able.filter((one) => one[can]).map(({ id }) => id);
  const [pausable, resumable, cancellable] = [idsOf('canPause'), idsOf('canResume'), idsOf('canCancel')];
  const each = async (ids: readonly string[], act: typeof pause, done: string) => {
    let count = 0;
    for (const id of ids)
      await act.mutateAsync({ id }).then(
        () => count++,
        () => {},
      );
    if (count > 0) toast.success(`${counted(count, 'run')} ${done}`);
  };
  return (
    <>
      <Menu
        trigger={
          <Button
            size="sm"
            busy={pause.isPending || resume.isPending || cancel.isPending}
            icon={<SlidersHorizontal aria-hidden className="size-4" />}
          >
            Control
          </Button>
        }
      >
        <MenuItem
          icon={<Pause aria-hidden />}
          disabled={pausable.length === 0}
          onSelect={() => void each(pausable, pause, 'paused')}
        >
          Pause{numberOf(pausable)}
        </MenuItem>
        <MenuItem
          icon={<Play aria-hidden />}
          disabled={resumable.length === 0}
          onSelect={() => void each(resumable, resume, 'resumed')}
        >
          Resume{numberOf(resumable)}
        </MenuItem>
        <MenuSeparator />
        <MenuItem
          danger
          icon={<Square aria-hidden />}
          disabled={cancellable.length === 0}
          onSelect={() => setCancelling(true)}
        >
          Cancel{numberOf(cancellable)}
          {cancellable.length > 0 && ' …'}
        </MenuItem>
      </Menu>
      <ConfirmDialog
        danger
        open={cancelling}
        onOpenChange={setCancelling}
        title={`Cancel ${counted(cancellable.length, 'run')}?`}
        description="Each loses what came after its last checkpoint, everything where it has none yet. Curves, logs and checkpoints stay, and the runs can be resumed."
        confirmLabel={`Cancel ${counted(cancellable.length, 'run')}`}
        dismissLabel="Keep them going"
        onConfirm={() => each(cancellable, cancel, 'cancelled')}
      />
    </>
  );
}

/** ` 3 runs`, behind what can be done to them; nothing where it can be done to none. */
function numberOf(ids: readonly string[]): string {
  return ids.length === 0 ? '' : ` ${counted(ids.length, 'run')}`;
}
