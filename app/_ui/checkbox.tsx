'use client';
import { Check, Minus } from 'lucide-react';
import type { ReactNode } from 'react';

/** A tick box; `label` is its accessible name, `children` words beside it. */
export function Checkbox({
  checked,
  onChange,
  label,
  indeterminate = false,
  disabled,
  id,
  children,
}: {
  checked: boolean;
  onChange: (checked: boolean) => void;
  label?: string;
  indeterminate?: boolean;
  disabled?: boolean;
  id?: string;
  children?: ReactNode;
}) {
  const Icon = indeterminate ? Minus : Check;
  const box = (
    <span className="relative flex size-4 shrink-0">
      <input
        type="checkbox"
        id={id}
        ref={(input) => {
          if (input) input.indeterminate = indeterminate;
        }}
        checked={checked}
        disabled={disabled}
        aria-label={label}
        onChange={(event) => onChange(event.target.checked)}
        className="size-4 appearance-none rounded-sm border border-line-strong bg-surface checked:border-accent checked:bg-accent indeterminate:border-accent indeterminate:bg-accent disabled:opacity-50"
      />
      {(checked || indeterminate) && (
        <Icon aria-hidden className="pointer-events-none absolute inset-px size-3.5 text-on-accent" />
      )}
    </span>
  );
  if (!children) return box;
  return (
    // biome-ignore lint/a11y/noLabelWithoutControl: the control is the input in the box
    <label className="inline-flex items-center gap-2">
      {box}
      {children}
    </label>
  );
}
