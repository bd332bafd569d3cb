'use client';
import {
  CopyPlus,
  Download,
  EllipsisVertical,
  Package,
  PackageOpen,
  Pause,
  Play,
  Send,
  Square,
  Trash2,
  Trophy,
} from 'lucide-react';
import dynamic from 'next/dynamic';
import { useRouter } from 'next/navigation';
import { useState } from 'react';
import { bundlePath } from '../../../server/contract/bundle-paths.ts';
import { exportPath } from '../../../server/contract/exports.ts';
import { ShareButton } from '../../_share/share-button.tsx';
import { Button, ButtonLink } from '../../_ui/button.tsx';
import { ConfirmDialog } from '../../_ui/confirm-dialog.tsx';
import { iconButtonClasses } from '../../_ui/icon-button-classes.ts';
import { Menu, MenuItem, MenuSeparator } from '../../_ui/menu.tsx';
import { PublishDialog } from '../_bundles/publish-dialog.tsx';
import { describeLostWork } from './lost-work.ts';
import { ModelExportDialog } from './model-export-dialog.tsx';
import { runAbilities } from './run-abilities.ts';
import { type CurrentRun, resumeLabel } from './run-model.ts';
import { useRunActions } from './use-run-actions.ts';

const BoardEntryDialog = dynamic(() =>
  import('../_board/board-entry-dialog.tsx').then((module) => module.BoardEntryDialog),
);

const iconClass = 'size-4';

/** Pause, resume, cancel, clone, share, export, delete. */
export function RunControls({ run }: { run: CurrentRun }) {
  const actions = useRunActions();
  const router = useRouter();
  const [deleting, setDeleting] = useState(false);
  const [exporting, setExporting] = useState(false);
  const [publishing, setPublishing] = useState(false);
  const [entering, setEntering] = useState(false);
  const { id, state, desired, config } = run;
  const isNative = config !== null;
  const { canPause, canResume } = runAbilities(run);
  const isEnded = state !== 'queued' && !run.isActive;
  return (
    <div data-actions className="flex flex-wrap items-center gap-2">
      {canPause && (
        <Button
          icon={<Pause aria-hidden className={iconClass} />}
          busy={actions.pause.isPending}
          onClick={() => actions.pause.mutate({ id })}
        >
          Pause
        </Button>
      )}
      {canResume && (
        <Button
          // A failed run offers this in its failure panel, too: only one of them calls.
          variant={state === 'paused' || state === 'cancelled' ? 'primary' : 'secondary'}
          icon={<Play aria-hidden className={iconClass} />}
          busy={actions.resume.isPending}
          onClick={() => actions.resume.mutate({ id })}
        >
          {resumeLabel(run)}
        </Button>
      )}
      {!isEnded && !isNative && <EndButton run={run} />}
      {!isEnded && isNative && (
        <ConfirmDialog
          danger
          title="Cancel this run?"
          description={describeLostWork(run)}
          confirmLabel="Cancel the run"
          dismissLabel="Keep it going"
          onConfirm={() => actions.cancel.mutateAsync({ id })}
          trigger={
            <Button
              variant="danger"
              disabled={desired === 'cancel'}
              icon={<Square aria-hidden className={iconClass} />}
            >
              Cancel
            </Button>
          }
        />
      )}
      {isNative && (
        <ButtonLink href={`/runs/new?from=${id}`} icon={<CopyPlus aria-hidden className={iconClass} />}>
          Clone and edit
        </ButtonLink>
      )}
      <ShareButton kind="run" runIds={[id]} title={run.name} />
      <Menu
        trigger={
          <button type="button" aria-label="More actions" className={iconButtonClasses}>
            <EllipsisVertical aria-hidden />
          </button>
        }
      >
        <MenuItem icon={<Download aria-hidden />} onSelect={() => location.assign(exportPath(id, 'csv'))}>
          Export series as CSV
        </MenuItem>
        <MenuItem icon={<Download aria-hidden />} onSelect={() => location.assign(exportPath(id, 'parquet'))}>
          Export series as Parquet
        </MenuItem>
        <MenuItem icon={<Download aria-hidden />} onSelect={() => location.assign(exportPath(id, 'json'))}>
          Export run as JSON
        </MenuItem>
        <MenuItem icon={<Package aria-hidden />} onSelect={() => location.assign(bundlePath(id))}>
          Export as bundle
        </MenuItem>
        {run.lastCheckpoint !== null && (
          <MenuItem
            icon={<Package aria-hidden />}
            onSelect={() => location.assign(`${bundlePath(id)}?checkpoint=1`)}
          >
            Export as bundle with checkpoint
          </MenuItem>
        )}
        <MenuItem icon={<Send aria-hidden />} onSelect={() => setPublishing(true)}>
          Publish to another lab …
        </MenuItem>
        {!isNative && (
          <MenuItem
            disabled={state !== 'finished'}
            icon={<Trophy aria-hidden />}
            onSelect={() => setEntering(true)}
          >
            Put on a board {state === 'finished' ? '…' : '(once it has finished)'}
          </MenuItem>
        )}
        {config?.policy === 'pretrained' && (
          <MenuItem icon={<PackageOpen aria-hidden />} onSelect={() => setExporting(true)}>
            Export the model …
          </MenuItem>
        )}
        <MenuSeparator />
        <MenuItem
          danger
          disabled={isNative && !isEnded}
          icon={<Trash2 aria-hidden />}
          onSelect={() => setDeleting(true)}
        >
          Delete {!isNative || isEnded ? '…' : '(cancel it first)'}
        </MenuItem>
      </Menu>
      {entering && <BoardEntryDialog run={run} onClose={() => setEntering(false)} />}
      {publishing && <PublishDialog run={run} onClose={() => setPublishing(false)} />}
      {exporting && config && (
        <ModelExportDialog run={{ id, model: config.model }} onClose={() => setExporting(false)} />
      )}
      <ConfirmDialog
        danger
        open={deleting}
        onOpenChange={setDeleting}
        title="Delete this run?"
        description={
          isNative
            ? `“${run.name}” goes for good, with its curves, logs, evaluations and checkpoints.`
            : `“${run.name}” goes for good, with its curves, params and artifacts. If its trainer still runs, what it logs from then on is refused.`
        }
        confirmLabel="Delete the run"
        onConfirm={async () => {
          await actions.remove.mutateAsync({ id });
          router.push('/runs');
        }}
      />
    </div>
  );
}

/** A trainer elsewhere that died without a word leaves its run running for ever. */
function EndButton({ run }: { run: CurrentRun }) {
  const { cancel } = useRunActions();
  return (
    <ConfirmDialog
      title="Mark this run as ended?"
      description="Its trainer runs elsewhere and is not stopped by this; what it still logs arrives as before."
      confirmLabel="Mark as ended"
      dismissLabel="Leave it"
      onConfirm={() => cancel.mutateAsync({ id: run.id })}
      trigger={<Button icon={<Square aria-hidden className={iconClass} />}>Mark as ended</Button>}
    />
  );
}
