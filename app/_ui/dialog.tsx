'use client';
import dynamic from 'next/dynamic';
import { cloneElement, type ReactElement, useContext } from 'react';
import { CloseContext } from './close-context.ts';
import type { DialogWindowProps } from './dialog-window.tsx';
import { onDemand } from './use-on-demand.ts';
import { type OpeningProps, useOpening } from './use-opening.ts';

const DialogWindow = dynamic(
  onDemand(() => import('./dialog-window.tsx').then((module) => module.DialogWindow)),
  { ssr: false },
);

type DialogProps = Omit<DialogWindowProps, 'open' | 'onOpenChange'> & OpeningProps;

/** A modal window with title, body and footer; Escape and the cross close it. */
export function Dialog({ trigger, open, onOpenChange, ...rest }: DialogProps) {
  const { isOpen, isThere, setOpen, button } = useOpening({ trigger, open, onOpenChange });
  return (
    <>
      {button}
      {isThere && <DialogWindow {...rest} open={isOpen} onOpenChange={setOpen} />}
    </>
  );
}

/** Closes the dialog around it; `render` is the button to use. */
export function DialogClose({ render }: { render: ReactElement<{ onClick?: () => void }> }) {
  return cloneElement(render, { onClick: useContext(CloseContext) });
}
