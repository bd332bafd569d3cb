import { ArrowDown, ArrowUp, ChevronsUpDown } from 'lucide-react';
import type { ComponentProps, ReactNode } from 'react';
import { classes } from './classes.ts';

/** Parts of a plain table: `<Table><thead><tr><Th/>…`, scrolling sideways where it must, hidden words included. */
export function Table({
  caption,
  className,
  children,
  ...rest
}: ComponentProps<'table'> & { caption: string }) {
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: a region that scrolls must be reachable by keyboard
    <section className="relative overflow-x-auto" aria-label={caption} tabIndex={0}>
      <table {...rest} className={classes('w-full border-collapse text-[0.93rem]', className)}>
        <caption className="sr-only">{caption}</caption>
        {children}
      </table>
    </section>
  );
}

const cell = 'px-2.5 py-1.5 first:pl-3 last:pr-3';

export function Th({ numeric, className, ...rest }: ComponentProps<'th'> & { numeric?: boolean }) {
  return (
    <th
      scope="col"
      {...rest}
      className={classes(
        cell,
        'border-b border-line font-medium whitespace-nowrap text-muted',
        numeric ? 'text-right' : 'text-left',
        className,
      )}
    />
  );
}

export function Td({ numeric, className, ...rest }: ComponentProps<'td'> & { numeric?: boolean }) {
  return (
    <td
      {...rest}
      className={classes(cell, 'border-b border-line', numeric && 'text-right whitespace-nowrap', className)}
    />
  );
}

/** The words of a column that sorts, with its direction. Put `aria-sort` on the header cell. */
export function SortButton({
  direction,
  onClick,
  children,
}: {
  direction: 'asc' | 'desc' | false;
  onClick: () => void;
  children: ReactNode;
}) {
  const Icon = direction === 'asc' ? ArrowUp : direction === 'desc' ? ArrowDown : ChevronsUpDown;
  return (
    <button
      type="button"
      onClick={onClick}
      className={classes(
        'inline-flex items-center gap-1 rounded-sm font-medium whitespace-nowrap hover:text-ink',
        direction && 'text-ink',
      )}
    >
      {children}
      <Icon aria-hidden className={classes('size-3.5', !direction && 'opacity-40')} />
    </button>
  );
}

/** Value of `aria-sort` for a direction. */
export function ariaSort(direction: 'asc' | 'desc' | false): 'ascending' | 'descending' | 'none' {
  return direction === 'asc' ? 'ascending' : direction === 'desc' ? 'descending' : 'none';
}
