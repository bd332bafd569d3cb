'use client';
import { Switch as Base } from '@base-ui/react/switch';
import type { ReactNode } from 'react';

/** On or off, at once. */
export function Switch({
  checked,
  onChange,
  label,
  disabled,
  id,
  children,
}: {
  checked: boolean;
  onChange: (checked: boolean) => void;
  /** Accessible name where there are no words beside it. */
  label?: string;
  disabled?: boolean;
  id?: string;
  children?: ReactNode;
}) {
  const control = (
    <Base.Root
      id={id}
      checked={checked}
      disabled={disabled}
      aria-label={label}
      onCheckedChange={(next) => onChange(next)}
      className="flex h-5 w-8 shrink-0 items-center rounded-full border border-line-strong bg-sunken p-0.5 transition-colors data-checked:border-accent data-checked:bg-accent data-disabled:opacity-50"
    >
      <Base.Thumb className="size-3.5 rounded-full bg-line-strong transition-transform data-checked:translate-x-3 data-checked:bg-on-accent" />
    </Base.Root>
  );
  if (!children) return control;
  return (
    // biome-ignore lint/a11y/noLabelWithoutControl: the control is the Base UI switch inside
    <label className="inline-flex items-center gap-2">
      {control}
      {children}
    </label>
  );
}
