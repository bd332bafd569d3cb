'use client';
import { AlertDialog as Base } from '@base-ui/react/alert-dialog';
import { type ReactNode, useState } from 'react';
import { Button } from './button.tsx';
import { classes } from './classes.ts';
import { backdropClasses, modalClasses } from './modal-classes.ts';

export interface ConfirmWindowProps {
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
  open: boolean;
  onOpenChange: (open: boolean) => void;
}

/** The window of a question. */
export function ConfirmWindow(props: ConfirmWindowProps) {
  const { title, description, confirmLabel, dismissLabel = 'Go back', danger, onConfirm } = props;
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState<string | null>(null);
  const setOpen = (open: boolean) => {
    setProblem(null);
    props.onOpenChange(open);
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
    <Base.Root open={props.open} onOpenChange={setOpen}>
      <Base.Portal>
        <Base.Backdrop className={backdropClasses} />
        <Base.Popup data-modal className={classes(modalClasses, 'max-w-md')}>
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
