'use client';
import { Dialog as Base } from '@base-ui/react/dialog';
import { X } from 'lucide-react';
import type { ReactElement, ReactNode } from 'react';
import { classes } from './classes.ts';
import { iconButtonClasses } from './icon-button-classes.ts';

export const backdropClasses =
  'fixed inset-0 z-40 bg-black/40 transition-opacity data-starting-style:opacity-0 data-ending-style:opacity-0';
export const dialogClasses =
  'fixed top-1/2 left-1/2 z-40 flex max-h-[calc(100dvh-2rem)] w-[calc(100vw-2rem)] -translate-x-1/2 -translate-y-1/2 flex-col ' +
  'rounded-lg border border-line bg-raised shadow-popup outline-none transition-opacity ' +
  'data-starting-style:opacity-0 data-ending-style:opacity-0';

export interface DialogProps {
  title: string;
  description?: ReactNode;
  /** The element that opens it; leave out to control `open`. */
  trigger?: ReactElement;
  open?: boolean;
  onOpenChange?: (open: boolean) => void;
  children?: ReactNode;
  /** Buttons at the bottom, right-aligned. */
  footer?: ReactNode;
  wide?: boolean;
}

/** A modal window with title, body and footer; Escape and the cross close it. */
export function Dialog({
  title,
  description,
  trigger,
  open,
  onOpenChange,
  children,
  footer,
  wide,
}: DialogProps) {
  return (
    <Base.Root open={open} onOpenChange={onOpenChange}>
      {trigger && <Base.Trigger render={trigger} />}
      <Base.Portal>
        <Base.Backdrop className={backdropClasses} />
        <Base.Popup data-modal className={classes(dialogClasses, wide ? 'max-w-4xl' : 'max-w-md')}>
          <header className="flex items-start gap-3 px-5 pt-4">
            <div className="min-w-0 flex-1">
              <Base.Title className="text-lg font-semibold">{title}</Base.Title>
              {description && (
                <Base.Description className="mt-1 text-muted" render={<div />}>
                  {description}
                </Base.Description>
              )}
            </div>
            <Base.Close aria-label="Close" className={iconButtonClasses}>
              <X aria-hidden />
            </Base.Close>
          </header>
          <div className="min-h-0 flex-1 overflow-auto px-5 py-4">{children}</div>
          {footer && (
            <footer className="flex justify-end gap-2 border-t border-line px-5 py-3">{footer}</footer>
          )}
        </Base.Popup>
      </Base.Portal>
    </Base.Root>
  );
}

/** Closes the dialog around it; `render` is the button to use. */
export function DialogClose({ render }: { render: ReactElement }) {
  return <Base.Close render={render} />;
}
