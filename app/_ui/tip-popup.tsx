'use client';
import { Tooltip as Base } from '@base-ui/react/tooltip';
import type { ReactNode } from 'react';
import { classes } from './classes.ts';
import { popupClasses } from './popup-classes.ts';

/** The popup of a tip: stays in the window, goes with Escape. */
export function TipPopup({
  anchor,
  onClose,
  className,
  children,
}: {
  anchor: () => Element | null;
  onClose: () => void;
  className: string;
  children: ReactNode;
}) {
  return (
    <Base.Root open onOpenChange={(next) => next || onClose()}>
      <Base.Portal>
        <Base.Positioner anchor={anchor} sideOffset={6} className="z-50">
          <Base.Popup className={classes(popupClasses, className)}>{children}</Base.Popup>
        </Base.Positioner>
      </Base.Portal>
    </Base.Root>
  );
}
