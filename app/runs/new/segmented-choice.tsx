'use client';
import type { RadioGroupProps } from './radio-group-props.ts';

/** One of a few short words, all in sight: native radio buttons drawn as one bar. */
export function SegmentedChoice({
  name,
  value,
  options,
  refused,
  onChange,
  labelledBy,
  describedBy,
  invalid,
  ref,
}: RadioGroupProps & {
  options: readonly string[];
  /** Options that cannot be chosen just now. */
  refused: readonly string[];
}) {
  return (
    <div
      role="radiogroup"
      aria-labelledby={labelledBy}
      aria-describedby={describedBy}
      aria-invalid={invalid || undefined}
      className="inline-flex max-w-full flex-wrap gap-0.5 rounded-md border border-line-strong/70 bg-sunken p-0.5 aria-invalid:border-danger"
    >
      {options.map((option) => (
        <label
          key={option}
          className="relative cursor-pointer rounded px-2.5 py-1 text-muted transition-colors hover:text-ink has-checked:bg-accent-soft has-checked:font-medium has-checked:text-accent-strong has-disabled:cursor-not-allowed has-disabled:opacity-45 has-focus-visible:outline-2 has-focus-visible:outline-accent"
        >
          <input
            ref={option === value ? ref : undefined}
            type="radio"
            name={name}
            value={option}
            checked={option === value}
            disabled={refused.includes(option) && option !== value}
            onChange={() => onChange(option)}
            className="sr-only"
          />
          {option}
        </label>
      ))}
    </div>
  );
}
