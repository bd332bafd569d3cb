'use client';
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
    <input
      type="checkbox"
      // biome-ignore lint/a11y/useAriaPropsForRole: an input says itself whether it is checked
      role="switch"
      id={id}
      checked={checked}
      disabled={disabled}
      aria-label={label}
      onChange={(event) => onChange(event.target.checked)}
      className="flex h-5 w-8 shrink-0 appearance-none items-center rounded-full border border-line-strong bg-sunken p-0.5 transition-colors before:size-3.5 before:rounded-full before:bg-line-strong before:transition-transform checked:border-accent checked:bg-accent checked:before:translate-x-3 checked:before:bg-on-accent disabled:opacity-50"
    />
  );
  if (!children) return control;
  return (
    // biome-ignore lint/a11y/noLabelWithoutControl: the control is the input
    <label className="inline-flex items-center gap-2">
      {control}
      {children}
    </label>
  );
}
