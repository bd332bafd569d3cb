'use client';
import dynamic from 'next/dynamic';
import type { ConfirmWindowProps } from './confirm-window.tsx';
import { onDemand } from './use-on-demand.ts';
import { type OpeningProps, useOpening } from './use-opening.ts';

const ConfirmWindow = dynamic(
  onDemand(() => import('./confirm-window.tsx').then((module) => module.ConfirmWindow)),
  { ssr: false },
);

type ConfirmDialogProps = Omit<ConfirmWindowProps, 'open' | 'onOpenChange'> & OpeningProps;

/** Asks before something that cannot be undone. */
export function ConfirmDialog({ trigger, open, onOpenChange, ...rest }: ConfirmDialogProps) {
  const { isOpen, isThere, setOpen, button } = useOpening({ trigger, open, onOpenChange });
  return (
    <>
      {button}
      {isThere && <ConfirmWindow {...rest} open={isOpen} onOpenChange={setOpen} />}
    </>
  );
}
