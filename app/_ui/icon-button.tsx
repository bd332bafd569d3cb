'use client';
import type { ComponentProps, ReactNode } from 'react';
import { classes } from './classes.ts';
import { iconButtonClasses } from './icon-button-classes.ts';
import { Tooltip } from './tooltip.tsx';

export interface IconButtonProps extends Omit<ComponentProps<'button'>, 'children'> {
  /** What it does: its accessible name and its tooltip. */
  label: string;
  icon: ReactNode;
}

/** A square button with an icon and a tooltip that names it. */
export function IconButton({ label, icon, className, ...rest }: IconButtonProps) {
  return (
    <Tooltip content={label}>
      <button type="button" aria-label={label} {...rest} className={classes(iconButtonClasses, className)}>
        {icon}
      </button>
    </Tooltip>
  );
}
