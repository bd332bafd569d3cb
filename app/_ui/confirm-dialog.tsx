'use client';
import { AlertDialog as Base } from '@base-ui/react/alert-dialog';
import { type ReactElement, type ReactNode, useState } from 'react';
import { Button } from './button.tsx';
import { classes } from './classes.ts';
import { backdropClasses, dialogClasses } from './dialog.tsx';

export interface ConfirmDialogProps {
  title: string;
  /** Says what will be lost. */
  description: ReactNode;
  /** The verb, e.g. `Cancel the run`. */
  confirmLabel: string;
  /** The safe way out. */
  dismissLabel?: string;
  danger?: boolean;
  /** Runs on confirmation; the dialog stays open and shows the message if it throws. */
  onConfirm: () => unknown | Promise<unknown>;
  trigger?: ReactElement;
  open?: boolean;
  onOpenChange?: (open: boolean) => void;
}

/** Asks before something that cannot be undone. */
export function ConfirmDialog(props: ConfirmDialogProps) {
  const { title, description, confirmLabel, dismissLabel = 'Go back', danger, onConfirm, trigger } = props;
  const [ownOpen, setOwnOpen] = useState(false);
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState<string | null>(null);
  const setOpen = (open: boolean) => {
    setProblem(null);
    setOwnOpen(open);
    props.onOpenChange?.(open);
  };
  const confirm = async () => {
    setBusy(true);
    try {
      await onConfirm();
      setOpen(false);
    } catch (error) {
      setProblem(error instanceof Error ? error.message : String(error));
    } finally {
      setBusy(false);
    }
  };
  return (
    <Base.Root open={props.open ?? ownOpen} onOpenChange={setOpen}>
      {trigger && <Base.Trigger render={trigger} />}
      <Base.Portal>
        <Base.Backdrop className={backdropClasses} />
        <Base.Popup data-modal className={classes(dialogClasses, 'max-w-md')}>
          <div className="overflow-auto px-5 py-4">
            <Base.Title className="text-lg font-semibold">{title}</Base.Title>
            <Base.Description className="mt-2 text-muted" render={<div />}>
              {description}
            </Base.Description>
            {problem && (
              <p role="alert" className="mt-3 text-danger">
                {problem}
              </p>
            )}
          </div>
          <footer className="flex justify-end gap-2 border-t border-line px-5 py-3">
            <Base.Close render={<Button>{dismissLabel}</Button>} />
            <Button variant={danger ? 'danger' : 'primary'} busy={busy} onClick={confirm}>
              {confirmLabel}
            </Button>
          </footer>
        </Base.Popup>
      </Base.Portal>
    </Base.Root>
  );
}
