'use client';
import { type ReactNode, useId } from 'react';
import { classes } from './classes.ts';
import { useTip } from './use-tip.tsx';

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
  const id = useId();
  const { area, tip, open } = useTip(text, {
    delayMs: 150,
    className: 'max-w-80 px-3 py-2 text-[0.93rem] leading-snug',
  });
  return (
    <span {...area}>
      <button
        type="button"
        aria-describedby={id}
        onClick={open}
        className={classes(
          'cursor-help! rounded-sm text-left underline decoration-line-strong decoration-dotted underline-offset-4',
          className,
        )}
      >
        {children}
        <span id={id} hidden>
          {text}
        </span>
      </button>
      {tip}
    </span>
  );
}
