'use client';
import { cloneElement, type ReactElement, useState } from 'react';

/** Of a window that opens over the page. */
export interface OpeningProps {
  /** The element that opens it; leave out to control `open`. */
  trigger?: ReactElement<TriggerProps>;
  open?: boolean;
  onOpenChange?: (open: boolean) => void;
}

interface TriggerProps {
  onClick?: () => void;
  'aria-haspopup'?: 'dialog';
  'aria-expanded'?: boolean;
}

/** Whether a window is open, and its trigger. `isThere` from the first time on, so that it can close as it likes to. */
export function useOpening({ trigger, open, onOpenChange }: OpeningProps) {
  const [ownOpen, setOwnOpen] = useState(false);
  const [isThere, setIsThere] = useState(false);
  const isOpen = open ?? ownOpen;
  if (isOpen && !isThere) setIsThere(true);
  const setOpen = (next: boolean) => {
    setOwnOpen(next);
    onOpenChange?.(next);
  };
  const button =
    trigger &&
    cloneElement(trigger, {
      onClick: () => setOpen(true),
      'aria-haspopup': 'dialog',
      'aria-expanded': isOpen,
    });
  return { isOpen, isThere, setOpen, button };
}
