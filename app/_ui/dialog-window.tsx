'use client';
import { Dialog as Base } from '@base-ui/react/dialog';
import { X } from 'lucide-react';
import type { ReactNode } from 'react';
import { classes } from './classes.ts';
import { CloseContext } from './close-context.ts';
import { iconButtonClasses } from './icon-button-classes.ts';
import { backdropClasses, modalClasses } from './modal-classes.ts';

export interface DialogWindowProps {
  title: string;
  description?: ReactNode;
  open: boolean;
  onOpenChange: (open: boolean) => void;
  children?: ReactNode;
  /** Buttons at the bottom, right-aligned. */
  footer?: ReactNode;
  wide?: boolean;
}

/** The window of a dialog. */
export function DialogWindow(props: DialogWindowProps) {
  const { title, description, open, onOpenChange, children, footer, wide } = props;
  return (
    <Base.Root open={open} onOpenChange={onOpenChange}>
      <Base.Portal>
        <Base.Backdrop className={backdropClasses} />
        <Base.Popup data-modal className={classes(modalClasses, wide ? 'max-w-4xl' : 'max-w-md')}>
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
          <CloseContext value={() => onOpenChange(false)}>
            <div className="min-h-0 flex-1 overflow-auto px-5 py-4">{children}</div>
            {footer && (
              <footer className="flex justify-end gap-2 border-t border-line px-5 py-3">{footer}</footer>
            )}
          </CloseContext>
        </Base.Popup>
      </Base.Portal>
    </Base.Root>
  );
}
