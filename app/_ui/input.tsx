'use client';
import { Search, X } from 'lucide-react';
import type { ComponentProps } from 'react';
import { classes } from './classes.ts';

export const inputClasses =
  'w-full rounded-md border border-line-strong/70 bg-surface text-ink placeholder:text-muted ' +
  'aria-invalid:border-danger disabled:opacity-50 focus-visible:outline-offset-0';

/** One line of text or a number. Give it an id and a label, or an `aria-label`. */
export function Input({
  size = 'md',
  className,
  ...rest
}: Omit<ComponentProps<'input'>, 'size'> & { size?: 'sm' | 'md' }) {
  return (
    <input
      {...rest}
      className={classes(inputClasses, size === 'sm' ? 'h-7 px-2 text-[0.93rem]' : 'h-9 px-3', className)}
    />
  );
}

/** Several lines of text. */
export function TextArea({ className, ...rest }: ComponentProps<'textarea'>) {
  return <textarea rows={4} {...rest} className={classes(inputClasses, 'px-3 py-2', className)} />;
}

/** A filter box with a magnifier and a cross that empties it. */
export function SearchInput({
  label,
  value,
  onChange,
  placeholder,
  className,
}: {
  label: string;
  value: string;
  onChange: (value: string) => void;
  placeholder?: string;
  className?: string;
}) {
  return (
    <div className={classes('relative', className)}>
      <Search aria-hidden className="pointer-events-none absolute top-1.5 left-2 size-4 text-muted" />
      <input
        type="search"
        aria-label={label}
        placeholder={placeholder ?? label}
        value={value}
        onChange={(event) => onChange(event.target.value)}
        onKeyDown={(event) => {
          if (event.key !== 'Escape') return;
          if (value === '') event.currentTarget.blur();
          onChange('');
        }}
        className={classes(inputClasses, 'h-7 px-7 text-[0.93rem] [&::-webkit-search-cancel-button]:hidden')}
      />
      {value && (
        <button
          type="button"
          aria-label="Clear"
          onClick={() => onChange('')}
          className="absolute top-0.5 right-0.5 flex size-6 items-center justify-center text-muted hover:text-ink"
        >
          <X aria-hidden className="size-3.5" />
        </button>
      )}
    </div>
  );
}
