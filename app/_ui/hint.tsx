'use client';
import { Tooltip as Base } from '@base-ui/react/tooltip';
import { type ReactNode, useId, useState } from 'react';
import { classes } from './classes.ts';
import { popupClasses } from './tooltip.tsx';

/** A term with its definition, shown on hover, focus and touch, and read out as its description. */
export function Hint({
  text,
  children,
  className,
}: {
  text: ReactNode;
  children: ReactNode;
  className?: string;
}) {
  const [open, setOpen] = useState(false);
  const id = useId();
  return (
    <Base.Root open={open} onOpenChange={setOpen}>
      <Base.Trigger
        delay={150}
        closeOnClick={false}
        aria-describedby={id}
        onClick={() => setOpen(true)}
        className={classes(
          'cursor-help! rounded-sm text-left underline decoration-line-strong decoration-dotted underline-offset-4',
          className,
        )}
      >
        {children}
        <span id={id} hidden>
          {text}
        </span>
      </Base.Trigger>
      <Base.Portal>
        <Base.Positioner sideOffset={6} className="z-50">
          <Base.Popup className={`${popupClasses} max-w-80 px-3 py-2 text-[0.93rem] leading-snug`}>
            {text}
          </Base.Popup>
        </Base.Positioner>
      </Base.Portal>
    </Base.Root>
  );
}
